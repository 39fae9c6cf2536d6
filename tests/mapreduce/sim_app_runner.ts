/**
 * Word count by the real task runner on simulated disks: spills, merges, shuffles and their ends are those of the
 * program. Each use of the disk or the network is a step in which things can go wrong.
 */

import type { FileWriter } from "../../core/base/ports.ts";
import { ms } from "../../core/base/units.ts";
import type { MapContext, TextApp } from "../../core/mapreduce/app.ts";
import type { WorkerAddress } from "../../core/mapreduce/job.ts";
import type { LocalFiles } from "../../core/mapreduce/local_files.ts";
import {
  FILE_SERVICE,
  type MapAssignment,
  type MapResult,
  type ReduceAssignment,
  type ReduceResult,
  type TaskKind,
} from "../../core/mapreduce/messages.ts";
import { decodeFetchReply, encodeFetchRequest } from "../../core/mapreduce/messages_fetch_codec.ts";
import { AppTaskRunner } from "../../core/mapreduce/task_runner.ts";
import type { TaskControl, TaskRunner } from "../../core/mapreduce/worker_loop.ts";
import { linesOf, wordsOf } from "./sim_oracle.ts";
import { isBadLine, type SimRunnerOptions } from "./sim_runner.ts";

/** So little that larger inputs are spilled. */
const MEMORY_BYTES = 16 * 1024;
const FETCH_DEADLINE = ms(1000);
const FETCHES_MAX = 3;

/** See the head of this file. */
export class SimAppRunner implements TaskRunner {
  readonly #options: SimRunnerOptions;
  readonly #runner: AppTaskRunner;
  #kind: TaskKind = "map";

  constructor(options: SimRunnerOptions) {
    const { process, address, texts } = options;
    const encoder = new TextEncoder();
    this.#options = options;
    this.#runner = new AppTaskRunner({
      app: this.#app(),
      worker: address,
      files: this.#files(),
      inputs: {
        read: async (path, offset, length) => {
          await this.#step();
          return encoder.encode(texts.get(path)).slice(offset, offset + length);
        },
      },
      fetchPiece: (worker, path, offset, length) => this.#fetch(worker, path, offset, length),
      breathe: () => process.clock.sleep(ms(0)),
      memoryBytes: MEMORY_BYTES,
    });
  }

  runMap(assignment: MapAssignment, control: TaskControl): Promise<MapResult> {
    this.#kind = "map";
    return this.#runner.runMap(assignment, control);
  }

  runReduce(assignment: ReduceAssignment, control: TaskControl): Promise<ReduceResult> {
    this.#kind = "reduce";
    return this.#runner.runReduce(assignment, control);
  }

  discard(result: MapResult | ReduceResult): Promise<void> {
    return this.#runner.discard(result);
  }

  #app(): TextApp {
    const { badLines, faults, wholeFiles } = this.#options;
    const add = (_word: string, counts: Iterable<string>) => {
      let total = 0;
      for (const count of counts) total += Number(count);
      return String(total);
    };
    return {
      wholeFiles,
      map: (file, contents, context) => {
        const lines = linesOf(file, contents, 0, contents.length);
        if (!lines.some(({ text }) => isBadLine(text))) {
          return lines.flatMap(({ text }) => pairsOf(text, context));
        }
        if (badLines === "kill") return faults.die();
        throw new Error("a bad line");
      },
      combine: add,
      reduce: (word, counts, context) => {
        context.count("keys");
        return add(word, counts);
      },
    };
  }

  #files(): LocalFiles {
    const { files } = this.#options.process;
    return {
      size: (path) => files.size(path),
      read: (path, offset, length) => files.read(path, offset, length),
      readNow: (path, offset, length) => files.readNow(path, offset, length),
      create: async (path): Promise<FileWriter> => {
        await this.#step();
        return await files.create(path);
      },
      rename: (from, to) => files.rename(from, to),
      remove: (path) => files.remove(path),
      list: (folder) => files.list(folder),
    };
  }

  async #fetch(
    worker: WorkerAddress,
    path: string,
    offset: number,
    length: number,
  ): Promise<Uint8Array | undefined> {
    await this.#step();
    const request = encodeFetchRequest({ path, offset, length });
    for (let failures = 1;; failures++) {
      try {
        const caller = this.#options.connect(worker);
        return decodeFetchReply(await caller.call(FILE_SERVICE, request, FETCH_DEADLINE));
      } catch (error) {
        if (failures === FETCHES_MAX) throw error;
        await this.#options.process.clock.sleep(ms(200));
      }
    }
  }

  #step(): Promise<void> {
    return this.#options.faults.step(this.#kind);
  }
}

function pairsOf(line: string, context: MapContext): { key: string; value: string }[] {
  context.count("lines");
  return wordsOf(line).map((key) => {
    context.count("words");
    return { key, value: "1" };
  });
}
