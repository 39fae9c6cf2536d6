import assert from "node:assert/strict";
import { joinInSteps } from "./capture.ts";
import { finishCapture } from "./state_machine.ts";

Deno.test("joinInSteps() joins everything, about a megabyte in every step", () => {
  const lengths = [0, 1, 1_000_000, 300_000, 3_000_000, 0, 7, 2 ** 20];
  const pieces = lengths.map((length, i) => new Uint8Array(length).fill(i));
  const joined = joinInSteps(pieces);
  let steps = 1;
  let step = joined.next();
  for (; !step.done; step = joined.next()) steps++;
  assert.deepEqual(step.value, new Uint8Array(pieces.flatMap((piece) => [...piece])));
  assert(steps >= 4 && steps <= 8, `${steps} steps`);
});

Deno.test("joinInSteps() of nothing is nothing, and of one piece that piece", () => {
  assert.deepEqual(finishCapture(joinInSteps([])), new Uint8Array());
  const piece = new Uint8Array([1]);
  assert.equal(finishCapture(joinInSteps([new Uint8Array(), piece])), piece);
});
