/** The world of a simulated job: machines with disks, a network, and the input. */

import { type Millis, ms } from "../../core/base/units.ts";
import type { JobDescription, MasterPlace } from "../../core/mapreduce/coordinator_io.ts";
import type { JobStatus } from "../../core/mapreduce/coordinator_status.ts";
import type { AppInfo } from "../../core/mapreduce/messages.ts";
import { MemoryFiles, SimNetwork, type Simulation } from "../../core/sim/mod.ts";
import { SimCaller } from "./sim_caller.ts";
import type { Mistake } from "../bugs/mistake.ts";
import { type Interventions, NO_INTERVENTIONS } from "../labs/harness/interventions.ts";
import { FinalNames } from "./checks/mod.ts";
import { drawInput } from "./sim_input.ts";
import type { Profile } from "./sim_profile.ts";
import { SimProcess } from "./sim_process.ts";

/** Where the simulated master is. */
export const MASTER_PLACE: MasterPlace = {
  machineId: "machine-0",
  inputFolder: "/in",
  outputFolder: "/out",
};

const ATTEMPTS_MAX = 20;

/** The part of a planted mistake that masters and workers make. */
export type SimMistake = Pick<Mistake, "master" | "files">;

/** What is not as profile and seed say. */
export interface SimWorldOptions {
  /** What masters and workers get wrong. */
  readonly mistake?: SimMistake | undefined;
  /** What is left out. */
  readonly interventions?: Interventions;
}

/** See the head of this file. */
export class SimWorld {
  readonly simulation: Simulation;
  readonly profile: Profile;
  readonly mistake: SimMistake | undefined;
  readonly interventions: Interventions;
  readonly network: SimNetwork;
  readonly machines: readonly MemoryFiles[];
  readonly texts: ReadonlyMap<string, string>;
  readonly app: AppInfo;
  readonly job: JobDescription;
  /** Looks at who names and writes results. */
  readonly finalNames: FinalNames;
  /** Workers whose end was left out, and which: nothing happens to them any more. */
  readonly spared = new Map<string, "dies" | "leaves">();
  /** The status in which a master saw the job done, if one has. */
  finalStatus: JobStatus | undefined;
  /** Whether the job has come to its end: from then on nobody is started or broken. */
  isOver = false;
  #ends = 0;

  constructor(simulation: Simulation, profile: Profile, options: SimWorldOptions = {}) {
    const { mistake, interventions = NO_INTERVENTIONS } = options;
    this.simulation = simulation;
    this.profile = profile;
    this.mistake = mistake;
    this.interventions = interventions;
    this.network = new SimNetwork(simulation, {}, interventions.director);
    this.network.setReliable(!profile.unreliable);
    this.network.setLongDelays(profile.longDelays);
    this.network.setLongReordering(profile.longReordering);
    if (profile.duplicates > 0) this.network.setDuplication(profile.duplicates, 10);
    this.machines = Array.from(
      { length: profile.machines },
      (_, i) => new MemoryFiles({ simulation, name: `machine-${i}` }),
    );
    this.finalNames = new FinalNames(
      MASTER_PLACE.outputFolder,
      simulation.clock,
      (error) => simulation.fail(error),
    );
    const random = simulation.random.child("input");
    const { texts, files: inputs } = drawInput({ random, profile, interventions });
    this.texts = texts;
    this.app = { name: "wc", wholeFiles: profile.wholeFiles };
    this.job = {
      inputs,
      splitBytes: profile.splitBytes,
      app: random.chance(1, 2) ? this.app : undefined,
      options: {
        nReduce: this.#countReduces(),
        taskTimeout: ms(profile.taskTimeoutMs),
        backupAfter: profile.backupAfterMs === undefined ? undefined : ms(profile.backupAfterMs),
        attemptsMax: ATTEMPTS_MAX,
        skipBadRecords: profile.badLines !== "none",
      },
    };
  }

  startProcess(name: string, machine: number): SimProcess {
    const process: SimProcess = new SimProcess(this, name, this.machines[machine]!, (files) => {
      const watched = this.finalNames.watch(files, () => process);
      return this.mistake?.files?.(watched) ?? watched;
    });
    return process;
  }

  /** The way from a process to a server. */
  connect(process: SimProcess, server: string): SimCaller {
    const name = `${process.name}->${server}#${this.#ends++}`;
    const end = this.network.makeEnd(name, process.name);
    this.network.connect(name, server);
    this.network.enable(name, true);
    return new SimCaller(this.simulation, process, end);
  }

  /** Nothing more goes wrong with the network. */
  calm(): void {
    this.network.setReliable(true);
    this.network.setLongDelays(false);
    this.network.setLongReordering(false);
    this.network.setDuplication(0, 1);
  }

  sleep(span: Millis): Promise<void> {
    return this.simulation.clock.sleep(span);
  }

  /** As many as the profile says, but for those that are left out. Without any there is no job. */
  #countReduces(): number {
    let count = 1;
    for (let task = 1; task < this.profile.nReduce; task++) {
      if (this.interventions.allows("reduce task", task)) count++;
    }
    return count;
  }
}
