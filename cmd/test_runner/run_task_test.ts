import assert from "node:assert/strict";
import { join } from "node:path";
import {
  CANARY_TESTS,
  LAB_TESTS,
  type LabTest,
  type Outcome,
  TestFailure,
} from "../../tests/labs/mod.ts";
import type { Task } from "./protocol.ts";
import { runTask } from "./run_task.ts";

const failing: Outcome[] = [];
const surroundings = {
  tests: [...LAB_TESTS, ...CANARY_TESTS],
  now: () => 0,
  onFailing: (outcome: Outcome) => void failing.push(outcome),
};

function canaryTask(test: string, more: Partial<Task> = {}): Task {
  return {
    id: 1,
    lab: "canary",
    test,
    seed: "5",
    recordEvents: false,
    real: false,
    traceFile: undefined,
    ...more,
  };
}

Deno.test("runTask() of a test that passes runs it once", async () => {
  failing.length = 0;
  const task = { ...canaryTask("TestInitialElection2A"), lab: "2A" };
  const done = await runTask(task, surroundings);
  assert.equal(done.outcome.verdict, "pass");
  assert.equal(done.outcome.repeated, undefined);
  assert.equal(done.outcome.seed, "5");
  assert.deepEqual(failing, []);
});

Deno.test("runTask() of a failure announces it, repeats it, and says that it repeated", async () => {
  failing.length = 0;
  const done = await runTask(canaryTask("CanaryAlwaysFails"), surroundings);
  assert.equal(done.outcome.verdict, "fail");
  assert.equal(done.outcome.repeated, true);
  assert.equal(failing.length, 1);
  assert.equal(failing[0]!.repeated, undefined);
  assert.equal(done.traceFile, undefined);
});

Deno.test("runTask() of a failure that depends on more than its seed says that too", async () => {
  const done = await runTask(canaryTask("CanaryNotDeterministic"), surroundings);
  assert.equal(done.outcome.verdict, "fail");
  assert.equal(done.outcome.repeated, false);
});

Deno.test("runTask() leaves the trace of a failure, with a header", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const traceFile = join(folder, "t.jsonl");
    const done = await runTask(canaryTask("CanaryAlwaysFails", { traceFile }), surroundings);
    assert.equal(done.traceFile, traceFile);
    const header = JSON.parse((await Deno.readTextFile(traceFile)).split("\n")[0]!);
    assert.equal(header.test, "CanaryAlwaysFails");
    assert.equal(header.seed, "5");
    assert.equal(header.reason, done.outcome.reason);
    assert.equal(header.repeated, true);
    assert.equal(typeof header.choices, "number");
    const lost = { traceFile: join(folder, "none", "t.jsonl") };
    const without = await runTask(canaryTask("CanaryAlwaysFails", lost), surroundings);
    assert.equal(without.traceFile, undefined);
    assert.match(without.traceError!, /cannot write .*none/);
    assert.equal(without.outcome.repeated, true);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("runTask() answers with all events if they are asked for", async () => {
  const done = await runTask(canaryTask("CanaryHangs", { recordEvents: true }), surroundings);
  assert.equal(done.outcome.verdict, "fail");
  assert.ok(done.events!.length >= 600);
});

Deno.test("runTask() throws on a test that does not exist", async () => {
  await assert.rejects(runTask(canaryTask("TestNone"), surroundings), RangeError);
});

Deno.test("runTask() of a test of real processes that fails does not repeat it", async () => {
  failing.length = 0;
  const tests = CANARY_TESTS.map((test) => ({ ...test, realWorld: { wallSecondsMax: 1 } }));
  const always = { ...tests[0]!, run: () => Promise.reject(new TestFailure("always")) };
  const task = canaryTask(always.name);
  const done = await runTask(task, { ...surroundings, tests: [always] });
  assert.deepEqual([done.outcome.verdict, done.outcome.reason], ["fail", "always"]);
  assert.equal(done.outcome.repeated, undefined);
  assert.deepEqual(failing, []);
});

Deno.test("runTask() in the real world runs a failure once, with its trace on from the beginning", async () => {
  failing.length = 0;
  const folder = await Deno.makeTempDir();
  try {
    const traceFile = join(folder, "t.jsonl");
    const test: LabTest = {
      ...CANARY_TESTS[0]!,
      run: (world) => {
        const event = {
          server: undefined,
          term: undefined,
          topic: "test",
          what: "begins",
        } as const;
        world.trace.emit({ at: world.clock.now(), ...event });
        return Promise.reject(new TestFailure("no"));
      },
    };
    const task = canaryTask(test.name, { real: true, traceFile });
    const done = await runTask(task, { ...surroundings, tests: [test] });
    assert.deepEqual([done.outcome.verdict, done.outcome.repeated], ["fail", undefined]);
    assert.equal(done.traceFile, traceFile);
    assert.deepEqual(failing, []);
    const [header, event] = (await Deno.readTextFile(traceFile)).split("\n").slice(0, 2)
      .map((line) => JSON.parse(line));
    assert.deepEqual(header, {
      lab: "canary",
      test: test.name,
      seed: "5",
      verdict: "fail",
      reason: "no",
    });
    assert.equal(event.what, "begins");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("runTask() plants a mistake in the real world, too", async () => {
  const test = "TestInitialElection2A";
  const task = { ...canaryTask(test, { real: true, bug: "half-is-enough" }), lab: "2A" };
  const { outcome } = await runTask(task, surroundings);
  assert.match(outcome.reason ?? "", /^ElectedByMajority: /);
});
