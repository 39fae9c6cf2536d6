/** What a simulated job is like, and what goes wrong with it: drawn from its seed, printed with its result. */

import type { Random } from "../../core/base/ports.ts";

/** The shape of a job and the rates of its faults. Rates are per thousand steps of a task. */
export interface Profile {
  /** Whether tasks are run by the program's own runner, or by a simple one made for the simulation. */
  readonly realRunner: boolean;
  readonly machines: number;
  readonly workers: number;
  readonly files: number;
  readonly linesMax: number;
  readonly nReduce: number;
  readonly splitBytes: number;
  readonly wholeFiles: boolean;
  readonly taskTimeoutMs: number;
  readonly backupAfterMs: number | undefined;
  /** How long a step of a task takes at most on a worker of usual speed. */
  readonly stepMs: number;

  /** Lines on which the application throws, or which kill its process. */
  readonly badLines: "none" | "throw" | "kill";
  readonly crashInMap: number;
  readonly crashInReduce: number;
  readonly stop: number;
  readonly hang: number;
  readonly fail: number;
  /** One worker in so many is ten times slower; 0: none. */
  readonly slowOneIn: number;
  /** Of ten workers that die, how many take their files with them. */
  readonly diskLoss: number;
  /** How often a living worker's files vanish. */
  readonly diskWipes: number;
  readonly leaves: number;
  readonly masterKills: number;
  readonly masterStops: number;
  /** How often the master's machine loses power, with all that runs on it. */
  readonly powerCuts: number;
  readonly unreliable: boolean;
  readonly longDelays: boolean;
  readonly longReordering: boolean;
  /** Of ten requests, how many arrive twice. */
  readonly duplicates: number;
  /** From then on nothing more goes wrong. */
  readonly calmAfterMs: number;
}

/** No faults. */
export const CALM: Profile = {
  realRunner: false,
  machines: 1,
  workers: 3,
  files: 4,
  linesMax: 30,
  nReduce: 3,
  splitBytes: 300,
  wholeFiles: false,
  taskTimeoutMs: 10_000,
  backupAfterMs: 10_000,
  stepMs: 300,
  badLines: "none",
  crashInMap: 0,
  crashInReduce: 0,
  stop: 0,
  hang: 0,
  fail: 0,
  slowOneIn: 0,
  diskLoss: 0,
  diskWipes: 0,
  leaves: 0,
  masterKills: 0,
  masterStops: 0,
  powerCuts: 0,
  unreliable: false,
  longDelays: false,
  longReordering: false,
  duplicates: 0,
  calmAfterMs: 60_000,
};

/** Draws a profile: each fault is there in about half of all jobs, in any strength. */
export function drawProfile(random: Random): Profile {
  const sometimes = (max: number) => random.chance(1, 2) ? random.between(1, max) : 0;
  const badLines = random.chance(1, 6) ? (random.chance(1, 2) ? "throw" : "kill") : "none";
  const taskTimeoutMs = random.between(2, 10) * 1000;
  const profile: Profile = {
    realRunner: random.chance(1, 2),
    machines: random.between(1, 3),
    workers: random.between(1, 6),
    files: random.between(0, 8),
    linesMax: random.between(1, 40),
    nReduce: random.between(1, 6),
    splitBytes: random.between(50, 1000),
    wholeFiles: random.chance(1, 4),
    taskTimeoutMs,
    backupAfterMs: random.chance(1, 4) ? undefined : random.between(500, 10_000),
    stepMs: random.between(10, Math.min(1500, taskTimeoutMs / 2)),
    badLines,
    crashInMap: sometimes(150),
    crashInReduce: sometimes(150),
    stop: sometimes(60),
    hang: sometimes(40),
    fail: sometimes(40),
    slowOneIn: sometimes(4),
    diskLoss: sometimes(10),
    diskWipes: sometimes(3),
    leaves: sometimes(3),
    masterKills: sometimes(4),
    masterStops: sometimes(2),
    powerCuts: random.chance(1, 4) ? 1 : 0,
    unreliable: random.chance(1, 3),
    longDelays: random.chance(1, 4),
    longReordering: random.chance(1, 5),
    duplicates: sometimes(4),
    calmAfterMs: random.between(5, 90) * 1000,
  };
  return badLines === "none" ? profile : withoutChance(profile);
}

/** A record that is suspected by chance would be left out: with bad lines, nothing else kills a worker. */
function withoutChance(profile: Profile): Profile {
  const { badLines, masterKills, leaves, duplicates, diskLoss } = profile;
  const { realRunner, machines, workers, files, linesMax, nReduce, splitBytes } = profile;
  return {
    ...CALM,
    ...{ realRunner, machines, workers, files, linesMax, nReduce, splitBytes },
    ...{ badLines, masterKills, leaves, duplicates, diskLoss },
    stepMs: 100,
    taskTimeoutMs: 4000,
    calmAfterMs: profile.calmAfterMs,
  };
}

/** The profile in one line: what differs from a calm one. */
export function describeProfile(profile: Profile): string {
  const parts: string[] = [];
  for (const [name, value] of Object.entries(profile)) {
    if (value !== CALM[name as keyof Profile]) parts.push(`${name}=${value}`);
  }
  return parts.join(" ");
}
