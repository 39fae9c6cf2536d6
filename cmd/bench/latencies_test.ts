import assert from "node:assert/strict";
import { Latencies } from "./latencies.ts";

Deno.test("latencies give percentiles by nearest rank", () => {
  const latencies = new Latencies();
  for (let span = 1000; span >= 1; span--) latencies.add(span);
  assert.deepEqual(latencies.percentiles(), { p50: 500, p99: 990, p999: 999, max: 1000 });
});

Deno.test("latencies grow beyond their first room, and can be cleared", () => {
  const latencies = new Latencies();
  for (let count = 0; count < 200_000; count++) latencies.add(count % 2);
  assert.equal(latencies.count, 200_000);
  assert.deepEqual(latencies.percentiles(), { p50: 0, p99: 1, p999: 1, max: 1 });
  latencies.clear();
  assert.deepEqual(latencies.percentiles(), { p50: 0, p99: 0, p999: 0, max: 0 });
});
