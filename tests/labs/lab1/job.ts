/** The world of one test of lab 1: a folder of its own with the texts, a master on a port of its own, its workers. */

import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Passed } from "../lab_test.ts";
import { SweptFolder } from "../swept_folder.ts";
import { LabProcess } from "./child.ts";
import { byBytes } from "./oracle.ts";
import { loadTexts, type Text, type Texts } from "./texts.ts";

/** See the head of this file. */
export class LabJob {
  readonly #folder: SweptFolder;
  readonly texts: Texts;
  /** The folder in which all processes run: the inputs are above it. */
  readonly cwd: string;
  readonly #processes: LabProcess[] = [];
  readonly #startedAt = performance.now();
  #master = "";
  #workers = 0;

  private constructor(texts: Texts) {
    this.#folder = new SweptFolder("dist824-lab1-");
    this.texts = texts;
    this.cwd = this.#pathOf("mr-tmp");
  }

  /** Plays a test in a world of its own, and ends all that is left of it. */
  static async play(scenario: (job: LabJob) => Promise<void>): Promise<Passed> {
    const texts = await loadTexts();
    const job = new LabJob(texts);
    try {
      await mkdir(job.cwd);
      for (const { name, contents } of texts.files) {
        await writeFile(job.#pathOf(name), contents);
      }
      await scenario(job);
      return await job.#measured();
    } finally {
      await job.#end();
    }
  }

  /** The name of a text as the master is given it. */
  nameOf(text: Text): string {
    return `../${text.name}`;
  }

  /** Starts the master over all texts, and waits until it listens. */
  async startMaster(): Promise<LabProcess> {
    const inputs = this.texts.files.map((text) => this.nameOf(text));
    const options = ["--listen", "127.0.0.1:0", "--json", "../status.json", "--child"];
    const master = this.#start(["mr-master", ...options, ...inputs]);
    this.#master = (await master.line(/^listening on (\S+)$/))[1]!;
    return master;
  }

  /** Starts a worker. */
  startWorker(app: string): LabProcess {
    this.#workers++;
    return this.#start(["mr-worker", app, "--master", this.#master, "--child"]);
  }

  /** Waits for the ends of processes, all of which must be good. */
  async allGood(processes: readonly LabProcess[]): Promise<void> {
    await Promise.all(processes.map((process) => process.good()));
  }

  /** All lines of all output files in byte order, without empty ones: what `sort mr-out* | grep .` gives. */
  async outputLines(): Promise<string[]> {
    const names = (await readdir(this.cwd)).filter((name) => name.startsWith("mr-out"));
    const texts = await Promise.all(names.map((name) => readFile(join(this.cwd, name), "utf8")));
    return texts.flatMap((text) => text.split("\n")).filter((line) => line !== "").sort(byBytes);
  }

  #start(args: readonly string[]): LabProcess {
    const process = new LabProcess(args, this.cwd, { TMPDIR: this.#folder.path });
    this.#processes.push(process);
    return process;
  }

  /** What the Passed line shows: workers, attempts of tasks, bytes of output, tasks. */
  async #measured(): Promise<Passed> {
    const { map, reduce, outputBytes } = JSON.parse(
      await readFile(this.#pathOf("status.json"), "utf8"),
    );
    return {
      seconds: (performance.now() - this.#startedAt) / 1000,
      peers: this.#workers,
      rpcs: map.attempts + reduce.attempts,
      bytes: outputBytes,
      commits: map.tasks + reduce.tasks,
    };
  }

  async #end(): Promise<void> {
    for (const process of this.#processes) process.kill("SIGKILL");
    await Promise.all(this.#processes.map(({ ended }) => ended));
    await this.#folder.remove();
  }

  #pathOf(name: string): string {
    return join(this.#folder.path, name);
  }
}
