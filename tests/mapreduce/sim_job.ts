/**
 * One simulated job from its first worker to its last: starts what has died again, breaks what its profile says, and
 * compares the output with a sequential run.
 */

import assert from "node:assert/strict";
import { InvariantError } from "../../core/base/errors.ts";
import type { Random, Trace } from "../../core/base/ports.ts";
import { ms } from "../../core/base/units.ts";
import type { JobStatus } from "../../core/mapreduce/coordinator_status.ts";
import type { WorkerOutcome } from "../../core/mapreduce/worker_link.ts";
import { macrotask } from "../../core/host/macrotask.ts";
import { type Deferred, Simulation } from "../../core/sim/mod.ts";
import { SimMaster } from "./sim_master.ts";
import { countAll, linesOf } from "./sim_oracle.ts";
import { drawProfile, type Profile } from "./sim_profile.ts";
import { isBadLine } from "./sim_runner.ts";
import { SimWorker } from "./sim_worker.ts";
import { MASTER_PLACE, type SimMistake, SimWorld } from "./sim_world.ts";

/** How to run a job. */
export interface SimJobOptions {
  /** By default it is drawn from the seed. */
  readonly profile?: Profile;
  readonly trace?: Trace;
  /** What masters and workers get wrong. */
  readonly mistake?: SimMistake;
}

/** What came of a job whose output was right. */
export interface SimJobResult {
  readonly profile: Profile;
  readonly status: JobStatus;
  readonly hash: string;
  readonly events: number;
  readonly virtualSeconds: number;
  readonly workersStarted: number;
  readonly mastersStarted: number;
}

/** A worker that outlives its job by more than this does not know when to stop. */
const EXIT_PATIENCE_MILLIS = 60_000;

/** Runs the job of a seed. Rejects if anything is not as it must be. */
export async function runSimJob(seed: bigint, options: SimJobOptions = {}): Promise<SimJobResult> {
  const simulation = new Simulation({
    seed,
    macrotask,
    virtualTimeMax: ms(3_600_000),
    ...(options.trace && { trace: options.trace }),
  });
  const profile = options.profile ?? drawProfile(simulation.random.child("profile"));
  const played = await simulation.run(() => playSimJob(simulation, profile, options.mistake));
  return {
    ...played,
    profile,
    hash: simulation.hash(),
    events: simulation.events,
    virtualSeconds: simulation.clock.now() / 1000,
  };
}

/** What came of a job that was played in a simulation of somebody else's. */
export type PlayedJob = Pick<SimJobResult, "status" | "workersStarted" | "mastersStarted"> & {
  /** The calls that were sent. */
  readonly calls: number;
};

/** Plays a job in a simulation that runs. Rejects if anything is not as it must be. */
export async function playSimJob(
  simulation: Simulation,
  profile: Profile,
  mistake?: SimMistake,
): Promise<PlayedJob> {
  const world = new SimWorld(simulation, profile, mistake);
  const job = new SimJob(world);
  const status = await job.run();
  const { workersStarted, mastersStarted } = job;
  return { status, workersStarted, mastersStarted, calls: world.network.totalCount };
}

class SimJob {
  readonly #world: SimWorld;
  readonly #simulation: Simulation;
  readonly #random: Random;
  readonly #done: Deferred<JobStatus>;
  /** All that have not ended by themselves. */
  readonly #workers = new Set<SimWorker>();
  #master: SimMaster;
  #isOver = false;
  workersStarted = 0;
  mastersStarted = 0;

  constructor(world: SimWorld) {
    this.#world = world;
    this.#simulation = world.simulation;
    this.#random = world.simulation.random.child("faults");
    this.#done = world.simulation.deferred();
    this.#master = this.#startMaster();
  }

  async run(): Promise<JobStatus> {
    const { workers, calmAfterMs } = this.#world.profile;
    for (let i = 0; i < workers; i++) this.#startWorker();
    this.#simulation.spawn(() => this.#superviseWorkers(), "worker supervision");
    this.#scheduleFaults();
    this.#simulation.clock.after(ms(calmAfterMs), () => this.#calm());
    const status = await this.#done.promise;
    this.#isOver = true;
    await this.#checkOutput(status);
    this.#master.process.kill();
    await this.#awaitWorkers();
    return status;
  }

  #startMaster(): SimMaster {
    const master = new SimMaster(this.#world);
    this.mastersStarted++;
    this.#simulation.spawn(async () => this.#done.resolve(await master.run()), "master");
    return master;
  }

  #startWorker(): void {
    const id = `w${++this.workersStarted}`;
    const worker = new SimWorker(this.#world, id, this.#random.below(this.#world.profile.machines));
    this.#workers.add(worker);
    this.#simulation.spawn(async () => this.#onWorkerEnd(worker, await worker.run()), id);
  }

  #onWorkerEnd(worker: SimWorker, outcome: WorkerOutcome): void {
    if (outcome.kind === "refused" || outcome.kind === "jobFailed") {
      const detail = `worker ${worker.id} ends, ${outcome.kind}: ${outcome.message}`;
      this.#simulation.fail(new InvariantError("FailuresAreTolerated", detail));
    }
    if (outcome.kind === "jobDone" && this.#world.finalStatus === undefined) {
      const detail =
        `worker ${worker.id} was told that the job is over, and no master has seen its end`;
      this.#simulation.fail(new InvariantError("WorkersStayToTheEnd", detail));
    }
    this.#workers.delete(worker);
    worker.process.kill();
  }

  /** Starts a worker for each that has died. */
  async #superviseWorkers(): Promise<void> {
    const { workers, diskLoss } = this.#world.profile;
    while (!this.#isOver) {
      await this.#world.sleep(ms(this.#random.between(100, 3000)));
      if (this.#isOver) return;
      for (const worker of [...this.#workers]) {
        if (worker.process.alive) continue;
        this.#workers.delete(worker);
        if (this.#random.chance(1, 2)) this.#master.workerDied(worker.id);
        if (this.#random.chance(diskLoss, 10)) await this.#wipe(worker);
      }
      while (this.#workers.size < workers) this.#startWorker();
    }
  }

  #scheduleFaults(): void {
    const { masterKills, masterStops, powerCuts, leaves, diskWipes } = this.#world.profile;
    this.#atRandomTimes(masterKills, () => this.#killMaster());
    this.#atRandomTimes(masterStops, () => this.#stopMaster());
    this.#atRandomTimes(powerCuts, () => this.#cutPower());
    this.#atRandomTimes(leaves, () => this.#pickWorker()?.leave(this.#random.chance(1, 2)));
    this.#atRandomTimes(diskWipes, () => {
      const worker = this.#pickWorker();
      if (worker !== undefined) this.#simulation.spawn(() => this.#wipe(worker), "disk wipe");
    });
  }

  /** Most jobs are over long before it becomes calm: faults come early more often than late. */
  #atRandomTimes(count: number, fault: () => void): void {
    const { calmAfterMs } = this.#world.profile;
    for (let i = 0; i < count; i++) {
      const latest = Math.ceil(calmAfterMs / this.#random.between(1, 20));
      this.#simulation.clock.after(ms(this.#random.below(latest)), () => {
        if (!this.#isOver) fault();
      });
    }
  }

  #killMaster(): void {
    if (!this.#master.process.alive) return;
    this.#master.process.kill();
    const longest = this.#random.chance(1, 4) ? 20_000 : 3000;
    this.#simulation.clock.after(ms(this.#random.between(10, longest)), () => {
      if (!this.#isOver) this.#master = this.#startMaster();
    });
  }

  /** Of the files on the master's machine only what was durable is left for certain. */
  #cutPower(): void {
    for (const { process, address } of this.#workers) {
      if (address.machineId === MASTER_PLACE.machineId) process.kill();
    }
    this.#killMaster();
    this.#world.machines[0]!.crash(this.#random);
  }

  #stopMaster(): void {
    const { process } = this.#master;
    process.pause();
    this.#simulation.clock.after(ms(this.#random.between(10, 20_000)), () => process.resume());
  }

  #pickWorker(): SimWorker | undefined {
    const workers = [...this.#workers].filter(({ process }) => process.alive);
    return workers.length === 0 ? undefined : workers[this.#random.below(workers.length)];
  }

  async #wipe(worker: SimWorker): Promise<void> {
    const machine = Number(worker.address.machineId.slice("machine-".length));
    await this.#world.machines[machine]!.remove(worker.address.folder);
  }

  #calm(): void {
    this.#world.calm();
    this.#master.process.resume();
    for (const { process } of this.#workers) process.resume();
  }

  /** Every worker that lives must notice that the job is over. */
  async #awaitWorkers(): Promise<void> {
    this.#calm();
    const until = this.#simulation.clock.now() + EXIT_PATIENCE_MILLIS;
    while ([...this.#workers].some(({ process }) => process.alive)) {
      assert.ok(this.#simulation.clock.now() < until, "A worker does not end after its job");
      await this.#world.sleep(ms(100));
    }
  }

  async #checkOutput(status: JobStatus): Promise<void> {
    const { texts, profile, machines } = this.#world;
    assert.equal(status.phase, "done", status.failure);
    const expected = countAll(texts, profile.nReduce, isBadLine);
    const disk = machines[0]!;
    const folder = MASTER_PLACE.outputFolder;
    for (const [number, content] of expected.outputs.entries()) {
      const path = `${folder}/mr-out-${number}`;
      assert.ok(await disk.size(path) !== undefined, `${path} is missing`);
      const data = await disk.read(path, 0, content.length + 1);
      assert.equal(new TextDecoder().decode(data), content, `${path} is wrong`);
    }
    const names = await disk.list(folder);
    const results = expected.outputs.map((_, number) => `mr-out-${number}`);
    const others = names.filter((name) => !name.startsWith("mr-part-"));
    assert.deepEqual(others, ["_SUCCESS", ...results].sort(), "Other files than results are left");
    const { lines = 0, words = 0, keys = 0 } = status.counters;
    const distinct = expected.outputs.join("").split("\n").length - 1;
    assert.deepEqual(
      { lines, words, keys, records: status.outputRecords },
      { lines: expected.lines, words: expected.words, keys: distinct, records: distinct },
      "The counters are wrong",
    );
    this.#checkSkipped(status);
  }

  /** Exactly the bad lines were left out. */
  #checkSkipped(status: JobStatus): void {
    const bad = [...this.#world.texts].flatMap(([file, text]) =>
      linesOf(file, text, 0, text.length).filter((line) => isBadLine(line.text))
    );
    const place = ({ file, start, end }: { file: string; start: number; end: number }) =>
      `${file}:${start}-${end}`;
    assert.deepEqual(status.skippedRecords.map(place).sort(), bad.map(place).sort());
  }
}
