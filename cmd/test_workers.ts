/** The worker processes of the test runner: this program itself, called by a name that no help shows. */

import { selfCommand } from "../core/host/self_command.ts";
import { CANARY_TESTS, LAB_TESTS } from "../tests/labs/mod.ts";
import { defineCommand, EXIT } from "./command.ts";
import { workUntilEnd } from "./test_runner/worker.ts";
import { processWorkers, type StartWorker } from "./test_runner/worker_process.ts";

const NAME = "__test-worker";

/** Makes workers for the lab tests. */
export function testWorkers(): StartWorker {
  const { command, args } = selfCommand([NAME]);
  return processWorkers([command, ...args]);
}

/** The command that a worker process runs. */
export const testWorkerCommand = defineCommand({
  name: NAME,
  summary: "Run the tests that standard input names (used by dist824 test)",
  hidden: true,
  examples: [],
  configure: (command) => command,
  async run(_, env) {
    await workUntilEnd({
      tests: [...LAB_TESTS, ...CANARY_TESTS],
      input: env.stdin,
      write: (line) => env.stdout.write(line),
      now: env.now,
    });
    return EXIT.good;
  },
});
