/** The simulated world of a lab test. */

import type { Clock, Random, Trace } from "../../../core/base/ports.ts";
import { type NetworkOptions, SimNetwork } from "../../../core/sim/network.ts";
import type { Deferred, Simulation } from "../../../core/sim/simulation.ts";
import type { Mistake } from "../../bugs/mod.ts";
import { type Interventions, NO_INTERVENTIONS } from "./interventions.ts";
import { plainDisk, type ServerDisk, walDisk } from "./server_disk.ts";
import type { LabDiskOptions, LabNetwork, World } from "./world.ts";

/** A {@linkcode World} in a simulation, which whoever made it also runs. */
export class SimWorld implements World {
  readonly mistake: Mistake | undefined;
  readonly interventions: Interventions;
  readonly #simulation: Simulation;

  constructor(
    simulation: Simulation,
    mistake?: Mistake,
    interventions: Interventions = NO_INTERVENTIONS,
  ) {
    this.#simulation = simulation;
    this.mistake = mistake;
    this.interventions = interventions;
  }

  /** For those who bring servers and networks of their own. */
  get simulation(): Simulation {
    return this.#simulation;
  }

  get clock(): Clock {
    return this.#simulation.clock;
  }

  get random(): Random {
    return this.#simulation.random;
  }

  get trace(): Trace {
    return this.#simulation.trace;
  }

  spawn<T>(task: () => Promise<T>): Promise<T> {
    return this.#simulation.spawn(task);
  }

  fail(error: unknown): void {
    this.#simulation.fail(error);
  }

  deferred<T>(): Deferred<T> {
    return this.#simulation.deferred();
  }

  fold(kind: number, a: number, b: number): void {
    this.#simulation.fold(kind, a, b);
  }

  makeNetwork(options?: Partial<NetworkOptions>, inSimulation?: NetworkOptions): LabNetwork {
    return new SimNetwork(
      this.#simulation,
      { ...inSimulation, ...options },
      this.interventions.director,
    );
  }

  makeDisk({ wal, ...options }: LabDiskOptions): ServerDisk {
    const makeDisk = wal ? walDisk : plainDisk;
    return makeDisk(this.#simulation, options);
  }
}
