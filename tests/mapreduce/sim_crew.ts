/**
 * The workers of a simulated job: whoever dies or leaves is replaced. They are numbered as they are started. A worker
 * whose end is left out counts as replaced all the same, and a number is passed over, so that all others keep theirs.
 */

import { InvariantError } from "../../core/base/errors.ts";
import type { Random } from "../../core/base/ports.ts";
import { ms } from "../../core/base/units.ts";
import type { WorkerOutcome } from "../../core/mapreduce/worker_link.ts";
import type { SimMasters } from "./sim_masters.ts";
import { SimWorker } from "./sim_worker.ts";
import type { SimWorld } from "./sim_world.ts";

/** A worker that outlives its job by more than this does not know when to stop. */
const EXIT_PATIENCE_MILLIS = 60_000;

/** See the head of this file. */
export class SimCrew {
  readonly #world: SimWorld;
  readonly #random: Random;
  readonly #masters: SimMasters;
  /** All that have not ended by themselves. */
  readonly #workers = new Set<SimWorker>();
  /** Those of the spared for whom a number was passed over. */
  readonly #passedOver = new Set<string>();
  /** How many places stay empty, because who should have had them was left out. */
  #absent = 0;
  started = 0;

  constructor(world: SimWorld, random: Random, masters: SimMasters) {
    this.#world = world;
    this.#random = random;
    this.#masters = masters;
  }

  get all(): Iterable<SimWorker> {
    return this.#workers;
  }

  /** Starts all, and from then on one for each that has died. */
  start(): void {
    this.#fill();
    this.#world.simulation.spawn(() => this.#supervise(), "worker supervision");
  }

  /** Picks one that lives. */
  pick(): SimWorker | undefined {
    const workers = [...this.#workers].filter(({ process }) => process.alive);
    return workers.length === 0 ? undefined : workers[this.#random.below(workers.length)];
  }

  /** Takes all its files from a worker. */
  async wipe(worker: SimWorker): Promise<void> {
    const machine = Number(worker.address.machineId.slice("machine-".length));
    await this.#world.machines[machine]!.remove(worker.address.folder);
  }

  /** Every worker that lives must notice that the job is over. */
  async awaitEnd(): Promise<void> {
    const { clock } = this.#world.simulation;
    const until = clock.now() + EXIT_PATIENCE_MILLIS;
    for (;;) {
      const left = [...this.#workers].find(({ process }) => process.alive);
      if (left === undefined) return;
      if (clock.now() >= until) {
        const detail = `worker ${left.id} is at work, and the job is over for 60 s`;
        throw new InvariantError("WorkersEndWithTheJob", detail);
      }
      await this.#world.sleep(ms(100));
    }
  }

  #fill(): void {
    while (this.#workers.size + this.#absent < this.#world.profile.workers) this.#startNext();
  }

  #startNext(): void {
    const { simulation, profile, interventions } = this.#world;
    const id = `w${++this.started}`;
    const machine = this.#random.below(profile.machines);
    if (!interventions.allows("join", id)) {
      this.#absent++;
      return;
    }
    const worker = new SimWorker(this.#world, id, machine);
    this.#workers.add(worker);
    simulation.spawn(async () => this.#onEnd(worker, await worker.run()), id);
  }

  #onEnd(worker: SimWorker, outcome: WorkerOutcome): void {
    const { simulation, finalStatus } = this.#world;
    if (outcome.kind === "refused" || outcome.kind === "jobFailed") {
      const detail = `worker ${worker.id} ends, ${outcome.kind}: ${outcome.message}`;
      simulation.fail(new InvariantError("FailuresAreTolerated", detail));
    }
    if (outcome.kind === "jobDone" && finalStatus === undefined) {
      const detail =
        `worker ${worker.id} was told that the job is over, and no master has seen its end`;
      simulation.fail(new InvariantError("WorkersStayToTheEnd", detail));
    }
    this.#workers.delete(worker);
    worker.process.kill();
  }

  async #supervise(): Promise<void> {
    const { interventions } = this.#world;
    while (!this.#world.isOver) {
      const span = this.#random.between(100, 3000);
      await this.#world.sleep(ms(interventions.wait(span, "supervision")));
      if (this.#world.isOver) return;
      const before = this.#passedOver.size;
      for (const worker of [...this.#workers]) {
        if (this.#losesFiles(worker)) await this.wipe(worker);
      }
      this.#fill();
      for (let i = before; i < this.#passedOver.size; i++) this.#passOver();
    }
  }

  /** Takes note of a worker that has died, or would have; returns whether its files are gone with it. */
  #losesFiles(worker: SimWorker): boolean {
    const { profile, interventions } = this.#world;
    const end = this.#endLeftOut(worker);
    const { alive } = worker.process;
    if (alive && end !== "dies") return false;
    // What is drawn for the dead is drawn for the spared too.
    const isReported = this.#random.chance(1, 2);
    const isWiped = this.#random.chance(profile.diskLoss, 10);
    if (alive) return false;
    this.#workers.delete(worker);
    if (isReported) this.#masters.present.workerDied(worker.id);
    return isWiped && interventions.allows("wipe", worker.id);
  }

  /** How a worker would have ended since the last look, if that was left out. */
  #endLeftOut({ id }: SimWorker): "dies" | "leaves" | undefined {
    if (this.#passedOver.has(id)) return undefined;
    const end = this.#world.spared.get(id);
    if (end !== undefined) this.#passedOver.add(id);
    return end;
  }

  #passOver(): void {
    this.started++;
    this.#random.below(this.#world.profile.machines);
  }
}
