/** A folder in which a test plays with real masters and workers; all of it is gone at the end. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { SeededRandom } from "../../core/base/random.ts";
import { TextGenerator } from "../../core/mapreduce/text_generator.ts";
import { LabProcess } from "../labs/lab1/child.ts";

/**
 * Counts words as `wc` does. Each call of `map` and `reduce` leaves a file `begun-map-PID` or `begun-reduce-PID`, and
 * does not go on before there is no file `hold-map` or `hold-reduce` any more.
 */
const SLOW_APP = `
async function wait(phase: string): Promise<void> {
  Deno.writeTextFileSync(\`begun-\${phase}-\${Deno.pid}\`, "");
  for (;;) {
    try { Deno.statSync(\`hold-\${phase}\`); } catch { return; }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
export const wholeFiles = true;
export async function map(_file: string, contents: string) {
  await wait("map");
  return (contents.match(/\\p{L}+/gu) ?? []).map((key) => ({ key, value: "1" }));
}
export async function reduce(_key: string, values: Iterable<string>): Promise<string> {
  if (first) { first = false; await wait("reduce"); }
  return String([...values].length);
}
let first = true;
`;

/** See the head of this file. */
export class Playground {
  readonly folder: string;
  readonly #processes: LabProcess[] = [];

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Plays, and clears up. */
  static async play(game: (ground: Playground) => Promise<void>): Promise<void> {
    const ground = new Playground(await mkdtemp(join(tmpdir(), "dist824 real-")));
    try {
      await mkdir(ground.path("temp"));
      await game(ground);
    } finally {
      for (const process of ground.#processes) process.kill("SIGKILL");
      await Promise.all(ground.#processes.map(({ ended }) => ended));
      await rm(ground.folder, { recursive: true, force: true, maxRetries: 3 });
    }
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  async write(name: string, content: string | Uint8Array): Promise<void> {
    await mkdir(dirname(this.path(name)), { recursive: true });
    await writeFile(this.path(name), content);
  }

  async remove(name: string): Promise<void> {
    await rm(this.path(name), { recursive: true, force: true });
  }

  /** Writes some texts `in/0.txt`, `in/1.txt` … of so many bytes each. */
  async writeTexts(count: number, bytes: number): Promise<void> {
    const generator = new TextGenerator(new SeededRandom(1n), { vocabulary: 1 << 10 });
    for (let i = 0; i < count; i++) {
      const text = new Uint8Array(bytes);
      await this.write(`in/${i}.txt`, text.subarray(0, generator.fill(text)));
    }
  }

  /** Writes the application `app.ts` that waits; see {@linkcode SLOW_APP}. */
  async writeSlowApp(): Promise<void> {
    await this.write("app.ts", SLOW_APP);
  }

  /** Starts `dist824 ARGS…` in the folder. Temporary files go to its folder `temp`. */
  start(...args: string[]): LabProcess {
    const process = new LabProcess(args, this.folder, { TMPDIR: this.path("temp") });
    this.#processes.push(process);
    return process;
  }

  /** Starts a master on a port of its own over the folder `in`; the result names its address too. */
  async startMaster(...args: string[]): Promise<{ master: LabProcess; address: string }> {
    const listen = args.includes("--listen") ? [] : ["--listen", "127.0.0.1:0"];
    const master = this.start("mr-master", "in", "--out", "out", ...listen, ...args);
    const found = await master.line(/^listening on (\S+)$/);
    return { master, address: found[1]! };
  }

  startWorker(address: string, ...args: string[]): LabProcess {
    const app = args.length > 0 ? args : ["./app.ts"];
    return this.start("mr-worker", "--master", address, ...app);
  }

  /** Waits until the slow application of this process is in this phase. */
  async begun(phase: "map" | "reduce", pid: number): Promise<void> {
    await until(() => existsSync(this.path(`begun-${phase}-${pid}`)), `${phase} of ${pid} begins`);
  }

  /** The results: the names of the files, and a hash of what is in them. */
  async output(folder = "out"): Promise<{ names: string[]; hash: string }> {
    const names = (await readdir(this.path(folder))).sort();
    const hash = createHash("sha256");
    for (const name of names.filter((name) => name.startsWith("mr-out-"))) {
      hash.update(`${name}\n`).update(await readFile(join(this.path(folder), name)));
    }
    return { names, hash: hash.digest("hex") };
  }

  /** All lines of the results, sorted. */
  async lines(folder = "out"): Promise<string[]> {
    const names = (await readdir(this.path(folder))).filter((name) => name.startsWith("mr-out-"));
    const texts = await Promise.all(
      names.map((name) => readFile(join(this.path(folder), name), "utf8")),
    );
    return texts.flatMap((text) => text.split("\n")).filter((line) => line !== "").sort();
  }

  /** What a sequential program counts in the folder `in`. */
  async expectedWords(): Promise<string[]> {
    const counts = new Map<string, number>();
    for (const name of await readdir(this.path("in"))) {
      const text = await readFile(join(this.path("in"), name), "utf8");
      for (const word of text.match(/\p{L}+/gu) ?? []) {
        counts.set(word, (counts.get(word) ?? 0) + 1);
      }
    }
    return [...counts].map(([word, count]) => `${word} ${count}`).sort();
  }

  /** Checks that the results are right and complete, and that nothing else is left anywhere. */
  async checkWords(reduceTasks = 10): Promise<void> {
    assert.deepEqual(await this.lines(), await this.expectedWords());
    const outputs = Array.from({ length: reduceTasks }, (_, i) => `mr-out-${i}`).sort();
    assert.deepEqual((await this.output()).names, ["_SUCCESS", ...outputs]);
    await this.checkTemp();
  }

  /** Checks that no temporary files are left, once all processes have ended. */
  async checkTemp(): Promise<void> {
    await Promise.all(this.#processes.map(({ ended }) => ended));
    const left = (await readdir(this.path("temp"))).filter((name) => !/machine/.test(name));
    assert.deepEqual(left, []);
  }
}

/** Waits until something is so. */
export async function until(isSo: () => boolean, what: string): Promise<void> {
  for (let i = 0; i < 1500; i++) {
    if (isSo()) return;
    await sleep(20);
  }
  assert.fail(`it takes too long until ${what}`);
}
