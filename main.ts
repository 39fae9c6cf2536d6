/** The program's entry point: reads argv, runs, leaves with the exit code. */

import { run } from "./cmd/mod.ts";
import { processEnv } from "./cmd/process_env.ts";

if (import.meta.main) {
  const env = processEnv((code) => Deno.exit(code));
  Deno.exit(env.exitCode(await run(Deno.args, env)));
}
