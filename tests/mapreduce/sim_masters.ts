/** The master of a simulated job, one life after the other: who is killed is started again after a while. */

import type { Random } from "../../core/base/ports.ts";
import { type Millis, ms } from "../../core/base/units.ts";
import type { JobStatus } from "../../core/mapreduce/coordinator_status.ts";
import { SimMaster } from "./sim_master.ts";
import type { SimWorld } from "./sim_world.ts";

/** See the head of this file. */
export class SimMasters {
  readonly #world: SimWorld;
  readonly #random: Random;
  readonly #onDone: (status: JobStatus) => void;
  #present: SimMaster;
  #isDown = false;
  started = 0;

  /** Starts the first. `onDone` is told when the job is over and the workers know it. */
  constructor(world: SimWorld, random: Random, onDone: (status: JobStatus) => void) {
    this.#world = world;
    this.#random = random;
    this.#onDone = onDone;
    this.#present = this.#start();
  }

  /** The life that is now, or was last. */
  get present(): SimMaster {
    return this.#present;
  }

  /** Whether it was killed and is not back; also of one whose death was left out. */
  get isDown(): boolean {
    return this.#isDown;
  }

  /** Kills the master, unless that `isLeftOut`: then it goes on, and all else is as if it was killed. */
  kill(name: string, isLeftOut: boolean): void {
    if (this.#isDown) return;
    this.#isDown = true;
    if (!isLeftOut) this.#present.process.kill();
    const longest = this.#random.chance(1, 4) ? 20_000 : 3000;
    const span = this.#random.between(10, longest);
    this.#world.simulation.clock.after(isLeftOut ? ms(span) : this.#span(span, name), () => {
      if (this.#world.isOver) return;
      this.#isDown = false;
      if (!isLeftOut) this.#present = this.#start();
    });
  }

  /** Lets nothing happen in the master's process for a while, unless that `isLeftOut`. */
  stop(name: string, isLeftOut: boolean): void {
    const span = this.#random.between(10, 20_000);
    if (isLeftOut) return;
    const { process } = this.#present;
    process.pause();
    this.#world.simulation.clock.after(this.#span(span, name), () => process.resume());
  }

  #start(): SimMaster {
    const master = new SimMaster(this.#world);
    this.started++;
    this.#world.simulation.spawn(async () => this.#onDone(await master.run()), "master");
    return master;
  }

  #span(millis: number, name: string): Millis {
    return ms(this.#world.interventions.wait(millis, name));
  }
}
