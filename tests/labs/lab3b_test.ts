import assert from "node:assert/strict";
import { playLab } from "./_play.ts";
import { LAB_3_STRICT } from "./lab3_strict.ts";
import { runLabTest } from "./run_lab_test.ts";

playLab("3B", [1n, 2n]);

Deno.test("regression: snapshots come faster than a slow disk can write them (seed 30773)", async () => {
  const swarm = LAB_3_STRICT.find(({ name }) => name === "TestStrictSwarm3B")!;
  const { verdict, reason } = await runLabTest(swarm, 30773n);
  assert.equal(verdict, "pass", reason);
});
