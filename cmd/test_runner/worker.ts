/** A worker process of the runner: reads tasks until there are no more. */

import type { LabTest } from "../../tests/labs/lab_test.ts";
import type { Outcome } from "../../tests/labs/run_lab_test.ts";
import { encodeLine, linesOf, parseTask, type WorkerMessage } from "./protocol.ts";
import { runTask } from "./run_task.ts";

/** What a worker needs. */
export interface WorkerSurroundings {
  readonly tests: readonly LabTest[];
  readonly input: ReadableStream<Uint8Array>;
  readonly write: (line: string) => void;
  /** The wall clock, in milliseconds. */
  readonly now: () => number;
}

/**
 * Does the tasks of `input` one after the other, and returns when the input ends, whether or not a task is
 * still running: then nobody is there any more to hear of it.
 */
export async function workUntilEnd(surroundings: WorkerSurroundings): Promise<void> {
  const { tests, input, write, now } = surroundings;
  const say = (message: WorkerMessage) => write(encodeLine(message));
  let before = Promise.resolve();
  let fail!: (error: unknown) => void;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const readAll = async () => {
    for await (const line of linesOf(input)) {
      const task = parseTask(line);
      before = before.then(async () => {
        const onFailing = (outcome: Outcome) => say({ type: "failing", id: task.id, outcome });
        say(await runTask(task, { tests, now, onFailing }));
      });
      before.catch(fail);
    }
  };
  say({ type: "ready" });
  await Promise.race([readAll(), failed]);
}
