/**
 * The names of results: an output is written under another name, and gets the final one by a rename, once its attempt
 * is the one that counts. Whoever finds a result finds all of it.
 */

import { InvariantError } from "../../../core/base/errors.ts";
import type { Clock } from "../../../core/base/ports.ts";
import type { CoordinatorState } from "../../../core/mapreduce/coordinator_state.ts";
import type { LocalFiles } from "../../../core/mapreduce/local_files.ts";
import type { CoordinatorStep, StepCheck } from "./step_check.ts";
import { seconds, standingOf } from "./words.ts";

/** Who uses files. */
export interface FileUser {
  readonly name: string;
  /** The dead may begin what then does not happen. */
  readonly alive: boolean;
}

/** Checks `OutputIsRenamed`, over all lives of the master. */
export class FinalNames implements StepCheck {
  readonly #folder: string;
  readonly #clock: Pick<Clock, "now">;
  readonly #fail: (error: InvariantError) => void;
  /** By reduce task: the attempt that is to have its name. */
  readonly #ordered = new Map<number, number>();
  #state: CoordinatorState | undefined;

  /** Results are in this `folder`; `fail` must end the run. */
  constructor(
    folder: string,
    clock: Pick<Clock, "now">,
    fail: (error: InvariantError) => void,
  ) {
    this.#folder = folder;
    this.#clock = clock;
    this.#fail = fail;
  }

  onStep({ state, output }: CoordinatorStep): void {
    this.#state = state;
    for (const { task, attempt } of output.commits) this.#ordered.set(task, attempt);
  }

  /** The same files, and what `user` does with the names of results is looked at. */
  watch(files: LocalFiles, user: () => FileUser): LocalFiles {
    return {
      size: (path) => files.size(path),
      read: (path, offset, length) => files.read(path, offset, length),
      readNow: (path, offset, length) => files.readNow(path, offset, length),
      create: (path) => {
        if (user().alive) this.#onCreate(user().name, path);
        return files.create(path);
      },
      rename: (from, to) => {
        if (user().alive) this.#onRename(user().name, from, to);
        return files.rename(from, to);
      },
      remove: (path) => files.remove(path),
      list: (folder) => files.list(folder),
    };
  }

  #onCreate(user: string, path: string): void {
    const task = this.#resultOf(path);
    if (task === undefined) return;
    const ordered = this.#ordered.get(task);
    const owner = ordered === undefined
      ? `no attempt has finished it: ${this.#standingOf(task)}`
      : `what attempt ${ordered} has made is to get that name by a rename, when it is complete`;
    this.#break(`${user} begins to write ${path}, and ${owner}`);
  }

  #onRename(user: string, from: string, to: string): void {
    const task = this.#resultOf(to);
    if (task === undefined) return;
    const ordered = this.#ordered.get(task);
    const [, ofTask, attempt] = /\/mr-part-(\d+)-(\d+)-[^/]*$/.exec(from) ?? [];
    if (ordered !== undefined && Number(ofTask) === task && Number(attempt) === ordered) return;
    const counts = ordered === undefined
      ? "no attempt counts yet"
      : `attempt ${ordered} counts, whose output is in mr-part-${task}-${ordered}-…`;
    this.#break(`${user} renames ${from} to ${to}, and of reduce task ${task} ${counts}`);
  }

  #break(detail: string): void {
    const at = `at ${seconds(this.#clock.now())}`;
    this.#fail(new InvariantError("OutputIsRenamed", `${detail}\n${at}`));
  }

  /** The reduce task whose result has this name. */
  #resultOf(path: string): number | undefined {
    if (!path.startsWith(`${this.#folder}/mr-out-`)) return undefined;
    return Number(path.slice(`${this.#folder}/mr-out-`.length));
  }

  #standingOf(number: number): string {
    const task = this.#state?.reduces[number];
    return task === undefined ? "no master knows it" : standingOf(task);
  }
}
