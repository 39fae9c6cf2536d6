import assert from "node:assert/strict";
import { UsageError } from "../errors.ts";
import { isRealByChoice, realWorldLines, selectReal } from "./real_world.ts";
import { sampleTest } from "./sample_results.ts";

const playable = sampleTest("2A", "TestOne2A");
const simulatedOnly = { ...sampleTest("2A", "TestTwo2A"), simulatedOnly: "its disks are slow" };
const always = { ...sampleTest("1", "TestWc1"), realWorld: { wallSecondsMax: 240 } };

Deno.test("selectReal() takes what can be played in the real world, and tells what it leaves out", () => {
  const { tests, leftOut } = selectReal([always, playable, simulatedOnly]);
  assert.deepEqual(tests.map(({ name }) => name), ["TestWc1", "TestOne2A"]);
  assert.deepEqual(tests.map(isRealByChoice), [false, true]);
  assert.deepEqual(leftOut, [simulatedOnly]);
});

Deno.test("selectReal() of nothing that can be played there is a mistake, and says why", () => {
  assert.throws(
    () => selectReal([simulatedOnly]),
    new UsageError(
      "--real: TestTwo2A cannot be played in the real world: its disks are slow",
    ),
  );
});

Deno.test("realWorldLines() warn of a run that cannot be repeated, and count what is left out", () => {
  assert.equal(realWorldLines({ tests: [always, playable], leftOut: [] }), "");
  const whole = realWorldLines(selectReal([playable]));
  assert.match(whole, /^In the real world, .*: not deterministic\.\nThe seed decides .*\.\n$/);
  const one = realWorldLines(selectReal([playable, simulatedOnly]));
  assert.equal(one, `${whole}1 test is left out: dist824 test --list --real says why.\n`);
  const two = realWorldLines(selectReal([playable, simulatedOnly, simulatedOnly]));
  assert.match(two, /\n2 tests are left out: /);
});
