/**
 * One simulated job from its first worker to its last: starts what it is made of, breaks what its profile says, and
 * compares the output with a sequential run.
 */

import type { Trace } from "../../core/base/ports.ts";
import { ms } from "../../core/base/units.ts";
import type { JobStatus } from "../../core/mapreduce/coordinator_status.ts";
import { macrotask } from "../../core/host/macrotask.ts";
import { Simulation } from "../../core/sim/mod.ts";
import { SimCrew } from "./sim_crew.ts";
import { JobFaults } from "./sim_job_faults.ts";
import { SimMasters } from "./sim_masters.ts";
import { drawProfile, type Profile } from "./sim_profile.ts";
import { checkResult } from "./sim_result.ts";
import { SimWorld, type SimWorldOptions } from "./sim_world.ts";

/** How to run a job. */
export interface SimJobOptions extends SimWorldOptions {
  /** By default it is drawn from the seed. */
  readonly profile?: Profile;
  readonly trace?: Trace;
}

/** What came of a job whose output was right. */
export interface SimJobResult {
  readonly profile: Profile;
  readonly status: JobStatus;
  readonly hash: string;
  readonly events: number;
  readonly virtualSeconds: number;
  readonly workersStarted: number;
  readonly mastersStarted: number;
}

/** Runs the job of a seed. Rejects if anything is not as it must be. */
export async function runSimJob(seed: bigint, options: SimJobOptions = {}): Promise<SimJobResult> {
  const simulation = new Simulation({
    seed,
    macrotask,
    virtualTimeMax: ms(3_600_000),
    ...(options.trace && { trace: options.trace }),
  });
  const profile = options.profile ?? drawProfile(simulation.random.child("profile"));
  const played = await simulation.run(() => playSimJob(new SimWorld(simulation, profile, options)));
  return {
    ...played,
    profile,
    hash: simulation.hash(),
    events: simulation.events,
    virtualSeconds: simulation.clock.now() / 1000,
  };
}

/** What came of a job that was played in a simulation of somebody else's. */
export type PlayedJob = Pick<SimJobResult, "status" | "workersStarted" | "mastersStarted"> & {
  /** The calls that were sent. */
  readonly calls: number;
};

/** Plays the job of a world whose simulation runs. Rejects if anything is not as it must be. */
export async function playSimJob(world: SimWorld): Promise<PlayedJob> {
  const { simulation, profile } = world;
  const random = simulation.random.child("faults");
  const done = simulation.deferred<JobStatus>();
  const masters = new SimMasters(world, random, done.resolve);
  const crew = new SimCrew(world, random, masters);
  crew.start();
  new JobFaults({ world, random, masters, crew }).schedule();
  simulation.clock.after(ms(profile.calmAfterMs), () => calm(world, masters, crew));
  const status = await done.promise;
  world.isOver = true;
  await checkResult(world, status);
  masters.present.process.kill();
  calm(world, masters, crew);
  await crew.awaitEnd();
  const { totalCount: calls } = world.network;
  return { status, workersStarted: crew.started, mastersStarted: masters.started, calls };
}

/** Nothing more goes wrong with the network, and nobody stands still any more. */
function calm(world: SimWorld, masters: SimMasters, crew: SimCrew): void {
  world.calm();
  masters.present.process.resume();
  for (const { process } of crew.all) process.resume();
}
