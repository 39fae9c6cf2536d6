/** Executes reduce tasks (the paper's §3.1, steps 5 and 6). */

import type { FileWriter } from "../base/ports.ts";
import type { TaskContext } from "./app.ts";
import { COUNTER } from "./counters.ts";
import { KeyGroups } from "./key_groups.ts";
import { LineWriter } from "./line_writer.ts";
import { mergeCursors } from "./merge.ts";
import {
  type ReduceAssignment,
  type ReduceResult,
  TaskFailure,
  temporaryOutputName,
} from "./messages.ts";
import { CommandFailed } from "./piped_command.ts";
import { type Program, toProgram } from "./program.ts";
import { RunFile, WRITE_BYTES } from "./run_file.ts";
import { BLOCK_BYTES } from "./run_format.ts";
import { Shuffle, ShuffledReader, type ShuffledRun } from "./shuffle.ts";
import { CounterSet, describeError, type TaskOptions } from "./task_options.ts";
import { decodeText } from "./text_codec.ts";
import type { TaskControl } from "./worker_loop.ts";
import { writePairs } from "./write_pairs.ts";

/** So many runs are merged at a time: more would take too much memory, or tiny reads. */
const RUNS_MAX = 256;
const READ_BYTES_MAX = 8 * BLOCK_BYTES;
/** So much of a key is shown in a message. */
const KEY_SHOWN_MAX = 100;
/** After so many pairs everything else has its turn. */
const PAIRS_PER_BREATH = 1 << 17;

/**
 * Executes a reduce task. It leaves one file, and nothing if it fails.
 *
 * @throws {TaskFailure} If the application throws, or if inputs are gone or damaged: then with `lostInputs`.
 */
export async function runReduceTask(
  options: TaskOptions,
  assignment: ReduceAssignment,
  control: TaskControl,
): Promise<ReduceResult> {
  const { worker, files } = options;
  const { task, attempt, outputFolder } = assignment;
  const outputFile = temporaryOutputName(task, attempt, worker.workerId);
  const output = `${outputFolder || worker.folder}/${outputFile}`;
  const folder = `${worker.folder}/reduce-${task}-${attempt}`;
  try {
    const work = new ReduceTask(options, assignment, control, folder);
    return { outputFile, ...await work.run(output) };
  } catch (error) {
    await files.remove(output).catch(() => {});
    throw error;
  } finally {
    await files.remove(folder).catch(() => {});
  }
}

class ReduceTask implements TaskContext {
  readonly #options: TaskOptions;
  readonly #assignment: ReduceAssignment;
  readonly #control: TaskControl;
  readonly #folder: string;
  readonly #program: Program;
  readonly #counters = new CounterSet();
  /** What is to be read for the shuffle and the merge together, and what has been. */
  #bytesInAll = 1;
  #bytesDone = 0;
  #status: string | undefined;

  constructor(
    options: TaskOptions,
    assignment: ReduceAssignment,
    control: TaskControl,
    folder: string,
  ) {
    this.#options = options;
    this.#assignment = assignment;
    this.#control = control;
    this.#folder = folder;
    this.#program = toProgram(options.app);
  }

  count(name: string, amount?: number): void {
    this.#counters.count(name, amount);
  }

  status(text: string): void {
    this.#status = text;
    this.#done(0);
  }

  async run(output: string): Promise<Omit<ReduceResult, "outputFile">> {
    const runs = await this.#merged(await this.#shuffled());
    const out = new LineWriter(this.#program.separator);
    const file = await this.#options.files.create(output);
    let isComplete = false;
    try {
      await this.#reduceAll(new KeyGroups(this.#walk(runs)), out, file);
      isComplete = true;
    } finally {
      // The master may say _SUCCESS as soon as it has renamed the last output: that must survive a loss of power.
      await file.close(isComplete);
    }
    return { bytes: out.length, records: out.lines, counters: this.#counters.counts() };
  }

  async #shuffled(): Promise<ShuffledRun[]> {
    const { inputs, task } = this.#assignment;
    const { worker } = this.#options;
    for (const input of inputs) {
      const isRemote = input.worker.machineId !== worker.machineId;
      this.#bytesInAll += input.bytes * (isRemote ? 2 : 1);
    }
    const shuffle = new Shuffle({
      ...this.#options,
      folder: this.#folder,
      partition: task,
      onFetched: (bytes) => {
        this.count(COUNTER.fetchedBytes, bytes);
        this.#done(bytes);
      },
    });
    const runs = await shuffle.get(inputs);
    return runs.map((run) => ({
      ...run,
      read: (offset, length) => {
        this.#done(length);
        return run.read(offset, length);
      },
    }));
  }

  /** Merges neighbours into files until there are few enough runs to be merged at once. */
  async #merged(runs: readonly ShuffledRun[]): Promise<readonly ShuffledRun[]> {
    const { files } = this.#options;
    for (let number = 0; runs.length > RUNS_MAX;) {
      const fewer: ShuffledRun[] = [];
      for (let i = 0; i < runs.length; i += RUNS_MAX) {
        const some = runs.slice(i, i + RUNS_MAX);
        const path = `${this.#folder}/merged-${number++}`;
        const file = new RunFile(files, path);
        await writePairs(this.#walk(some), this.#program.combine, file, () => this.#done(0));
        fewer.push({
          read: (offset, length) => files.readNow(path, offset, length),
          offset: 0,
          bytes: await file.close(),
          mapTasks: some.flatMap(({ mapTasks }) => mapTasks),
        });
      }
      runs = fewer;
    }
    return runs;
  }

  #walk(runs: readonly ShuffledRun[]): ReturnType<typeof mergeCursors> {
    const share = this.#options.memoryBytes / Math.max(1, runs.length);
    const readBytes = Math.min(READ_BYTES_MAX, Math.max(BLOCK_BYTES, Math.floor(share)));
    return mergeCursors(runs.map((run) => new ShuffledReader(run, readBytes)));
  }

  async #reduceAll(groups: KeyGroups, out: LineWriter, file: FileWriter): Promise<void> {
    const { reduceAll } = this.#program;
    const flush = () => out.pending < WRITE_BYTES ? undefined : file.write(out.take());
    if (reduceAll === undefined) await this.#reduceEach(groups, out, flush);
    else {
      await reduceAll(groups, out, flush, this, this.#control.signal).catch((cause) => {
        if (!(cause instanceof CommandFailed)) throw cause;
        throw new TaskFailure(`The reducer failed: ${cause.message}`, { cause });
      });
    }
    await file.write(out.take());
    this.count(COUNTER.reduceInputKeys, groups.keys);
    this.count(COUNTER.reduceInputRecords, groups.pairs);
  }

  async #reduceEach(
    groups: KeyGroups,
    out: LineWriter,
    flush: () => Promise<void> | undefined,
  ): Promise<void> {
    let pairsAtBreath = 0;
    while (groups.next()) {
      try {
        const waiting = this.#program.reduce(groups, out, this);
        if (waiting !== undefined) await waiting;
      } catch (cause) {
        throw cause instanceof TaskFailure ? cause : failure(groups, cause);
      }
      if (groups.pairs - pairsAtBreath > PAIRS_PER_BREATH) {
        pairsAtBreath = groups.pairs;
        this.#done(0);
        await this.#options.breathe();
      }
      const waiting = flush();
      if (waiting !== undefined) await waiting;
    }
  }

  #done(bytes: number): void {
    this.#control.signal.throwIfAborted();
    this.#bytesDone += bytes;
    this.#control.progress(Math.min(1, this.#bytesDone / this.#bytesInAll), this.#status);
  }
}

function failure(groups: KeyGroups, cause: unknown): TaskFailure {
  const key = decodeText(groups.key().subarray(0, KEY_SHOWN_MAX));
  return new TaskFailure(
    `The application's reduce failed on the key ${JSON.stringify(key)}: ${describeError(cause)}`,
    { cause },
  );
}
