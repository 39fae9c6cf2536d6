/** What befalls the processes and machines of a simulated job at random times, as its profile says. */

import type { Random } from "../../core/base/ports.ts";
import { ms } from "../../core/base/units.ts";
import type { StepKind } from "../labs/harness/interventions.ts";
import type { SimCrew } from "./sim_crew.ts";
import type { SimMasters } from "./sim_masters.ts";
import { MASTER_PLACE, type SimWorld } from "./sim_world.ts";

/** What faults are made of, and who suffers them. */
export interface JobFaultsOptions {
  readonly world: SimWorld;
  readonly random: Random;
  readonly masters: SimMasters;
  readonly crew: SimCrew;
}

/** Each fault has a number among its kind, by which it can be left out: `crash master 2` is the second. */
export class JobFaults {
  readonly #world: SimWorld;
  readonly #random: Random;
  readonly #masters: SimMasters;
  readonly #crew: SimCrew;

  constructor({ world, random, masters, crew }: JobFaultsOptions) {
    this.#world = world;
    this.#random = random;
    this.#masters = masters;
    this.#crew = crew;
  }

  schedule(): void {
    const { masterKills, masterStops, powerCuts, leaves, diskWipes } = this.#world.profile;
    this.#atRandomTimes("crash", "master ", masterKills, (whom) => this.#killMaster(whom));
    this.#atRandomTimes("stop", "master ", masterStops, (whom) => {
      this.#masters.stop(`pause ${whom}`, this.#leavesOut("stop", whom));
    });
    this.#atRandomTimes("power cut", "", powerCuts, (whom) => this.#cutPower(whom));
    this.#atRandomTimes("leave", "", leaves, (whom) => this.#sendAway(whom));
    this.#atRandomTimes("wipe", "", diskWipes, (whom) => this.#wipe(whom));
  }

  /** Most jobs are over long before it becomes calm: faults come early more often than late. */
  #atRandomTimes(
    kind: StepKind,
    whose: string,
    count: number,
    fault: (whom: string) => void,
  ): void {
    const { simulation, profile, interventions } = this.#world;
    for (let number = 1; number <= count; number++) {
      const whom = `${whose}${number}`;
      const latest = Math.ceil(profile.calmAfterMs / this.#random.between(1, 20));
      const span = interventions.wait(this.#random.below(latest), `${kind} ${whom}`);
      simulation.clock.after(ms(span), () => {
        if (!this.#world.isOver) fault(whom);
      });
    }
  }

  #leavesOut(kind: StepKind, whom: string): boolean {
    return !this.#world.interventions.allows(kind, whom);
  }

  #killMaster(whom: string): void {
    if (this.#masters.isDown) return;
    this.#masters.kill(`restart ${whom}`, this.#leavesOut("crash", whom));
  }

  /** Of the files on the master's machine only what was durable is left for certain. */
  #cutPower(whom: string): void {
    const isLeftOut = this.#leavesOut("power cut", whom);
    for (const { id, process, address } of this.#crew.all) {
      if (address.machineId !== MASTER_PLACE.machineId || !process.alive) continue;
      if (isLeftOut) this.#world.spared.set(id, "dies");
      else process.kill();
    }
    this.#masters.kill(`power ${whom}`, isLeftOut);
    if (!isLeftOut) this.#world.machines[0]!.crash(this.#random);
  }

  #sendAway(whom: string): void {
    const worker = this.#crew.pick();
    if (worker === undefined) return;
    const filesStay = this.#random.chance(1, 2);
    if (this.#leavesOut("leave", whom)) this.#world.spared.set(worker.id, "leaves");
    else worker.leave(filesStay);
  }

  #wipe(whom: string): void {
    const worker = this.#crew.pick();
    if (worker === undefined || this.#leavesOut("wipe", whom)) return;
    this.#world.simulation.spawn(() => this.#crew.wipe(worker), "disk wipe");
  }
}
