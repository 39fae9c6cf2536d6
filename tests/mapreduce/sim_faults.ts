/** What goes wrong while a simulated worker executes its tasks. */

import type { Random } from "../../core/base/ports.ts";
import { type Millis, ms } from "../../core/base/units.ts";
import type { TaskKind } from "../../core/mapreduce/messages.ts";
import type { Simulation } from "../../core/sim/mod.ts";
import type { Profile } from "./sim_profile.ts";
import type { SimProcess } from "./sim_process.ts";

const SLOWNESS = 10;

/** The faults of one worker. */
export class TaskFaults {
  readonly #simulation: Simulation;
  readonly #profile: Profile;
  readonly #process: SimProcess;
  readonly #random: Random;
  readonly #slowness: number;

  constructor(simulation: Simulation, profile: Profile, process: SimProcess) {
    this.#simulation = simulation;
    this.#profile = profile;
    this.#process = process;
    this.#random = simulation.random.child(`tasks/${process.name}`);
    const { slowOneIn } = profile;
    this.#slowness = slowOneIn > 0 && this.#random.chance(1, slowOneIn) ? SLOWNESS : 1;
  }

  get #calm(): boolean {
    return this.#simulation.clock.now() >= this.#profile.calmAfterMs;
  }

  /** A step of a task takes its time; the process may die, stop or hang in it, or the step may fail. */
  async step(kind: TaskKind): Promise<void> {
    const random = this.#random;
    const { crashInMap, crashInReduce, stop, hang, fail, stepMs } = this.#profile;
    // All are drawn, whether it is calm or not.
    const crashes = random.chance(kind === "map" ? crashInMap : crashInReduce, 1000);
    const stops = random.chance(stop, 1000) ? random.between(10, 20_000) : 0;
    const hangs = random.chance(hang, 1000);
    const fails = random.chance(fail, 1000);
    const duration = random.between(0, stepMs);
    if (!this.#calm) {
      if (crashes) return await this.die();
      if (stops > 0) this.#stopFor(ms(stops));
      if (hangs) await this.#process.clock.sleep(ms(60_000));
      if (fails) throw new Error("a fault of the moment");
    }
    await this.#process.clock.sleep(ms(duration * (this.#calm ? 1 : this.#slowness)));
  }

  /** The process dies here and now. */
  die(): Promise<never> {
    this.#process.kill();
    return this.#process.hang();
  }

  #stopFor(span: Millis): void {
    this.#process.pause();
    this.#simulation.clock.after(span, () => this.#process.resume());
  }
}
