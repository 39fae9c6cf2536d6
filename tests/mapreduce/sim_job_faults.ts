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

/** Schedules all of them. Each has a number among its kind, by which it can be left out. */
export function scheduleFaults({ world, random, masters, crew }: JobFaultsOptions): void {
  const { masterKills, masterStops, powerCuts, leaves, diskWipes } = world.profile;
  const leavesOut = (kind: StepKind, whom: string) => !world.interventions.allows(kind, whom);
  atRandomTimes("crash", "master", masterKills, (whom) => {
    if (!masters.isDown) masters.kill(`restart ${whom}`, leavesOut("crash", whom));
  });
  atRandomTimes("stop", "master", masterStops, (whom) => {
    masters.stop(`pause ${whom}`, leavesOut("stop", whom));
  });
  atRandomTimes("power cut", "", powerCuts, (whom) => {
    cutPower(`power ${whom}`, leavesOut("power cut", whom));
  });
  atRandomTimes("leave", "", leaves, (whom) => {
    const worker = crew.pick();
    if (worker === undefined) return;
    const filesStay = random.chance(1, 2);
    if (leavesOut("leave", whom)) world.spared.set(worker.id, "leaves");
    else worker.leave(filesStay);
  });
  atRandomTimes("wipe", "", diskWipes, (whom) => {
    const worker = crew.pick();
    if (worker === undefined || leavesOut("wipe", whom)) return;
    world.simulation.spawn(() => crew.wipe(worker), "disk wipe");
  });

  /** Most jobs are over long before it becomes calm: faults come early more often than late. */
  function atRandomTimes(
    kind: StepKind,
    whom: string,
    count: number,
    fault: (whom: string) => void,
  ): void {
    for (let number = 1; number <= count; number++) {
      const name = `${whom} ${number}`.trim();
      const latest = Math.ceil(world.profile.calmAfterMs / random.between(1, 20));
      const span = world.interventions.wait(random.below(latest), `${kind} ${name}`);
      world.simulation.clock.after(ms(span), () => {
        if (!world.isOver) fault(name);
      });
    }
  }

  /** Of the files on the master's machine only what was durable is left for certain. */
  function cutPower(name: string, isLeftOut: boolean): void {
    for (const { id, process, address } of crew.all) {
      if (address.machineId !== MASTER_PLACE.machineId || !process.alive) continue;
      if (isLeftOut) world.spared.set(id, "dies");
      else process.kill();
    }
    masters.kill(name, isLeftOut);
    if (!isLeftOut) world.machines[0]!.crash(random);
  }
}
