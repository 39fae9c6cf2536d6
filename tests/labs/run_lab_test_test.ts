import assert from "node:assert/strict";
import { InvariantError } from "../../core/base/errors.ts";
import { CANARY_TESTS } from "./canary.ts";
import { SIMULATED_TESTS } from "./mod.ts";
import { type LabTest, TestFailure } from "./lab_test.ts";
import { runLabTest, testSeed } from "./run_lab_test.ts";

function canary(name: string): LabTest {
  const test = CANARY_TESTS.find((test) => test.name === name);
  assert.ok(test !== undefined);
  return test;
}

Deno.test("runLabTest() turns whatever happens into a verdict, and a reason that begins with its kind", async () => {
  for (
    const [name, verdict, reason, virtualSeconds] of [
      ["CanaryAlwaysFails", "fail", /^this test always fails$/, 1],
      ["CanaryHangs", "fail", /^hang: Virtual time ran out/, 601],
      ["CanaryThrows", "error", /^harness error: TypeError: this test is broken$/, 1],
      ["CanaryUnknown", "unknown", /^this test never knows$/, 1],
    ] as const
  ) {
    const outcome = await runLabTest(canary(name), 7n);
    assert.equal(outcome.verdict, verdict, name);
    assert.match(outcome.reason ?? "", reason);
    assert.equal(outcome.virtualSeconds, virtualSeconds);
    assert.equal(outcome.measured, undefined);
    assert.equal(outcome.stack === undefined, verdict !== "error");
  }
});

Deno.test("runLabTest() reports a broken invariant by its name", async () => {
  const test: LabTest = {
    ...canary("CanaryAlwaysFails"),
    run: () => Promise.reject(new InvariantError("ElectionSafety", "two leaders")),
  };
  const outcome = await runLabTest(test, 1n);
  assert.equal(outcome.verdict, "fail");
  assert.equal(outcome.reason, "ElectionSafety: two leaders (Raft §5.2, Figure 3)");
});

Deno.test("runLabTest() fails on what happens beside the test's own script", async () => {
  const test: LabTest = {
    ...canary("CanaryAlwaysFails"),
    run: async (world) => {
      world.spawn(() => Promise.reject(new TestFailure("beside")));
      return await world.deferred<never>().promise;
    },
  };
  assert.equal((await runLabTest(test, 1n)).reason, "beside");
});

Deno.test("runLabTest() says what was run, with the iteration's seed, and takes its wall time from outside", async () => {
  let now = 100;
  const outcome = await runLabTest(SIMULATED_TESTS[0]!, 2n ** 64n - 1n, { now: () => now += 5 });
  assert.deepEqual(
    [outcome.name, outcome.lab, outcome.title, outcome.seed, outcome.verdict, outcome.wallMs],
    [
      "TestInitialElection2A",
      "2A",
      "Test (2A): initial election",
      "18446744073709551615",
      "pass",
      5,
    ],
  );
  assert.deepEqual(JSON.parse(JSON.stringify(outcome)), outcome);
});

Deno.test("runLabTest() tells what a test found odd although it passed", async () => {
  const numbers = { seconds: 1, peers: 3, rpcs: 2, bytes: 4, commits: 0 };
  const test: LabTest = {
    ...canary("CanaryAlwaysFails"),
    run: () => Promise.resolve({ ...numbers, warnings: ["the term changed"] }),
  };
  const { verdict, measured, warnings } = await runLabTest(test, 1n);
  assert.deepEqual([verdict, measured, warnings], ["pass", numbers, ["the term changed"]]);
});

Deno.test("runLabTest(): the canaries that are not deterministic show it", async () => {
  const failures = [];
  const passes = [];
  for (let run = 0; run < 2; run++) {
    failures.push(await runLabTest(canary("CanaryNotDeterministic"), 1n));
    passes.push(await runLabTest(canary("CanaryDrifts"), 1n));
  }
  assert.notEqual(failures[0]!.reason, failures[1]!.reason);
  assert.notEqual(failures[0]!.hash, failures[1]!.hash);
  assert.deepEqual(passes.map(({ verdict }) => verdict), ["pass", "pass"]);
  assert.notEqual(passes[0]!.hash, passes[1]!.hash);
});

Deno.test("testSeed() differs by seed and by name, and is a seed", () => {
  const seeds = [testSeed(1n, "a"), testSeed(1n, "b"), testSeed(2n, "a"), testSeed(1n, "a")];
  assert.equal(new Set(seeds).size, 3);
  for (const seed of seeds) assert.ok(seed >= 0n && seed < 2n ** 64n);
});

Deno.test("runLabTest() plays a test of real processes outside of any simulation, on the wall clock", async () => {
  const numbers = { seconds: 1, peers: 3, rpcs: 2, bytes: 4, commits: 0 };
  let now = 0;
  const test: LabTest = {
    ...canary("CanaryAlwaysFails"),
    realWorld: { wallSecondsMax: 1 },
    run: async () => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      return numbers;
    },
  };
  const outcome = await runLabTest(test, 1n, { now: () => now += 500 });
  assert.deepEqual([outcome.verdict, outcome.virtualSeconds, outcome.events], ["pass", 0.5, 0]);
});
