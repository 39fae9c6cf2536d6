/** What a command found out: for people, and as JSON where `--json` wants it. */

import { type CommandEnv, EXIT } from "./command.ts";
import { writeWholeText } from "./test_runner/files.ts";

/** One result, in both forms. */
export interface Result {
  /** For people; bytes as they are. */
  readonly text: string | Uint8Array;
  readonly json: unknown;
  /** How many spaces the JSON is indented by; by default it is one line. */
  readonly indent?: number;
}

/**
 * Tells a result. `file` is what `--json` says: in place of `-` the JSON goes to standard output, and the text nowhere.
 *
 * @throws {FailedError} If the file cannot be written.
 */
export function tell(
  { text, json, indent }: Result,
  file: string | undefined,
  env: Pick<CommandEnv, "stdout">,
): void {
  const document = `${JSON.stringify(json, undefined, indent)}\n`;
  if (file === "-") return env.stdout.write(document);
  if (file !== undefined) writeWholeText(file, document);
  env.stdout.write(text);
}

/** Says that nobody knows whether something was done, and returns the exit code for that. */
export function tellUncertain(
  command: string,
  reason: string,
  env: Pick<CommandEnv, "stderr">,
): number {
  env.stderr.write(`dist824 ${command}: nobody knows whether it was done: ${reason}\n`);
  return EXIT.unknown;
}
