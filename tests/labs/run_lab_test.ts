/** Runs one lab test once, in a world of its own, and says what came of it. It never throws. */

import { InvariantError } from "../../core/base/errors.ts";
import { noTrace, type Trace } from "../../core/base/ports.ts";
import { deriveSeed } from "../../core/base/random.ts";
import { ms } from "../../core/base/units.ts";
import { macrotask } from "../../core/host/macrotask.ts";
import { HangError, Simulation } from "../../core/sim/simulation.ts";
import type { Interventions } from "./harness/interventions.ts";
import { SimWorld } from "./harness/sim_world.ts";
import {
  type LabTest,
  type Measured,
  type Passed,
  type RealPlay,
  type Segment,
  TestFailure,
  UnknownVerdict,
} from "./lab_test.ts";
import { RealWorld } from "./real/real_world.ts";
import { withRule } from "./rules.ts";

/**
 * What came of a test: `fail` if what it demands does not hold, `unknown` if it could not find out, `error` if the
 * test itself, or what it runs on, is broken.
 */
export type Verdict = "pass" | "fail" | "unknown" | "error";

/** One run of one test. Plain data, JSON-safe. */
export interface Outcome {
  readonly name: string;
  readonly lab: string;
  readonly title: string;
  /** The iteration's seed, in decimal digits. */
  readonly seed: string;
  readonly verdict: Verdict;
  /**
   * Why it did not pass. The kind comes first where there is one: `hang: …`, `harness error: …`, or the name
   * of the property that was broken (`ElectionSafety: …`).
   */
  readonly reason?: string;
  /** Where a broken test broke. */
  readonly stack?: string;
  /** Only for a pass. */
  readonly measured?: Measured;
  /** What a test that passed found odd all the same. */
  readonly warnings?: readonly string[];
  /** Only for a pass of a test that has several parts. */
  readonly segments?: readonly Segment[];
  /** How far the simulation got; in the real world, the wall time. */
  readonly virtualSeconds: number;
  readonly wallMs: number;
  /** Those of the simulation: none in the real world. */
  readonly events: number;
  /** Empty in the real world, where no two runs are the same. */
  readonly hash: string;
  /** For a failure that was run again with the same seed: whether the same came of it. */
  readonly repeated?: boolean;
}

/** How a test is run. */
export interface RunOptions {
  /** A clock of the real world, in milliseconds; without it a run takes no wall time. */
  readonly now?: () => number;
  readonly trace?: Trace;
  readonly recordEvents?: boolean;
  readonly recordChoices?: boolean;
  /** A simulation with more events than this is given up; by default there is no limit. */
  readonly eventsMax?: number;
  /** What a simulation does otherwise than scenario and seed say; by default nothing. */
  readonly interventions?: Interventions;
  /** Is handed the simulation before it runs, to ask it afterwards what it has recorded. */
  readonly onSimulation?: (simulation: Simulation) => void;
}

/** The seed of one test in an iteration. A test that is run alone does what it does among the others. */
export function testSeed(iterationSeed: bigint, name: string): bigint {
  return deriveSeed(iterationSeed, name);
}

/** Runs `test` once, with the seed that it has in the iteration of `iterationSeed`. */
export async function runLabTest(
  test: LabTest,
  iterationSeed: bigint,
  options: RunOptions = {},
): Promise<Outcome> {
  const { now = () => 0 } = options;
  const begun = now();
  const seed = testSeed(iterationSeed, test.name);
  const play = test.realWorld === undefined
    ? await playSimulated(test, seed, options)
    : await playForReal(test, test.realWorld, seed, options);
  const wallMs = now() - begun;
  return {
    name: test.name,
    lab: test.lab,
    title: test.title,
    seed: iterationSeed.toString(),
    virtualSeconds: wallMs / 1000,
    ...play,
    wallMs,
  };
}

type Result = Pick<
  Outcome,
  "verdict" | "reason" | "stack" | "measured" | "warnings" | "segments"
>;

async function playSimulated(test: LabTest, seed: bigint, options: RunOptions) {
  const { now: _, onSimulation, interventions, ...recording } = options;
  const simulation = new Simulation({ ...recording, seed, macrotask });
  onSimulation?.(simulation);
  const world = new SimWorld(simulation, test.mistake, interventions);
  const result = await resultOf(simulation.run(() => test.run(world)));
  const virtualSeconds = simulation.clock.now() / 1000;
  return { ...result, virtualSeconds, events: simulation.events, hash: simulation.hash() };
}

async function playForReal(
  { run, mistake }: LabTest,
  { wallSecondsMax }: RealPlay,
  seed: bigint,
  { trace = noTrace }: RunOptions,
) {
  const world = { seed, trace, mistake, timeMax: ms(wallSecondsMax * 1000) };
  const result = await resultOf(RealWorld.play(world, run));
  return { ...result, events: 0, hash: "" };
}

async function resultOf(playing: Promise<Passed>): Promise<Result> {
  try {
    const { warnings, segments, ...measured } = await playing;
    return {
      verdict: "pass",
      measured,
      ...(warnings !== undefined && { warnings }),
      ...(segments !== undefined && { segments }),
    };
  } catch (error) {
    return explain(error);
  }
}

function explain(error: unknown): Result {
  if (error instanceof TestFailure) return { verdict: "fail", reason: withRule(error.message) };
  if (error instanceof InvariantError) {
    return { verdict: "fail", reason: withRule(error.message, error.property) };
  }
  if (error instanceof HangError) return { verdict: "fail", reason: `hang: ${error.message}` };
  if (error instanceof UnknownVerdict) return { verdict: "unknown", reason: error.message };
  const stack = error instanceof Error ? error.stack : undefined;
  return {
    verdict: "error",
    reason: `harness error: ${String(error)}`,
    ...(stack !== undefined && { stack }),
  };
}
