/** What the tasks of one worker are run with. */

import type { MapReduceApp } from "./app.ts";
import type { WorkerAddress } from "./job.ts";
import type { InputFiles, LocalFiles } from "./local_files.ts";
import type { StreamingApp } from "./streaming_app.ts";

/**
 * Reads up to `length` bytes of a file below another worker's folder; `undefined` if it has no such file. Rejects if the
 * worker does not answer.
 */
export type FetchPiece = (
  worker: WorkerAddress,
  path: string,
  offset: number,
  length: number,
) => Promise<Uint8Array | undefined>;

/** What the tasks of one worker are run with. */
export interface TaskOptions {
  readonly app: MapReduceApp | StreamingApp;
  /** The worker itself. Everything it writes is below its folder, but for outputs that go to the master's. */
  readonly worker: WorkerAddress;
  readonly files: LocalFiles;
  readonly inputs: InputFiles;
  readonly fetchPiece: FetchPiece;
  /** Lets everything else of the program have its turn, signs of life above all. */
  readonly breathe: () => Promise<void>;
  /** About how much memory a task may take for pairs, and again for buffers, in bytes. */
  readonly memoryBytes: number;
}

/** What {@linkcode TaskOptions.memoryBytes} is when nobody chose it. */
export const MEMORY_BYTES_DEFAULT: number = 24 * 1024 * 1024;

/** Counts under names, for the counters that applications keep. */
export class CounterSet {
  readonly #counts = new Map<string, number>();

  /** Adds to one counter. */
  count(name: string, amount = 1): void {
    if (!Number.isSafeInteger(amount)) {
      throw new TypeError(`A counter counts whole numbers: ${name} was to count ${amount}`);
    }
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + amount);
  }

  /** All counts that are not 0. */
  counts(): Record<string, number> {
    return Object.fromEntries([...this.#counts].filter(([, count]) => count !== 0));
  }
}

/** One line about anything that an application has thrown. */
export function describeError(cause: unknown): string {
  return cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
}
