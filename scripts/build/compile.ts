/** The first way to build: `deno compile`, where its base runtime can be had. */

import { join } from "node:path";
import { PERMISSION_FLAGS } from "../../core/host/run_flags.ts";
import { run, RunError } from "./shell.ts";

/** `deno compile` has no base runtime to work with. */
export class NoBaseRuntimeError extends Error {
  override readonly name = "NoBaseRuntimeError";
}

/**
 * Compiles the bundle `program` to the executable `out`, both in `workDir`. A base runtime named by
 * `DENORT_BIN` is used; otherwise Deno fetches one, for which it gets `fetchSeconds`.
 *
 * @throws {NoBaseRuntimeError} If there is no base runtime, or it does not come in time.
 */
export async function compile(
  workDir: string,
  program: string,
  out: string,
  fetchSeconds: number,
): Promise<void> {
  const given = Deno.env.has("DENORT_BIN");
  const args = ["compile", "--quiet", "--no-check", "--no-config", "--no-lock", "--no-prompt"];
  args.push(...PERMISSION_FLAGS, "--output", join(workDir, out), join(workDir, program));
  const signal = given ? undefined : AbortSignal.timeout(fetchSeconds * 1000);
  try {
    await run(Deno.execPath(), args, { cwd: workDir, ...(signal && { signal }) });
  } catch (error) {
    if (signal?.aborted) {
      throw new NoBaseRuntimeError(`it did not come within ${fetchSeconds} s`);
    }
    if (error instanceof RunError && !given && error.message.includes("base binary")) {
      throw new NoBaseRuntimeError(innermostCause(error.message));
    }
    throw error;
  }
}

/** The last of Deno's numbered causes: `3: dns error` and the like. */
function innermostCause(text: string): string {
  return text.match(/^ *\d+: (?!<unknown>)(.*)$/gm)?.at(-1)?.replace(/^ *\d+: /, "") ?? text;
}
