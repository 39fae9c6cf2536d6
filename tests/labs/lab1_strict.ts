/** Tests of lab 1 that the course does not have: simulated jobs whose workers, masters, disks and networks fail. */

import { SeededRandom } from "../../core/base/random.ts";
import { playSimJob } from "../mapreduce/sim_job.ts";
import { CALM, drawProfile, type Profile } from "../mapreduce/sim_profile.ts";
import { SimWorld as SimJobWorld } from "../mapreduce/sim_world.ts";
import { SimWorld } from "./harness/sim_world.ts";
import type { LabTest } from "./lab_test.ts";

/** Workers die, stop, hang and are late; the rest is as it should be. */
const BAD_WORKERS: Partial<Profile> = {
  workers: 5,
  machines: 3,
  files: 6,
  crashInMap: 30,
  crashInReduce: 60,
  stop: 60,
  hang: 20,
  slowOneIn: 2,
  diskLoss: 5,
  diskWipes: 2,
  backupAfterMs: 1000,
  taskTimeoutMs: 2000,
};

/** Masters are killed and stopped, calls are lost and come twice. */
const BAD_MASTERS: Partial<Profile> = {
  machines: 2,
  workers: 4,
  stop: 30,
  masterKills: 4,
  masterStops: 1,
  powerCuts: 1,
  unreliable: true,
  duplicates: 3,
  taskTimeoutMs: 3000,
  backupAfterMs: 1500,
};

/** The strict tests of lab 1. */
export const LAB_1_STRICT: readonly LabTest[] = [
  strict("Workers", "simulated workers die, hang and come back", (random) => ({
    ...CALM,
    ...BAD_WORKERS,
    realRunner: random.chance(1, 2),
  })),
  strict("Masters", "simulated masters die, and calls are lost", (random) => ({
    ...CALM,
    ...BAD_MASTERS,
    realRunner: random.chance(1, 2),
  })),
  strict("AnyFaults", "simulated jobs with faults of all kinds", drawProfile),
];

function strict(
  name: string,
  title: string,
  draw: (random: SeededRandom) => Profile,
): LabTest {
  return {
    lab: "1",
    name: `TestStrict${name}1`,
    title: `Test (1 strict): ${title}`,
    addition: "strict",
    simulatedOnly: "its machines are made for the simulation",
    async run(world) {
      if (!(world instanceof SimWorld)) throw new TypeError("This world is not simulated");
      const { simulation, mistake, interventions } = world;
      const profile = draw(new SeededRandom(simulation.seed).child("profile"));
      const { status, workersStarted, calls } = await playSimJob(
        new SimJobWorld(simulation, profile, { mistake, interventions }),
      );
      return {
        seconds: simulation.clock.now() / 1000,
        peers: workersStarted,
        rpcs: calls,
        commits: status.map.tasks + status.reduce.tasks,
      };
    },
  };
}
