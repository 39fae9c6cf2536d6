/** Executes map tasks (the paper's §3.1, steps 3 and 4). */

import type { MapContext } from "./app.ts";
import { findBadLine } from "./bad_line.ts";
import { COUNTER } from "./counters.ts";
import type { Split } from "./job.ts";
import { type InputPiece, SplitReader } from "./map_input.ts";
import { type MapAssignment, type MapResult, type RecordRange, TaskFailure } from "./messages.ts";
import { CommandFailed } from "./piped_command.ts";
import { type LinePipe, type PairSink, type Program, toProgram } from "./program.ts";
import { ScanInput } from "./scan_input.ts";
import { countLines, SkippedRecords } from "./skipped_records.ts";
import { Spiller } from "./spill.ts";
import { CounterSet, describeError, type TaskOptions } from "./task_options.ts";
import type { TaskControl } from "./worker_loop.ts";

/**
 * Executes a map task. What it writes is in a folder of its own; it is gone if the task fails.
 *
 * @throws {TaskFailure} If the application throws: with the record, when records were handed over one at a time.
 */
export async function runMapTask(
  options: TaskOptions,
  assignment: MapAssignment,
  control: TaskControl,
): Promise<MapResult> {
  const path = `map-${assignment.task}-${assignment.attempt}`;
  const task = new MapTask(options, assignment, control, path);
  try {
    return { path, ...await task.run() };
  } catch (error) {
    await options.files.remove(`${options.worker.folder}/${path}`).catch(() => {});
    throw error;
  }
}

class MapTask implements MapContext {
  readonly #options: TaskOptions;
  readonly #assignment: MapAssignment;
  readonly #control: TaskControl;
  readonly #program: Program;
  readonly #spiller: Spiller;
  readonly #counters = new CounterSet();
  readonly #bytesInAll: number;
  #status: string | undefined;
  /** What went wrong while the application waited for room: no fault of its own. */
  readonly #spillErrors = new Set<unknown>();
  #bytesRead = 0;
  offset = 0;

  constructor(
    options: TaskOptions,
    assignment: MapAssignment,
    control: TaskControl,
    path: string,
  ) {
    this.#options = options;
    this.#assignment = assignment;
    this.#control = control;
    this.#program = toProgram(options.app);
    this.#spiller = new Spiller({
      files: options.files,
      folder: `${options.worker.folder}/${path}`,
      nReduce: assignment.nReduce,
      program: this.#program,
      memoryBytes: options.memoryBytes,
      onProgress: () => this.#alive(),
    });
    this.#bytesInAll = assignment.splits.reduce((sum, { start, end }) => sum + end - start, 0);
  }

  count(name: string, amount?: number): void {
    this.#counters.count(name, amount);
  }

  status(text: string): void {
    this.#status = text;
    this.#alive();
  }

  room(): Promise<void> | undefined {
    return this.#spiller.isFull ? this.#spill() : undefined;
  }

  async run(): Promise<Omit<MapResult, "path">> {
    for (const split of this.#assignment.splits) await this.#runSplit(split);
    const partitionBytes = await this.#spiller.finish();
    const { added, left, bytes } = this.#spiller.counts;
    this.count(COUNTER.mapInputBytes, this.#bytesRead);
    this.count(COUNTER.mapOutputRecords, added);
    this.count(COUNTER.combinedRecords, this.#program.combine === undefined ? 0 : left);
    this.count(COUNTER.spilledBytes, bytes);
    return { partitionBytes, counters: this.#counters.counts() };
  }

  async #runSplit(split: Split): Promise<void> {
    const { skipRecords, oneRecordAtATime } = this.#assignment;
    const skipped = new SkippedRecords(skipRecords.filter(({ file }) => file === split.file));
    const reader = new SplitReader(this.#options.inputs, split, (bytes) => {
      this.#bytesRead += bytes;
      this.#alive();
    });
    if (this.#program.wholeFiles) await this.#mapWhole(split, reader, skipped);
    else if (this.#program.pipe !== undefined) await this.#pipe(split.file, reader, skipped);
    else if (oneRecordAtATime) await this.#mapRecords(split.file, reader, skipped);
    else if (this.#program.scan !== undefined) await this.#scan(split.file, reader, skipped);
    else await this.#mapLines(split.file, reader, skipped);
    this.count(COUNTER.skippedRecords, skipped.count);
  }

  async #mapWhole(split: Split, reader: SplitReader, skipped: SkippedRecords): Promise<void> {
    const record: RecordRange = { file: split.file, start: split.start, end: split.end };
    if (skipped.has(record)) return;
    const piece = await reader.whole();
    this.count(COUNTER.mapInputRecords);
    await this.#mapRecord(piece, record);
  }

  async #mapRecords(file: string, reader: SplitReader, skipped: SkippedRecords): Promise<void> {
    for await (const piece of reader.records()) {
      const record = rangeOf(file, piece);
      if (skipped.has(record)) continue;
      this.count(COUNTER.mapInputRecords);
      await this.#mapRecord(piece, record);
    }
  }

  async #mapRecord(piece: InputPiece, record: RecordRange): Promise<void> {
    if (!this.#assignment.oneRecordAtATime) return this.#mapPiece(record.file, piece);
    await this.#control.recordBegins(record);
    await this.#mapPiece(record.file, piece, record);
  }

  async #mapLines(file: string, reader: SplitReader, skipped: SkippedRecords): Promise<void> {
    for await (const whole of reader.lines()) {
      for (const piece of skipped.without(whole)) {
        this.count(COUNTER.mapInputRecords, countLines(piece.bytes));
        await this.#mapPiece(file, piece);
      }
    }
  }

  async #mapPiece(file: string, piece: InputPiece, record?: RecordRange): Promise<void> {
    this.offset = piece.offset;
    try {
      await this.#program.map(file, piece.bytes, this.#spiller, this);
    } catch (cause) {
      throw this.#failure(file, cause, record);
    }
    await this.room();
    this.#alive();
  }

  async #scan(file: string, reader: SplitReader, skipped: SkippedRecords): Promise<void> {
    let input: ScanInput | undefined;
    const guard = (step: () => void) => {
      try {
        step();
      } catch (cause) {
        throw this.#failure(file, cause);
      }
    };
    for await (const whole of reader.pieces()) {
      for (const piece of skipped.without(whole)) {
        this.offset = piece.offset - (input?.waiting ?? 0);
        guard(() => {
          input ??= new ScanInput(this.#program.scan!(file, this.#spiller, this));
          input.add(piece.bytes);
        });
        await this.room();
      }
    }
    if (input === undefined) return;
    guard(() => input!.end());
    this.count(COUNTER.mapInputRecords, input.lines);
    await this.room();
  }

  /** Through a command for the whole split; to find a bad record, through one for each piece. */
  async #pipe(file: string, reader: SplitReader, skipped: SkippedRecords): Promise<void> {
    let pipe: LinePipe | undefined;
    const onAbort = () => void pipe?.kill();
    this.#control.signal.addEventListener("abort", onAbort);
    try {
      for await (const whole of reader.lines()) {
        for (const piece of skipped.without(whole)) {
          this.count(COUNTER.mapInputRecords, countLines(piece.bytes));
          if (this.#assignment.oneRecordAtATime) await this.#pipeAlone(file, piece);
          else {
            pipe ??= this.#program.pipe!(file, this.#spiller, this);
            await pipe.write(piece.bytes);
          }
          this.#alive();
        }
      }
      await pipe?.end();
    } catch (cause) {
      throw cause instanceof CommandFailed ? this.#failure(file, cause) : cause;
    } finally {
      this.#control.signal.removeEventListener("abort", onAbort);
      await pipe?.kill();
    }
  }

  /** A command does not say which line it fails on, so the one is looked for that it fails on by itself. */
  async #pipeAlone(file: string, piece: InputPiece): Promise<void> {
    const range = rangeOf(file, piece);
    await this.#control.recordBegins(range);
    const failsOn = async (lines: Uint8Array, sink: PairSink): Promise<unknown> => {
      const pipe = this.#program.pipe!(file, sink, this);
      const onAbort = () => void pipe.kill();
      this.#control.signal.addEventListener("abort", onAbort);
      try {
        await pipe.write(lines);
        await pipe.end();
        return undefined;
      } catch (error) {
        if (error instanceof CommandFailed) return error;
        throw error;
      } finally {
        this.#control.signal.removeEventListener("abort", onAbort);
        await pipe.kill();
      }
    };
    const cause = await failsOn(piece.bytes, this.#spiller);
    if (cause === undefined) return;
    const bad = await findBadLine(piece, async ({ bytes }) => {
      this.#alive();
      return await failsOn(bytes, NO_SINK) !== undefined;
    });
    throw this.#failure(file, cause, bad && rangeOf(file, bad));
  }

  #failure(file: string, cause: unknown, record?: RecordRange): unknown {
    if (this.#spillErrors.has(cause)) return cause;
    const isCommand = cause instanceof CommandFailed;
    const message = isCommand ? cause.message : describeError(cause);
    const where = record === undefined ? file : `${file}, bytes ${record.start} to ${record.end}`;
    return new TaskFailure(
      `${isCommand ? "The mapper" : "The application's map"} failed on ${where}: ${message}`,
      record === undefined ? { cause } : { cause, record },
    );
  }

  async #spill(): Promise<void> {
    try {
      await this.#spiller.spill();
    } catch (error) {
      this.#spillErrors.add(error);
      throw error;
    }
  }

  #alive(): void {
    this.#control.signal.throwIfAborted();
    const fraction = Math.min(1, this.#bytesRead / Math.max(1, this.#bytesInAll));
    this.#control.progress(fraction, this.#status);
  }
}

function rangeOf(file: string, { bytes, offset }: InputPiece): RecordRange {
  return { file, start: offset, end: offset + bytes.length };
}

const NO_SINK: PairSink = { add() {} };
