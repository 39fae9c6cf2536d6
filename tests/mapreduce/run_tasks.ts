/** Runs all tasks of a job one after the other, without a coordinator, over files in memory. */

import { Buffer } from "node:buffer";
import type { MapReduceApp } from "../../core/mapreduce/app.ts";
import type { ReduceInput } from "../../core/mapreduce/messages.ts";
import { planSplits } from "../../core/mapreduce/splits.ts";
import { partitionFile } from "../../core/mapreduce/spill.ts";
import type { TaskOptions } from "../../core/mapreduce/task_options.ts";
import type { StreamingApp } from "../../core/mapreduce/streaming_app.ts";
import { AppTaskRunner } from "../../core/mapreduce/task_runner.ts";
import type { TaskControl } from "../../core/mapreduce/worker_loop.ts";
import { MemoryFiles } from "../../core/sim/files.ts";

/** An input file, as text or as bytes. */
export type Inputs = Readonly<Record<string, string | Uint8Array>>;

/** How to run a job. */
export interface RunOptions {
  readonly nReduce?: number;
  readonly splitBytes?: number;
  readonly memoryBytes?: number;
  /** The reduces run on another machine than the maps. */
  readonly remote?: boolean;
  /** Called between the maps and the reduces. */
  readonly afterMaps?: (files: MemoryFiles, paths: readonly string[]) => Promise<void>;
}

/** What came of it. */
export interface RunResult {
  /** The lines of each output file. */
  readonly outputs: readonly (readonly string[])[];
  readonly counters: Readonly<Record<string, number>>;
  readonly files: MemoryFiles;
}

export const encoder: TextEncoder = new TextEncoder();

/** Shows bytes as text, one character for each, in the same order. */
export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}

/** Makes the control of a task that nobody watches. */
export function quietControl(overrides: Partial<TaskControl> = {}): TaskControl {
  return {
    signal: new AbortController().signal,
    progress() {},
    recordBegins: () => Promise.resolve(),
    ...overrides,
  };
}

/** Writes a file. */
export async function putFile(
  files: MemoryFiles,
  path: string,
  contents: string | Uint8Array,
): Promise<void> {
  const writer = await files.create(path);
  await writer.write(typeof contents === "string" ? encoder.encode(contents) : contents);
  await writer.close(false);
}

/** Makes a runner of a worker whose folder is `/name`, and that can fetch from all others. */
export function makeRunner(
  app: MapReduceApp | StreamingApp,
  files: MemoryFiles,
  name = "worker",
  overrides: Partial<TaskOptions> = {},
): AppTaskRunner {
  return new AppTaskRunner({
    app,
    files,
    inputs: files,
    worker: { workerId: name, hostname: "", port: 0, machineId: name, folder: `/${name}` },
    fetchPiece: async (worker, path, offset, length) => {
      const full = `${worker.folder}/${path}`;
      if (await files.size(full) === undefined) return undefined;
      return await files.read(full, offset, length);
    },
    breathe: () => Promise.resolve(),
    memoryBytes: 1 << 20,
    ...overrides,
  });
}

/** Runs a whole job. */
export async function runTasks(
  app: MapReduceApp | StreamingApp,
  inputs: Inputs,
  options: RunOptions = {},
): Promise<RunResult> {
  const { nReduce = 3, splitBytes = 1 << 20, memoryBytes = 1 << 20 } = options;
  const files = new MemoryFiles();
  const counters: Record<string, number> = {};
  const add = (more: Readonly<Record<string, number>>) => {
    for (const [name, count] of Object.entries(more)) {
      counters[name] = (counters[name] ?? 0) + count;
    }
  };
  const inputFiles: { file: string; size: number }[] = [];
  for (const [file, contents] of Object.entries(inputs)) {
    await putFile(files, file, contents);
    inputFiles.push({ file, size: (await files.size(file))! });
  }
  const wholeFiles = "streaming" in app ? false : app.wholeFiles ?? false;
  const splits = planSplits(inputFiles, { splitBytes, wholeFiles });
  const mapper = makeRunner(app, files, "mapper", { memoryBytes });
  const reduceInputs: ReduceInput[][] = Array.from({ length: nReduce }, () => []);
  const paths: string[] = [];
  for (const [task, split] of splits.entries()) {
    const result = await mapper.runMap({
      kind: "map",
      task,
      attempt: 1,
      splits: [split],
      nReduce,
      skipRecords: [],
      oneRecordAtATime: false,
    }, quietControl());
    add(result.counters);
    for (const [partition, bytes] of result.partitionBytes.entries()) {
      if (bytes === 0) continue;
      paths.push(`/mapper/${partitionFile(result.path, partition)}`);
      reduceInputs[partition]!.push({
        mapTask: task,
        attempt: 1,
        path: result.path,
        bytes,
        worker: {
          workerId: "mapper",
          hostname: "",
          port: 0,
          machineId: "mapper",
          folder: "/mapper",
        },
      });
    }
  }
  await options.afterMaps?.(files, paths);
  const reducer = options.remote ? makeRunner(app, files, "reducer", { memoryBytes }) : mapper;
  const outputs: string[][] = [];
  for (const [task, some] of reduceInputs.entries()) {
    const result = await reducer.runReduce({
      kind: "reduce",
      task,
      attempt: 1,
      inputs: some,
      outputFolder: "/out",
    }, quietControl());
    add(result.counters);
    const bytes = await files.read(`/out/${result.outputFile}`, 0, result.bytes + 1);
    const text = latin1(bytes);
    const lines = text.split("\n");
    if (lines.pop() !== "" || bytes.length !== result.bytes || lines.length !== result.records) {
      throw new Error(`The output of reduce task ${task} is not what its result says`);
    }
    outputs.push(lines);
  }
  return { outputs, counters, files };
}

/** The lines of all outputs, in the order of their bytes. */
export function sortedLines(outputs: readonly (readonly string[])[]): string[] {
  return outputs.flat().sort();
}
