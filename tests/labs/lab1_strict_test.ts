import assert from "node:assert/strict";
import { playLab } from "./_play.ts";
import { LAB_1_STRICT } from "./lab1_strict.ts";
import { runLabTest } from "./run_lab_test.ts";

playLab("1", [1n, 2n]);

Deno.test("regression: a worker asks again for what has just got a backup (seed 11416203278184085666)", async () => {
  const test = LAB_1_STRICT.find(({ name }) => name === "TestStrictMasters1")!;
  assert.equal((await runLabTest(test, 11416203278184085666n)).reason, undefined);
});

Deno.test("regression: a worker that was taken for dead comes back only to leave (seed 9090207)", async () => {
  const test = LAB_1_STRICT.find(({ name }) => name === "TestStrictAnyFaults1")!;
  assert.equal((await runLabTest(test, 9090207n)).reason, undefined);
});
