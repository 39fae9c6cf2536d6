import assert from "node:assert/strict";
import { SeededRandom } from "../base/mod.ts";
import { sortedByTime } from "./sort_times.ts";

function agrees(times: readonly number[]): void {
  const events = Int32Array.from(times, (_, i) => i);
  const expected = [...events].sort((a, b) => times[a]! - times[b]! || a - b);
  assert.deepEqual([...sortedByTime(Float64Array.from(times), events)], expected);
}

Deno.test("sortedByTime() sorts numbers of every size and sign, and keeps equal ones as they were", () => {
  agrees([]);
  agrees([3]);
  agrees([0, -0, 5, -5, 1e-300, -1e300, 1e300, -0, 0, 0.1, -0.1, 2 ** 53, 1.7e12, 1.7e12]);
  const random = new SeededRandom(11n);
  for (let i = 0; i < 50; i++) {
    const scale = 10 ** random.between(-9, 15);
    agrees(
      Array.from({ length: random.between(1, 300) }, () => (random.below(1000) - 300) * scale),
    );
  }
});

Deno.test("sortedByTime() sorts only the events that it is given", () => {
  const sorted = sortedByTime(Float64Array.of(4, 3, 2, 1), Int32Array.of(0, 2, 3));
  assert.deepEqual([...sorted], [3, 2, 0]);
});
