import assert from "node:assert/strict";
import type { LabTest } from "../../tests/labs/lab_test.ts";
import { inRealWorld } from "../../tests/labs/real/in_real_world.ts";
import { failureDetails, repeatCommand } from "./failure.ts";
import { sampleResult, sampleTest, sampleUnit } from "./sample_results.ts";

const unit = sampleUnit([sampleTest("2D", "TestSnapshotBasic2D")], 0);
const command = "./dist824 test --lab 2D --test TestSnapshotBasic2D --seed 37";

Deno.test("failureDetails() has the reason, the seed, the repetition, one command to paste, the trace", () => {
  const failing = { verdict: "fail", reason: "hang: deadlock", repeated: true } as const;
  assert.deepEqual(failureDetails(sampleResult(unit, failing, { traceFile: "t/x.jsonl" })), [
    "hang: deadlock",
    "iteration 1, seed 37, repeated: yes",
    `to repeat it: ${command}`,
    "trace: t/x.jsonl",
  ]);
});

Deno.test("failureDetails() says when a failure did not repeat, and why a trace is missing", () => {
  const failing = { verdict: "fail", reason: "no leader", repeated: false } as const;
  const details = failureDetails(sampleResult(unit, failing, { traceError: "cannot write" }));
  assert.equal(details[1], "iteration 1, seed 37, did NOT repeat: not deterministic");
  assert.equal(details[3], "no trace: cannot write");
});

Deno.test("failureDetails() of a broken test shows where it broke", () => {
  const stack = "TypeError: x\n  of two lines\n    at f (a.ts:1:2)\n    at g (b.ts:3:4)";
  const broken = { verdict: "error", reason: "harness error: TypeError: x", stack } as const;
  assert.deepEqual(failureDetails(sampleResult(unit, broken)).slice(0, 3), [
    "harness error: TypeError: x",
    "  at f (a.ts:1:2)",
    "  at g (b.ts:3:4)",
  ]);
});

Deno.test("failureDetails() of the real world promises no repetition, only the same workload", () => {
  const lastLine = (test: LabTest) => {
    const failed = sampleResult({ ...unit, test }, { verdict: "fail", reason: "no leader" });
    return failureDetails(failed).at(-1);
  };
  const realCommand = command.replace("test ", "test --real ");
  assert.equal(lastLine(inRealWorld(unit.test)), `to try the same workload again: ${realCommand}`);
  const always = { ...unit.test, realWorld: { wallSecondsMax: 240 } };
  assert.equal(lastLine(always), `to try the same workload again: ${command}`);
});

Deno.test("repeatCommand() of runs that differed asks for both of them again", () => {
  assert.equal(repeatCommand(sampleResult(unit)), command);
  const drifted = sampleResult(unit, { verdict: "fail" }, { drifted: true });
  assert.equal(repeatCommand(drifted), `${command} --check-determinism`);
});
