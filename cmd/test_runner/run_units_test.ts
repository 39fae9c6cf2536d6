import assert from "node:assert/strict";
import { runUnits, type RunUnitsOptions, unitsOf } from "./run_units.ts";
import type { Unit, UnitResult } from "./run_unit.ts";
import { sampleResult, sampleTest } from "./sample_results.ts";

const tests = [sampleTest("2A", "TestOne2A"), sampleTest("2A", "TestTwo2A")];

/** Runs units that end when the test says so. */
class HandUnits {
  readonly started: number[] = [];
  readonly reported: number[] = [];
  readonly interruption = new AbortController();
  readonly #units = new Map<number, PromiseWithResolvers<UnitResult | undefined>>();
  readonly #list: Unit[];

  constructor(runs: number) {
    this.#list = [...unitsOf({ tests, runs, seed: 37n })];
  }

  options(inFlightMax: number, failFast = false): RunUnitsOptions {
    return {
      plan: { tests, runs: this.#list.length / tests.length, seed: 37n },
      inFlightMax,
      failFast,
      interrupted: this.interruption.signal,
      runOne: ({ place }) => {
        this.started.push(place);
        const pending = Promise.withResolvers<UnitResult | undefined>();
        this.#units.set(place, pending);
        return pending.promise;
      },
      onResult: () => {},
      onReport: ({ unit }) => this.reported.push(unit.place),
    };
  }

  /** Ends a unit and lets everything that follows happen. */
  async end(place: number, verdict: "pass" | "fail" = "pass"): Promise<void> {
    this.#units.get(place)!.resolve(sampleResult(this.#list[place]!, { verdict }));
    await new Promise((resolve) => setTimeout(resolve, 0));
  }

  async break(place: number, error: Error): Promise<void> {
    this.#units.get(place)!.reject(error);
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

Deno.test("unitsOf() counts iterations and their seeds up, and wraps round at 2^64", () => {
  const units = [...unitsOf({ tests, runs: 2, seed: 2n ** 64n - 1n })];
  assert.deepEqual(
    units.map(({ place, iteration, iterationSeed, test }) =>
      `${place} ${iteration} ${iterationSeed} ${test.name}`
    ),
    [
      "0 1 18446744073709551615 TestOne2A",
      "1 1 18446744073709551615 TestTwo2A",
      "2 2 0 TestOne2A",
      "3 2 0 TestTwo2A",
    ],
  );
});

Deno.test("runUnits() keeps so many under way, and reports in order", async () => {
  const units = new HandUnits(2);
  const ending = runUnits(units.options(2));
  assert.deepEqual(units.started, [0, 1]);
  await units.end(1);
  assert.deepEqual(units.started, [0, 1, 2]);
  assert.deepEqual(units.reported, []);
  await units.end(0);
  assert.deepEqual(units.reported, [0, 1]);
  await units.end(3);
  await units.end(2);
  assert.equal(await ending, "complete");
  assert.deepEqual(units.reported, [0, 1, 2, 3]);
});

Deno.test("runUnits() that fails fast waits for what lies before the failure, and drops what lies behind", async () => {
  const units = new HandUnits(4);
  const ending = runUnits(units.options(4, true));
  await units.end(3);
  await units.end(2, "fail");
  assert.deepEqual(units.started, [0, 1, 2, 3, 4]);
  await units.end(0);
  await units.end(1);
  assert.equal(await ending, "failFast");
  assert.deepEqual(units.reported, [0, 1, 2]);
  assert.deepEqual(units.started, [0, 1, 2, 3, 4]);
});

Deno.test("runUnits() that is interrupted reports what is complete, in order", async () => {
  const units = new HandUnits(4);
  const ending = runUnits(units.options(4));
  await units.end(3);
  await units.end(1);
  units.interruption.abort();
  assert.equal(await ending, "interrupted");
  assert.deepEqual(units.reported, [1, 3]);
  await units.end(0);
  assert.deepEqual(units.reported, [1, 3]);
});

Deno.test("runUnits() rejects with what broke it", async () => {
  const units = new HandUnits(2);
  const ending = runUnits(units.options(2));
  const broken = assert.rejects(ending, /no workers/);
  await units.break(1, new Error("no workers"));
  await broken;
});
