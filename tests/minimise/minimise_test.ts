import assert from "node:assert/strict";
import { SeededRandom } from "../../core/base/random.ts";
import { after, ms } from "../../core/base/units.ts";
import { type Mistake, mistakeNamed, withMistake } from "../bugs/mod.ts";
import { SIMULATED_TESTS } from "../labs/mod.ts";
import { runLabTest } from "../labs/run_lab_test.ts";
import { minimise, NothingToMinimise } from "./minimise.ts";
import { type Changes, formatPlan, NO_CHANGES, parsePlan } from "./plan.ts";
import { ruleOf } from "./rule.ts";
import { runPlanned } from "./run_planned.ts";

/** No checker sees a step that is never taken. */
const NOBODY_STANDS: Mistake = {
  name: "nobody-stands",
  does: "No server ever stands for election.",
  breaks: "a follower that hears from no leader becomes a candidate (Raft §5.2)",
  labs: ["2A"],
  raft(state) {
    const wait = () => {
      state.electionDeadline = after(state.now, ms(1_000_000));
    };
    Object.defineProperty(state, "resetElectionTimer", { value: wait });
    wait();
    return {};
  },
};

const NEVER = new AbortController().signal;

function testNamed(name: string, bug?: string) {
  const test = SIMULATED_TESTS.find((test) => test.name === name);
  assert.ok(test !== undefined, name);
  return bug === undefined ? test : withMistake(test, mistakeNamed(bug));
}

Deno.test("a run without changes is the run of the seed, and so is one with all its disturbances named", async () => {
  for (
    const name of [
      "TestFigure82C",
      "TestUnreliableAgree2C",
      "TestSnapshotInstallUnCrash2D",
      "TestUnreliable3A",
      "TestStrictSnapshotLateMessages2D",
    ]
  ) {
    const test = testNamed(name);
    const { hash, events } = await runLabTest(test, 3n);
    const drawn = await runPlanned(test, 3n, NO_CHANGES);
    assert.equal(drawn.outcome.hash, hash, name);
    const { calls } = drawn.record.changes;
    if (name.includes("LateMessages")) assert.ok([...calls!.values()].some(({ copied }) => copied));
    const named = await runPlanned(test, 3n, { ...drawn.record.changes, calls });
    assert.equal(named.outcome.hash, hash, name);
    assert.equal(named.outcome.events, events);
  }
});

Deno.test("minimise(): of Figure 8 little is left, it breaks the same rule, and its plan repeats it", async () => {
  const test = testNamed("TestFigure82C", "commits-old-terms-by-counting");
  const { before, after, rule, isComplete } = await minimise({
    test,
    seed: 1n,
    budget: 2000,
    interrupted: NEVER,
  });
  assert.equal(rule.name, "CommitsOwnTerm");
  assert.ok(isComplete);
  assert.ok(after.figures.events < before.figures.events);
  assert.ok(after.figures.messages < before.figures.messages / 2);
  assert.ok(after.figures.faults < before.figures.faults);
  assert.match(after.outcome.reason ?? "", /^CommitsOwnTerm: /);

  const { hash, lab, name } = after.outcome;
  const { changes } = parsePlan(formatPlan({
    lab,
    test: name,
    seed: "1",
    bug: test.mistake!.name,
    rule: rule.name,
    hash,
    changes: after.record.changes,
  }));
  assert.equal((await runPlanned(test, 1n, changes)).outcome.hash, hash);
  const right = await runPlanned(testNamed("TestFigure82C"), 1n, changes);
  assert.equal(right.outcome.verdict, "pass");
});

Deno.test("minimise(): a test of clients loses most of its operations, and nearly all that disturbs it", async () => {
  const test = testNamed("TestUnreliable3A", "executes-duplicates");
  const { before, after } = await minimise({ test, seed: 1n, budget: 200, interrupted: NEVER });
  assert.ok(after.figures.operations < before.figures.operations / 2);
  assert.ok(after.figures.faults < before.figures.faults / 10);
  assert.equal(ruleOf(after.outcome.reason!).name, ruleOf(before.outcome.reason!).name);
});

Deno.test("minimise(): of a failure to make progress only what disturbs is left out", async () => {
  const test = withMistake(testNamed("TestInitialElection2A"), NOBODY_STANDS);
  const { after: { record }, rule } = await minimise({
    test,
    seed: 1n,
    budget: 100,
    interrupted: NEVER,
  });
  assert.equal(rule.isSafety, false);
  const { withheld, skipped, waits } = record.changes;
  assert.deepEqual([withheld.size, skipped.size, waits.size], [0, 0, 0]);
});

Deno.test("minimise() has nothing to do with a test that passes, and stops when it is told to", async () => {
  const options = { seed: 1n, budget: 100, interrupted: NEVER };
  await assert.rejects(
    minimise({ ...options, test: testNamed("TestFigure82C") }),
    NothingToMinimise,
  );
  const interruption = new AbortController();
  const { runs, isComplete, after } = await minimise({
    ...options,
    test: testNamed("TestFigure82C", "commits-old-terms-by-counting"),
    interrupted: interruption.signal,
    onRun: (runs) => {
      if (runs === 5) interruption.abort();
    },
  });
  assert.equal(runs, 5);
  assert.equal(isComplete, false);
  assert.equal(after.outcome.verdict, "fail");
});

Deno.test("right servers break no rule of safety, whatever is left out", async () => {
  for (
    const name of [
      "TestFigure82C",
      "TestReliableChurn2C",
      "TestSnapshotInstallUnCrash2D",
      "TestStrictWorkers1",
      "TestStrictMasters1",
      "TestStrictAnyFaults1",
    ]
  ) {
    const test = testNamed(name);
    for (let seed = 1n; seed <= 3n; seed++) {
      const { record } = await runPlanned(test, seed, NO_CHANGES);
      const changes = drawn(new SeededRandom(seed).child("changes"), record);
      const { outcome } = await runPlanned(test, seed, changes, { eventsMax: 30_000 });
      if (outcome.verdict === "pass") continue;
      assert.equal(ruleOf(outcome.reason!).isSafety, false, `${name} ${seed}: ${outcome.reason}`);
    }
  }
});

/** Leaves out a half of what can be left out. */
function drawn(
  random: SeededRandom,
  { steps, calls }: Awaited<ReturnType<typeof runPlanned>>["record"],
): Changes {
  const half = () => random.chance(1, 2);
  return {
    calls: undefined,
    withheld: new Set(calls.filter(half)),
    skipped: new Set(steps.flatMap((step) => step.type === "step" && half() ? [step.name] : [])),
    waits: new Map(
      steps.flatMap((step) => step.type === "wait" && half() ? [[step.name, 0] as const] : []),
    ),
  };
}
