/**
 * The map side of the shuffle: pairs come in, in any order, and leave as one sorted file for each partition. What
 * does not fit into memory is spilled as sorted runs, and merged at the end.
 */

import { combineNext } from "./combine.ts";
import { CombiningBuffer } from "./combining_buffer.ts";
import { KeyGroups } from "./key_groups.ts";
import type { LocalFiles } from "./local_files.ts";
import { mergeCursors } from "./merge.ts";
import { PairBuffer } from "./pair_buffer.ts";
import type { PairCursor } from "./pair_cursor.ts";
import type { Combine, PairSink, Program } from "./program.ts";
import { RunFile } from "./run_file.ts";
import { type Run, runInMemory, RunReader } from "./run_reader.ts";
import { RunWriter } from "./run_writer.ts";
import type { SortBuffer, SortedPairs } from "./sort_buffer.ts";
import { writePairs } from "./write_pairs.ts";

/** Settings of a {@linkcode Spiller}. */
export interface SpillerOptions {
  readonly files: LocalFiles;
  /** Where everything is written; it belongs to this attempt alone. */
  readonly folder: string;
  readonly nReduce: number;
  readonly program: Pick<Program, "partition" | "combine">;
  /** About how much memory the pairs may take, in bytes. */
  readonly memoryBytes: number;
  /** Called now and then while it writes; may throw to end it. */
  readonly onProgress?: () => void;
}

/** How much was done. */
export interface SpillCounts {
  /** The pairs that came in. */
  readonly added: number;
  /** The pairs in the files of the partitions. */
  readonly left: number;
  /** The bytes written, in spills and in the files of the partitions. */
  readonly bytes: number;
}

/** What part of the memory sorted runs may take before they go to disk. */
const RUNS_SHARE = 1 / 4;

/** So many spills on disk are merged into one: to merge more at a time would take too much memory, or tiny reads. */
const SPILLS_MAX = 64;

/** A sorted run on disk: all partitions in one file, one behind the other. */
interface Spill {
  readonly path: string;
  /** Where each partition begins; one more than there are. */
  readonly bounds: readonly number[];
}

/** Returns where the sorted file of a partition lies, in the folder of a map attempt. */
export function partitionFile(folder: string, partition: number): string {
  return `${folder}/${partition}`;
}

/** Sorts the pairs of one map attempt. */
export class Spiller implements PairSink {
  readonly #options: SpillerOptions;
  readonly #pairs: SortBuffer;
  /** What was spilled, oldest first: to disk, then to memory (for each run and partition). */
  #spills: Spill[] = [];
  #runs: Run[][] = [];
  #runsBytes = 0;
  #spillNumber = 0;
  #added = 0;
  #left = 0;
  #bytes = 0;

  constructor(options: SpillerOptions) {
    this.#options = options;
    const { nReduce, memoryBytes, program } = options;
    this.#pairs = program.combine === undefined
      ? new PairBuffer(nReduce, memoryBytes)
      : new CombiningBuffer(nReduce, memoryBytes, program.combine);
  }

  get counts(): SpillCounts {
    return { added: this.#added, left: this.#left, bytes: this.#bytes };
  }

  /** Whether {@linkcode spill} should be called before much more is added. */
  get isFull(): boolean {
    return this.#pairs.isFull;
  }

  add(
    key: Uint8Array,
    keyStart: number,
    keyEnd: number,
    value: Uint8Array,
    valueStart: number,
    valueEnd: number,
  ): void {
    const { nReduce, program } = this.#options;
    const partition = program.partition(key, keyStart, keyEnd, nReduce);
    if (!(partition >= 0 && partition < nReduce && Number.isInteger(partition))) {
      throw new RangeError(
        `The application's partition must be an integer in [0, ${nReduce}): current value is ${partition}`,
      );
    }
    this.#added++;
    this.#pairs.add(partition, key, keyStart, keyEnd, value, valueStart, valueEnd);
  }

  /** Makes room: moves what was added to a sorted run, in memory if combining makes it small, else on disk. */
  async spill(): Promise<void> {
    const sorted = this.#pairs.sorted();
    const { combine } = this.#options.program;
    if (combine === undefined) await this.#toDisk((partition) => [sorted.partition(partition)]);
    else this.#toMemory(sorted, combine);
    this.#pairs.clear();
    if (this.#runsBytes > this.#options.memoryBytes * RUNS_SHARE) {
      const runs = this.#runs;
      this.#runs = [];
      this.#runsBytes = 0;
      await this.#toDisk((partition) => runs.map((run) => new RunReader(run[partition]!)));
    }
    if (this.#spills.length === SPILLS_MAX) {
      const spills = this.#spills;
      this.#spills = [];
      await this.#toDisk((partition) => spills.map((spill) => this.#reader(spill, partition)));
      for (const { path } of spills) await this.#options.files.remove(path);
    }
  }

  /**
   * Writes the files of the partitions, and returns their sizes in bytes. A partition without pairs has 0, and no
   * file. Nothing can be added any more.
   */
  async finish(): Promise<number[]> {
    const { files, folder, nReduce } = this.#options;
    const sorted = this.#pairs.sorted();
    const sizes: number[] = [];
    for (let partition = 0; partition < nReduce; partition++) {
      const path = partitionFile(folder, partition);
      const file = new RunFile(files, `${path}.tmp`);
      const cursors: PairCursor[] = this.#spills.map((spill) => this.#reader(spill, partition));
      for (const run of this.#runs) cursors.push(new RunReader(run[partition]!));
      cursors.push(sorted.partition(partition));
      this.#left += await this.#write(cursors, file);
      sizes.push(await file.close());
      if (sizes[partition]! > 0) await files.rename(`${path}.tmp`, path);
      this.#bytes += sizes[partition]!;
    }
    for (const { path } of this.#spills) await files.remove(path);
    this.#pairs.clear();
    return sizes;
  }

  #toMemory(sorted: SortedPairs, combine: Combine): void {
    const run: Run[] = [];
    for (let partition = 0; partition < this.#options.nReduce; partition++) {
      const writer = new RunWriter();
      const groups = new KeyGroups(sorted.partition(partition));
      while (combineNext(groups, combine, writer));
      run.push(runInMemory(writer.take().slice()));
      this.#runsBytes += run[partition]!.bytes;
    }
    this.#runs.push(run);
  }

  async #toDisk(cursors: (partition: number) => PairCursor[]): Promise<void> {
    const path = `${this.#options.folder}/spill-${this.#spillNumber++}`;
    const file = new RunFile(this.#options.files, path);
    const bounds = [0];
    for (let partition = 0; partition < this.#options.nReduce; partition++) {
      await this.#write(cursors(partition), file);
      await file.flush();
      bounds.push(file.length);
    }
    this.#bytes += await file.close();
    this.#spills.push({ path, bounds });
  }

  #write(cursors: readonly PairCursor[], file: RunFile): Promise<number> {
    const { program, onProgress = () => {} } = this.#options;
    return writePairs(mergeCursors(cursors), program.combine, file, onProgress);
  }

  #reader({ path, bounds }: Spill, partition: number): RunReader {
    const { files } = this.#options;
    const offset = bounds[partition]!;
    return new RunReader({
      read: (offset, length) => files.readNow(path, offset, length),
      offset,
      bytes: bounds[partition + 1]! - offset,
    });
  }
}
