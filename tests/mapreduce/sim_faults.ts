/** What goes wrong while a simulated worker executes its tasks. */

import type { Random } from "../../core/base/ports.ts";
import { type Millis, ms } from "../../core/base/units.ts";
import type { TaskKind } from "../../core/mapreduce/messages.ts";
import type { StepKind } from "../labs/harness/interventions.ts";
import type { SimProcess } from "./sim_process.ts";
import type { SimWorld } from "./sim_world.ts";

const SLOWNESS = 10;
const HANG_MILLIS = 60_000;

/** The faults of one worker. */
export class TaskFaults {
  readonly #world: SimWorld;
  readonly #process: SimProcess;
  readonly #random: Random;
  readonly #slowness: number;

  constructor(world: SimWorld, process: SimProcess) {
    this.#world = world;
    this.#process = process;
    this.#random = world.simulation.random.child(`tasks/${process.name}`);
    const { slowOneIn } = world.profile;
    const isSlow = slowOneIn > 0 && this.#random.chance(1, slowOneIn) && this.#allows("slowness");
    this.#slowness = isSlow ? SLOWNESS : 1;
  }

  get #calm(): boolean {
    return this.#world.simulation.clock.now() >= this.#world.profile.calmAfterMs;
  }

  /** A step of a task takes its time; the process may die, stop or hang in it, or the step may fail. */
  async step(kind: TaskKind): Promise<void> {
    const random = this.#random;
    const { crashInMap, crashInReduce, stop, hang, fail, stepMs } = this.#world.profile;
    // All are drawn, whether it is calm or not.
    const crashes = random.chance(kind === "map" ? crashInMap : crashInReduce, 1000);
    const stops = random.chance(stop, 1000) ? random.between(10, 20_000) : 0;
    const hangs = random.chance(hang, 1000);
    const fails = random.chance(fail, 1000);
    const duration = random.between(0, stepMs);
    if (!this.#calm && !this.#isSpared(crashes)) {
      if (crashes) return await this.die();
      if (stops > 0 && this.#allows("stop")) this.#stopFor(this.#span(stops, "stop"));
      if (hangs && this.#allows("hang")) {
        await this.#process.clock.sleep(this.#span(HANG_MILLIS, "hang"));
      }
      if (fails && this.#allows("failure")) throw new Error("a fault of the moment");
    }
    await this.#process.clock.sleep(this.#span(duration * (this.#calm ? 1 : this.#slowness)));
  }

  /** The process dies here and now. */
  die(): Promise<never> {
    this.#process.kill();
    return this.#process.hang();
  }

  /** Whether the process's death was left out; `dies`: it would die now. */
  #isSpared(dies: boolean): boolean {
    const { name } = this.#process;
    const { spared } = this.#world;
    if (dies && !spared.has(name) && !this.#allows("crash")) spared.set(name, "dies");
    return spared.has(name);
  }

  #allows(kind: StepKind): boolean {
    return this.#world.interventions.allows(kind, this.#process.name);
  }

  /** How long something lasts that should last so many milliseconds. */
  #span(millis: number, what?: string): Millis {
    const { name } = this.#process;
    const whose = what === undefined ? name : `${what} ${name}`;
    return ms(this.#world.interventions.wait(millis, whose));
  }

  #stopFor(span: Millis): void {
    this.#process.pause();
    this.#world.simulation.clock.after(span, () => this.#process.resume());
  }
}
