/** Looks for planted mistakes: runs the tests of their labs, seed by seed, until one of them notices. */

import { type Mistake, withMistake } from "../../tests/bugs/mod.ts";
import { type LabTest, SIMULATED_TESTS } from "../../tests/labs/mod.ts";
import type { CommandEnv } from "../command.ts";
import { Pool } from "../test_runner/pool.ts";
import { runUnit, type UnitResult } from "../test_runner/run_unit.ts";
import { isFailure, runUnits } from "../test_runner/run_units.ts";
import { testWorkers } from "../test_workers.ts";

/** How mistakes are looked for. */
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
  /** What went wrong in another way: a mistake must not break the tests themselves. */
  readonly errors: readonly string[];
  readonly wallMs: number;
}

const SEEDS_APART = 1_000_000n;

/**
 * Hunts for all of `mistakes`, as many at a time as there are workers, each in the labs that it names, one after the
 * other. The results come in the order of the mistakes.
 */
export async function* huntAll(
  mistakes: readonly Mistake[],
  options: HuntOptions,
  env: CommandEnv,
): AsyncGenerator<HuntResult, void> {
  const { jobs: slots, silenceMsMax } = options;
  const pool = new Pool({ slots, start: testWorkers(), silenceMsMax });
  const hunter = new Hunter(pool, options, env);
  const underWay: Promise<HuntResult>[] = [];
  try {
    for (let next = 0; next < mistakes.length; next++) {
      while (underWay.length < slots && next + underWay.length < mistakes.length) {
        const hunting = hunter.hunt(mistakes[next + underWay.length]!);
        // It may fail while another is awaited.
        hunting.catch(() => {});
        underWay.push(hunting);
      }
      yield await underWay.shift()!;
    }
  } finally {
    await pool.close();
    await Promise.allSettled(underWay);
  }
}

class Hunter {
  readonly #pool: Pool;
  readonly #options: HuntOptions;
  readonly #env: CommandEnv;

  constructor(pool: Pool, options: HuntOptions, env: CommandEnv) {
    this.#pool = pool;
    this.#options = options;
    this.#env = env;
  }

  async hunt(mistake: Mistake): Promise<HuntResult> {
    const begun = this.#env.now();
    const catches: (Catch | undefined)[] = [];
    const errors: string[] = [];
    for (let round = 0; round < this.#options.hunts; round++) {
      const seed = BigInt.asUintN(64, this.#options.seed + SEEDS_APART * BigInt(round));
      catches.push(await this.#huntOnce(mistake, seed, errors));
    }
    return { mistake, catches, errors, wallMs: this.#env.now() - begun };
  }

  async #huntOnce(
    mistake: Mistake,
    seed: bigint,
    errors: string[],
  ): Promise<Catch | undefined> {
    for (const tests of rounds(mistake)) {
      const failure = await this.#run(tests, seed);
      if (failure === undefined) continue;
      const { unit: { test, iteration, iterationSeed }, outcome } = failure;
      const { lab, name } = test;
      const where = { lab, test: name, seed: String(iterationSeed), seeds: iteration };
      if (outcome.verdict === "fail") return { ...where, reason: outcome.reason! };
      errors.push(`${test.name}, seed ${iterationSeed}: ${outcome.reason}`);
    }
    return undefined;
  }

  /** Runs tests until one fails, or for as many seeds as a hunt may take. */
  async #run(tests: readonly LabTest[], seed: bigint): Promise<UnitResult | undefined> {
    let failure: UnitResult | undefined;
    await runUnits({
      plan: { tests, runs: this.#options.seedsMax, seed },
      // One at work and one to come; more would be run for nothing once the mistake is noticed.
      inFlightMax: 2,
      runOne: (unit) =>
        runUnit(
          unit,
          { checkDeterminism: false, traceDir: undefined },
          (task, notOn) => this.#pool.run(task, notOn),
        ),
      failFast: true,
      interrupted: this.#env.interrupted,
      onResult: () => {},
      onReport: (result) => {
        if (isFailure(result)) failure = result;
      },
    });
    this.#env.interrupted.throwIfAborted();
    return failure;
  }
}

/** What a hunt goes through: the test that sees the mistake soonest, if one is known, then one lab after the other. */
function* rounds(mistake: Mistake): Generator<readonly LabTest[]> {
  const tests = SIMULATED_TESTS.map((test) => withMistake(test, mistake));
  const first = tests.filter(({ name }) => name === mistake.first);
  if (first.length > 0) yield first;
  for (const lab of mistake.labs) yield tests.filter((test) => test.lab === lab);
}

/** The median number of seeds over all hunts; `undefined` if one of them found nothing. */
export function medianSeeds({ catches }: HuntResult): number | undefined {
  const seeds = catches.map((found) => found?.seeds);
  if (!seeds.every((count) => count !== undefined)) return undefined;
  return seeds.sort((a, b) => a - b)[Math.floor(seeds.length / 2)];
}
