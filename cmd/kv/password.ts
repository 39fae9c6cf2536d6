/** The password that Redis clients must say: from a file or the environment, never from the command line. */

import { type CommandEnv, Option } from "../command.ts";
import { FailedError } from "../errors.ts";

/** Where the password is, if not in a file. */
export const PASSWORD_VARIABLE = "DIST824_REQUIREPASS";

/** `--requirepass-file <file>`. */
export function passwordOption(): Option<"--requirepass-file <file>"> {
  return new Option(
    "--requirepass-file <file>",
    `Redis clients must say the password in the first line of <file> (or in ${PASSWORD_VARIABLE})`,
  );
}

/**
 * Returns the password, or `undefined` if there is to be none.
 *
 * @throws {FailedError} If it cannot be read, or is empty.
 */
export function readPassword(file: string | undefined, env: CommandEnv): Uint8Array | undefined {
  const text = file === undefined ? env.variables[PASSWORD_VARIABLE] : firstLine(file);
  if (text === undefined) return undefined;
  if (text !== "") return new TextEncoder().encode(text);
  throw new FailedError(`the password in ${file ?? PASSWORD_VARIABLE} is empty`);
}

function firstLine(file: string): string {
  try {
    return Deno.readTextFileSync(file).split(/\r?\n/, 1)[0]!;
  } catch (error) {
    throw new FailedError(`cannot read ${file}: ${(error as Error).message}`);
  }
}
