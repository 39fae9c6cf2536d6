/** The {@linkcode TaskRunner} that works on real data. */

import { runMapTask } from "./map_task.ts";
import type { MapAssignment, MapResult, ReduceAssignment, ReduceResult } from "./messages.ts";
import { runReduceTask } from "./reduce_task.ts";
import type { TaskOptions } from "./task_options.ts";
import type { TaskControl, TaskRunner } from "./worker_loop.ts";

/** Runs the tasks of an application that is a module or built in. */
export class AppTaskRunner implements TaskRunner {
  readonly #options: TaskOptions;
  /** Where the outputs of reduce attempts lie, by their names. */
  readonly #outputs = new Map<string, string>();

  constructor(options: TaskOptions) {
    this.#options = options;
  }

  runMap(assignment: MapAssignment, control: TaskControl): Promise<MapResult> {
    return runMapTask(this.#options, assignment, control);
  }

  async runReduce(assignment: ReduceAssignment, control: TaskControl): Promise<ReduceResult> {
    const result = await runReduceTask(this.#options, assignment, control);
    this.#outputs.set(result.outputFile, assignment.outputFolder || this.#options.worker.folder);
    return result;
  }

  async discard(result: MapResult | ReduceResult): Promise<void> {
    const { files, worker } = this.#options;
    if ("path" in result) return await files.remove(`${worker.folder}/${result.path}`);
    const folder = this.#outputs.get(result.outputFile);
    if (folder === undefined) return;
    this.#outputs.delete(result.outputFile);
    await files.remove(`${folder}/${result.outputFile}`);
  }
}
