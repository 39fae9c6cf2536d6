/** Running other programs during the build. */

import { fileURLToPath } from "node:url";

/** The root of the source tree. */
export const REPOSITORY: string = fileURLToPath(new URL("../..", import.meta.url));

/** A program that failed, with what it said. */
export class RunError extends Error {
  override readonly name = "RunError";
}

/**
 * Runs a program to its end, in silence.
 *
 * @throws {RunError} If it fails, with its standard error as the message.
 */
export async function run(
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly signal?: AbortSignal },
): Promise<void> {
  const { success, stderr } = await new Deno.Command(command, {
    args: [...args],
    cwd: options.cwd,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  }).output();
  if (!success) throw new RunError(new TextDecoder().decode(stderr).trim());
}
