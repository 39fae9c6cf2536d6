/** The input of a command that takes any bytes. */

import type { CommandEnv } from "./command.ts";
import { FailedError } from "./errors.ts";

/**
 * Reads a file, or standard input if none is given.
 *
 * @throws {FailedError} If the file cannot be read.
 */
export async function readInput(file: string | undefined, env: CommandEnv): Promise<Uint8Array> {
  if (file === undefined) return await new Response(env.stdin).bytes();
  try {
    return await Deno.readFile(file);
  } catch (error) {
    throw new FailedError(`cannot read ${file}: ${(error as Error).message}`);
  }
}
