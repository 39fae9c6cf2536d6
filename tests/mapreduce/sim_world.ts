/** The world of a simulated job: machines with disks, a network, and the input. */

import type { Random } from "../../core/base/ports.ts";
import { type Millis, ms } from "../../core/base/units.ts";
import type { JobDescription, MasterPlace } from "../../core/mapreduce/coordinator_io.ts";
import type { JobStatus } from "../../core/mapreduce/coordinator_status.ts";
import type { AppInfo } from "../../core/mapreduce/messages.ts";
import { MemoryFiles, SimNetwork, type Simulation } from "../../core/sim/mod.ts";
import { SimCaller } from "./sim_caller.ts";
import type { Mistake } from "../bugs/mistake.ts";
import type { Profile } from "./sim_profile.ts";
import { SimProcess } from "./sim_process.ts";

/** Where the simulated master is. */
export const MASTER_PLACE: MasterPlace = {
  machineId: "machine-0",
  inputFolder: "/in",
  outputFolder: "/out",
};

const WORDS = "a b c d e f g h i the of and to in that it is was for you he be with on as".split(
  " ",
);
const ATTEMPTS_MAX = 20;

/** The part of a planted mistake that masters and workers make. */
export type SimMistake = Pick<Mistake, "master" | "files">;

/** See the head of this file. */
export class SimWorld {
  readonly simulation: Simulation;
  readonly profile: Profile;
  readonly mistake: SimMistake | undefined;
  readonly network: SimNetwork;
  readonly machines: readonly MemoryFiles[];
  readonly texts: ReadonlyMap<string, string>;
  readonly app: AppInfo;
  readonly job: JobDescription;
  /** The status in which a master saw the job done, if one has. */
  finalStatus: JobStatus | undefined;
  #ends = 0;

  constructor(simulation: Simulation, profile: Profile, mistake?: SimMistake) {
    this.simulation = simulation;
    this.profile = profile;
    this.mistake = mistake;
    this.network = new SimNetwork(simulation);
    this.network.setReliable(!profile.unreliable);
    this.network.setLongDelays(profile.longDelays);
    this.network.setLongReordering(profile.longReordering);
    if (profile.duplicates > 0) this.network.setDuplication(profile.duplicates, 10);
    this.machines = Array.from(
      { length: profile.machines },
      (_, i) => new MemoryFiles({ simulation, name: `machine-${i}` }),
    );
    const random = simulation.random.child("input");
    this.texts = drawTexts(random, profile);
    this.app = { name: "wc", wholeFiles: profile.wholeFiles };
    this.job = {
      inputs: [...this.texts].map(([file, text]) => ({
        file,
        size: text.length,
        machines: [`machine-${random.below(profile.machines)}`],
      })),
      splitBytes: profile.splitBytes,
      app: random.chance(1, 2) ? this.app : undefined,
      options: {
        nReduce: profile.nReduce,
        taskTimeout: ms(profile.taskTimeoutMs),
        backupAfter: profile.backupAfterMs === undefined ? undefined : ms(profile.backupAfterMs),
        attemptsMax: ATTEMPTS_MAX,
        skipBadRecords: profile.badLines !== "none",
      },
    };
  }

  startProcess(name: string, machine: number): SimProcess {
    return new SimProcess(this, name, this.machines[machine]!, this.mistake?.files);
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
}

function drawTexts(random: Random, profile: Profile): Map<string, string> {
  const texts = new Map<string, string>();
  for (let i = 0; i < profile.files; i++) {
    let text = "";
    for (let line = random.between(0, profile.linesMax); line > 0; line--) {
      const words = Array.from({ length: random.between(0, 9) }, () => drawWord(random));
      if (profile.badLines !== "none" && random.chance(1, 60)) words.push("BAD");
      text += words.join(" ") + (line > 1 || random.chance(1, 2) ? "\n" : "");
    }
    texts.set(`in-${i}.txt`, text);
  }
  return texts;
}

function drawWord(random: Random): string {
  const word = WORDS[random.below(WORDS.length)]!;
  return random.chance(1, 3) ? word + WORDS[random.below(WORDS.length)] : word;
}
