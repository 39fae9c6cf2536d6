/**
 * Word count on simulated disks, as simple as can be: one text file for each partition of a map task's output. It
 * fails, dies and hangs as its {@linkcode TaskFaults} say.
 */

import type { Files } from "../../core/base/ports.ts";
import { ms } from "../../core/base/units.ts";
import type { WorkerAddress } from "../../core/mapreduce/job.ts";
import {
  FILE_SERVICE,
  type MapAssignment,
  type MapResult,
  type ReduceAssignment,
  type ReduceInput,
  type ReduceResult,
  type RpcCaller,
  TaskFailure,
  temporaryOutputName,
} from "../../core/mapreduce/messages.ts";
import { decodeFetchReply, encodeFetchRequest } from "../../core/mapreduce/messages_fetch_codec.ts";
import type { TaskControl, TaskRunner } from "../../core/mapreduce/worker_loop.ts";
import type { TaskFaults } from "./sim_faults.ts";
import { formatOutput, type Line, linesOf, partitionOf, wordsOf } from "./sim_oracle.ts";
import type { SimProcess } from "./sim_process.ts";

const FETCHES_MAX = 3;
const PIECE_BYTES = 100;
const STEPS_PER_SPLIT = 3;

/** What a runner is made of. */
export interface SimRunnerOptions {
  readonly process: SimProcess;
  readonly address: WorkerAddress;
  readonly texts: ReadonlyMap<string, string>;
  readonly faults: TaskFaults;
  readonly connect: (worker: WorkerAddress) => RpcCaller;
  /** Whether the application sees whole files. */
  readonly wholeFiles: boolean;
  /** Whether the application throws on bad lines, or its process dies of them. */
  readonly badLines: "none" | "throw" | "kill";
}

/** Says whether the application cannot stand a line. */
export function isBadLine(line: string): boolean {
  return line.includes("BAD");
}

/** See the head of this file. */
export class SimRunner implements TaskRunner {
  readonly #options: SimRunnerOptions;
  readonly #files: Files;

  constructor(options: SimRunnerOptions) {
    this.#options = options;
    this.#files = options.process.files;
  }

  async runMap(assignment: MapAssignment, control: TaskControl): Promise<MapResult> {
    const { nReduce, splits, skipRecords, task, attempt } = assignment;
    const counts = Array.from({ length: nReduce }, () => new Map<string, number>());
    const counters = { lines: 0, words: 0 };
    for (const [i, { file, start, end }] of splits.entries()) {
      const lines = linesOf(file, this.#options.texts.get(file)!, start, end)
        .filter((line) =>
          !skipRecords.some((skip) => skip.file === file && skip.start === line.start)
        );
      const chunk = Math.ceil(lines.length / STEPS_PER_SPLIT);
      for (let at = 0; at < lines.length; at += chunk) {
        await this.#step("map", control, i / splits.length);
        await this.#map(lines.slice(at, at + chunk), assignment, control, (word) => {
          const part = counts[partitionOf(word, nReduce)]!;
          part.set(word, (part.get(word) ?? 0) + 1);
          counters.words++;
        });
      }
      counters.lines += lines.length;
    }
    const path = `m-${task}-${attempt}`;
    const partitionBytes: number[] = [];
    for (const [number, part] of counts.entries()) {
      const text = formatOutput(part);
      partitionBytes.push(text.length);
      if (text === "") continue;
      await this.#write(`${this.#options.address.folder}/${path}/${number}`, text);
      control.signal.throwIfAborted();
    }
    await this.#step("map", control, 1);
    return { partitionBytes, path, counters };
  }

  async runReduce(assignment: ReduceAssignment, control: TaskControl): Promise<ReduceResult> {
    const { inputs, task, attempt, outputFolder } = assignment;
    const { address } = this.#options;
    const counts = new Map<string, number>();
    for (const [i, input] of inputs.entries()) {
      await this.#step("reduce", control, i / inputs.length);
      for (const line of (await this.#readInput(input, task)).split("\n")) {
        if (line === "") continue;
        const [word, count] = line.split(" ");
        counts.set(word!, (counts.get(word!) ?? 0) + Number(count));
      }
    }
    const outputFile = temporaryOutputName(task, attempt, address.workerId);
    const text = formatOutput(counts);
    const folder = outputFolder === "" ? address.folder : outputFolder;
    await this.#write(`${folder}/${outputFile}`, text, true);
    await this.#step("reduce", control, 1);
    return {
      outputFile,
      bytes: text.length,
      records: counts.size,
      counters: { keys: counts.size },
    };
  }

  async discard(result: MapResult | ReduceResult): Promise<void> {
    const { folder } = this.#options.address;
    if ("path" in result) await this.#files.remove(`${folder}/${result.path}`);
    else await this.#files.remove(`${folder}/${result.outputFile}`);
  }

  async #step(kind: "map" | "reduce", control: TaskControl, fraction: number): Promise<void> {
    control.signal.throwIfAborted();
    await this.#options.faults.step(kind);
    control.progress(fraction);
  }

  async #map(
    lines: readonly Line[],
    { oneRecordAtATime }: MapAssignment,
    control: TaskControl,
    emit: (word: string) => void,
  ): Promise<void> {
    for (const { text, file, start, end } of lines) {
      const record = { file, start, end };
      if (oneRecordAtATime) await control.recordBegins(record);
      if (isBadLine(text)) {
        if (this.#options.badLines === "kill") await this.#options.faults.die();
        throw oneRecordAtATime
          ? new TaskFailure("a bad line", { record })
          : new Error("a bad line");
      }
      for (const word of wordsOf(text)) emit(word);
    }
  }

  async #readInput(input: ReduceInput, partition: number): Promise<string> {
    const { worker, bytes } = input;
    const isNear = worker.machineId === this.#options.address.machineId;
    const path = `${input.path}/${partition}`;
    const data = isNear
      ? await this.#readFile(`${worker.folder}/${path}`)
      : await this.#fetch(worker, path, bytes);
    if (data?.length === bytes) return new TextDecoder().decode(data);
    throw new TaskFailure(`${path} of ${worker.workerId} is gone`, { lostInputs: [input.mapTask] });
  }

  async #readFile(path: string): Promise<Uint8Array | undefined> {
    const size = await this.#files.size(path);
    // It may vanish between the two.
    return size === undefined
      ? undefined
      : await this.#files.read(path, 0, size).catch(() => undefined);
  }

  async #fetch(
    worker: WorkerAddress,
    path: string,
    bytes: number,
  ): Promise<Uint8Array | undefined> {
    const caller = this.#options.connect(worker);
    const data = new Uint8Array(bytes);
    let failures = 0;
    for (let offset = 0; offset < bytes;) {
      try {
        const request = encodeFetchRequest({ path, offset, length: PIECE_BYTES });
        const piece = decodeFetchReply(await caller.call(FILE_SERVICE, request, ms(1000)));
        if (piece === undefined || piece.length === 0) return undefined;
        data.set(piece.subarray(0, bytes - offset), offset);
        offset += piece.length;
      } catch {
        if (++failures === FETCHES_MAX) return undefined;
        await this.#options.process.clock.sleep(ms(200));
      }
    }
    return data;
  }

  async #write(path: string, text: string, durable = false): Promise<void> {
    const writer = await this.#files.create(path);
    await writer.write(new TextEncoder().encode(text));
    await writer.close(durable);
  }
}
