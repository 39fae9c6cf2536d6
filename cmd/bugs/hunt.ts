/** Looks for a planted mistake: runs the tests of a lab with it, seed by seed, until one of them notices. */

import { type Mistake, withMistake } from "../../tests/bugs/mod.ts";
import { SIMULATED_TESTS } from "../../tests/labs/mod.ts";
import type { CommandEnv } from "../command.ts";
import { execute } from "../test_runner/execute.ts";
import { testWorkers } from "../test_workers.ts";

/** How a mistake is looked for. */
export interface HuntOptions {
  /** Hunts that begin at seeds of their own, far apart: how soon it is found depends on luck. */
  readonly hunts: number;
  /** A hunt ends after so many iterations of a lab. */
  readonly seedsMax: number;
  readonly seed: bigint;
  readonly jobs: number;
  readonly silenceMsMax: number;
}

/** How one hunt ended. */
export interface Catch {
  readonly lab: string;
  /** The function name of the test that noticed. */
  readonly test: string;
  /** The iteration's seed, in decimal digits. */
  readonly seed: string;
  /** How many iterations it took. */
  readonly seeds: number;
  /** What the test said. */
  readonly reason: string;
}

/** All hunts for one mistake. */
export interface HuntResult {
  readonly mistake: Mistake;
  /** One for each hunt; `undefined` where nothing noticed. */
  readonly catches: readonly (Catch | undefined)[];
  readonly wallMs: number;
}

const SEEDS_APART = 1_000_000n;

/** Hunts in the labs that the mistake names, one after the other. */
export async function hunt(
  mistake: Mistake,
  options: HuntOptions,
  env: CommandEnv,
): Promise<HuntResult> {
  const begun = env.now();
  const catches: (Catch | undefined)[] = [];
  for (let round = 0; round < options.hunts; round++) {
    const seed = BigInt.asUintN(64, options.seed + SEEDS_APART * BigInt(round));
    catches.push(await huntOnce(mistake, { ...options, seed }, env));
  }
  return { mistake, catches, wallMs: env.now() - begun };
}

async function huntOnce(
  mistake: Mistake,
  { seedsMax, seed, jobs, silenceMsMax }: HuntOptions,
  env: CommandEnv,
): Promise<Catch | undefined> {
  for (const lab of mistake.labs) {
    const { tally } = await execute({
      tests: SIMULATED_TESTS.filter((test) => test.lab === lab)
        .map((test) => withMistake(test, mistake)),
      runs: seedsMax,
      seed,
      jobs,
      failFast: true,
      checkDeterminism: false,
      silenceMsMax,
      traceDir: undefined,
      startWorker: testWorkers(),
    }, env);
    env.interrupted.throwIfAborted();
    const failure = tally.failures.find(({ outcome }) => outcome.verdict === "fail");
    if (failure === undefined) continue;
    const { unit, outcome } = failure;
    return {
      lab,
      test: unit.test.name,
      seed: String(unit.iterationSeed),
      seeds: unit.iteration,
      reason: outcome.reason!,
    };
  }
  return undefined;
}

/** The median number of seeds over all hunts; `undefined` if one of them found nothing. */
export function medianSeeds({ catches }: HuntResult): number | undefined {
  const seeds = catches.map((found) => found?.seeds);
  if (!seeds.every((count) => count !== undefined)) return undefined;
  return seeds.sort((a, b) => a - b)[Math.floor(seeds.length / 2)];
}
