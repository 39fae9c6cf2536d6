/** What is odd about something that a client claims to have seen in a key/value store. */

import type { KvOperation } from "./kv_model.ts";
import { quoted } from "./words.ts";

/** Says what is odd, as the end of a sentence, or nothing. */
export function kvRemark(
  operation: KvOperation,
  others: readonly KvOperation[],
): string | undefined {
  const { input, output } = operation;
  if (input.op !== "get" || output === undefined) return undefined;
  const seen = output.value ?? null;
  if (seen === null || seen === "") return forgotten(operation, others, "");
  const writers = others.filter((other) => mayLeave(other, seen));
  if (writers.length === 0) return "no operation could have left that there";
  if (writers.every(({ call }) => call > operation.return)) {
    const { client, call } = writers.reduce((a, b) => a.call < b.call ? a : b);
    return `only client ${client} could have left that there, by a call at ${call}, after this read`;
  }
  return repeated(seen, others) ?? forgotten(operation, others, seen) ??
    replaced(operation, writers, others);
}

/** Whether the operation, in some state, leaves exactly this value. */
function mayLeave({ input, output }: KvOperation, value: string): boolean {
  if (input.op === "append") return value.endsWith(input.value);
  if (input.op === "cas" && output?.ok === false) return false;
  return (input.op === "put" || input.op === "cas") && input.value === value;
}

/** A value that was appended once, and is there twice. */
function repeated(seen: string, others: readonly KvOperation[]): string | undefined {
  const appends = others.filter(({ input }) => input.op === "append" && input.value !== "");
  for (const { client, input } of appends) {
    if (input.op !== "append") continue;
    const first = seen.indexOf(input.value);
    if (first < 0 || seen.indexOf(input.value, first + 1) < 0) continue;
    const same = others.filter((other) => valueOf(other)?.includes(input.value));
    if (same.length > 1) continue;
    return `it shows ${quoted(input.value)} twice, which client ${client} appended once`;
  }
  return undefined;
}

/** An append that had returned before, and is not there although nothing can have removed it. */
function forgotten(
  operation: KvOperation,
  others: readonly KvOperation[],
  seen: string,
): string | undefined {
  /** Until when something may have removed what was there. */
  let erasedUntil = -Infinity;
  for (const { input, output, call, return: end } of others) {
    if (input.op === "get" || input.op === "append" || call >= operation.return) continue;
    erasedUntil = Math.max(erasedUntil, output === undefined ? Infinity : end);
  }
  const lost = others.find((other) =>
    other.input.op === "append" && other.output !== undefined && other.return < operation.call &&
    other.call >= erasedUntil && !seen.includes(other.input.value)
  );
  if (lost === undefined || lost.input.op !== "append") return undefined;
  return `it does not show ${quoted(lost.input.value)}, which client ${lost.client} ` +
    `had appended by ${lost.return}`;
}

/** A value that something else had replaced before. */
function replaced(
  operation: KvOperation,
  writers: readonly KvOperation[],
  others: readonly KvOperation[],
): string | undefined {
  const known = writers.filter(({ output, call }) =>
    output !== undefined && call < operation.return
  );
  if (known.length !== 1 || writers.some(({ output }) => output === undefined)) return undefined;
  const by = others.find(({ input, output, call, return: end }) =>
    output !== undefined && output.ok !== false && input.op !== "get" &&
    call > known[0]!.return && end < operation.call
  );
  if (by === undefined) return undefined;
  return `client ${by.client} had changed that by ${by.return}`;
}

function valueOf({ input }: KvOperation): string | undefined {
  return "value" in input ? input.value : undefined;
}
