/**
 * The reduce side of the shuffle: gets the sorted files of all maps together. Those of this machine are read where they
 * lie; the others are fetched piece by piece, into memory while there is room and to a file of this machine beyond.
 */

import { DamagedDataError } from "../base/errors.ts";
import { type ReduceInput, TaskFailure } from "./messages.ts";
import { type Run, runInMemory, RunReader } from "./run_reader.ts";
import { partitionFile } from "./spill.ts";
import type { TaskOptions } from "./task_options.ts";

/** How much is fetched at a time. */
const FETCH_BYTES = 1024 * 1024;
/** How many files are fetched at the same time. */
const FETCHES = 4;

/** A sorted file of a map task, ready to be read. */
export interface ShuffledRun extends Run {
  /** The map tasks that it came from. */
  readonly mapTasks: readonly number[];
}

/** What a {@linkcode Shuffle} needs to know. */
export interface ShuffleOptions
  extends Pick<TaskOptions, "worker" | "files" | "fetchPiece" | "memoryBytes"> {
  /** A folder below the worker's own, for what does not fit into memory. */
  readonly folder: string;
  readonly partition: number;
  /** Told how many bytes have come from other machines; may throw to end it. */
  readonly onFetched: (bytes: number) => void;
}

/** Gets the sorted files of one partition. */
export class Shuffle {
  readonly #options: ShuffleOptions;
  readonly #lost: number[] = [];
  readonly #silent = new Set<string>();
  #reason = "";
  #inMemory = 0;

  constructor(options: ShuffleOptions) {
    this.#options = options;
  }

  /**
   * Returns a run for each input, in the same order.
   *
   * @throws {TaskFailure} If some cannot be had: it names them all.
   */
  async get(inputs: readonly ReduceInput[]): Promise<ShuffledRun[]> {
    const runs: ShuffledRun[] = [];
    const remote: number[] = [];
    for (const [i, input] of inputs.entries()) {
      if (input.worker.machineId !== this.#options.worker.machineId) remote.push(i);
      else runs[i] = await this.#local(input);
    }
    const fetching = Array.from({ length: FETCHES }, async () => {
      for (let i = remote.shift(); i !== undefined; i = remote.shift()) {
        const run = await this.#remote(inputs[i]!);
        if (run !== undefined) runs[i] = run;
      }
    });
    // All of them end before anything is done about a failure of one: none may write any more.
    for (const result of await Promise.allSettled(fetching)) {
      if (result.status === "rejected") throw result.reason;
    }
    if (this.#lost.length > 0) throw lostInputs(this.#lost, this.#reason);
    return runs;
  }

  async #local(input: ReduceInput): Promise<ShuffledRun> {
    const { files, partition } = this.#options;
    const path = `${input.worker.folder}/${partitionFile(input.path, partition)}`;
    const size = await files.size(path);
    if (size !== input.bytes) {
      this.#lose(input, size === undefined ? `${path} is gone` : `${path} has another size`);
    }
    const read = (offset: number, length: number) => {
      try {
        return files.readNow(path, offset, length);
      } catch (cause) {
        throw lostInputs([input.mapTask], (cause as Error).message, cause);
      }
    };
    return { read, offset: 0, bytes: input.bytes, mapTasks: [input.mapTask] };
  }

  async #remote(input: ReduceInput): Promise<ShuffledRun | undefined> {
    const { workerId } = input.worker;
    if (this.#silent.has(workerId)) return this.#lose(input, this.#reason);
    const fits = this.#inMemory + input.bytes <= this.#options.memoryBytes;
    if (fits) this.#inMemory += input.bytes;
    try {
      return fits ? await this.#toMemory(input) : await this.#toFile(input);
    } catch (error) {
      if (error instanceof InputLost) return this.#lose(input, error.message);
      throw error;
    }
  }

  async #toMemory(input: ReduceInput): Promise<ShuffledRun> {
    const bytes = new Uint8Array(input.bytes);
    let at = 0;
    for await (const piece of this.#pieces(input)) {
      bytes.set(piece, at);
      at += piece.length;
    }
    return { ...runInMemory(bytes), mapTasks: [input.mapTask] };
  }

  async #toFile(input: ReduceInput): Promise<ShuffledRun> {
    const { files, folder } = this.#options;
    const path = `${folder}/fetched-${input.mapTask}`;
    const file = await files.create(path);
    try {
      for await (const piece of this.#pieces(input)) await file.write(piece);
    } finally {
      await file.close(false);
    }
    return {
      read: (offset, length) => files.readNow(path, offset, length),
      offset: 0,
      bytes: input.bytes,
      mapTasks: [input.mapTask],
    };
  }

  async *#pieces(input: ReduceInput): AsyncGenerator<Uint8Array> {
    const { fetchPiece, partition } = this.#options;
    const path = partitionFile(input.path, partition);
    const { workerId, hostname, port } = input.worker;
    const where = `${path} of worker ${workerId} (${hostname}:${port})`;
    for (let offset = 0; offset < input.bytes;) {
      const length = Math.min(FETCH_BYTES, input.bytes - offset);
      const piece = await fetchPiece(input.worker, path, offset, length).catch((cause: Error) => {
        this.#silent.add(workerId);
        throw new InputLost(`${where} cannot be fetched: ${cause.message}`, { cause });
      });
      if (piece === undefined) throw new InputLost(`${where} is gone`);
      if (piece.length === 0 || piece.length > length) {
        throw new InputLost(`${where} has another size`);
      }
      offset += piece.length;
      this.#options.onFetched(piece.length);
      yield piece;
    }
  }

  #lose(input: ReduceInput, reason: string): undefined {
    this.#lost.push(input.mapTask);
    this.#reason ||= reason;
  }
}

/** Walks over what came from a map task: damage means that it must be made again. */
export class ShuffledReader extends RunReader {
  readonly #run: ShuffledRun;

  constructor(run: ShuffledRun, readBytes: number) {
    super(run, readBytes);
    this.#run = run;
  }

  override next(): boolean {
    try {
      return super.next();
    } catch (error) {
      if (!(error instanceof DamagedDataError)) throw error;
      throw lostInputs(this.#run.mapTasks, error.message, error);
    }
  }
}

/** The failure of a reduce task whose inputs are not what the maps have written. */
export function lostInputs(
  mapTasks: readonly number[],
  reason: string,
  cause?: unknown,
): TaskFailure {
  const lost = [...new Set(mapTasks)].sort((a, b) => a - b);
  const which = lost.length === 1 ? `map task ${lost[0]}` : `${lost.length} map tasks`;
  return new TaskFailure(`The intermediate data of ${which} is lost: ${reason}`, {
    lostInputs: lost,
    ...(cause === undefined ? {} : { cause }),
  });
}

class InputLost extends Error {}
