/** Entries of a log, for people and for programs. */

import type { LogEntry } from "../../core/base/mod.ts";

/** How many bytes of a command are shown. */
const SHOWN_MAX = 200;

/** One line: index, term, and the command, as text if it is some. */
export function entryLine({ index, term, kind, command }: LogEntry): string {
  const what = kind === "noOp" ? "(begins the term)" : commandText(command);
  return `${`${index}`.padStart(8)} ${`${term}`.padStart(6)}  ${what}\n`;
}

/** The entry as one line of JSON; the command is text if it is some, and `base64` otherwise. */
export function entryJson({ index, term, kind, command }: LogEntry): string {
  const text = asText(command);
  const content = text === undefined ? { base64: base64(command) } : { text };
  return `${JSON.stringify({ index, term, kind, ...(kind === "command" && content) })}\n`;
}

/** What is shown above the lines. */
export const ENTRY_HEADING = `${"index".padStart(8)} ${"term".padStart(6)}  command\n`;

function commandText(command: Uint8Array): string {
  const shown = command.subarray(0, SHOWN_MAX);
  const isCut = command.length > SHOWN_MAX;
  const more = isCut ? `… (${command.length} bytes)` : "";
  const text = asText(shown, isCut);
  // deno-lint-ignore no-control-regex
  if (text === undefined || /[\x00-\x08\x0b-\x1f\x7f-\x9f]/.test(text)) {
    return `0x${[...shown].map((byte) => byte.toString(16).padStart(2, "0")).join("")}${more}`;
  }
  return `${text.replaceAll("\n", "\\n").replaceAll("\t", "\\t")}${more}`;
}

/** The text, if it is one; of one that `isCut`, an incomplete character at the end is left out. */
function asText(bytes: Uint8Array, isCut = false): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: isCut });
  } catch {
    return undefined;
  }
}

function base64(bytes: Uint8Array): string {
  return bytes.toBase64();
}
