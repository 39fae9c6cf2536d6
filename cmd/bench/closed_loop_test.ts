import assert from "node:assert/strict";
import { closedLoop } from "./closed_loop.ts";

/** Clients on a clock of their own: each call takes so long, in turn. */
function virtualLoop(spans: readonly number[], interrupted = new AbortController().signal) {
  let time = 0;
  const queue = [...spans];
  const client = () => {
    time += queue.shift() ?? 10;
    return Promise.resolve();
  };
  return closedLoop([client], {
    warmUpMs: 100,
    measureMs: 1000,
    operationsPerCall: 16,
    now: () => time,
    interrupted,
  });
}

Deno.test("a closed loop counts the calls that begin and end within its time", async () => {
  const { operations, perSecond, latency } = await virtualLoop([100, 30]);
  // After the warm-up of 100 ms, one call of 30 ms and 97 of 10 ms fit into a second.
  assert.equal(operations, 98 * 16);
  assert.equal(perSecond, 98 * 16);
  assert.deepEqual(latency, { p50: 10, p99: 30, p999: 30, max: 30 });
});

Deno.test("a closed loop ends with the error of a client, and when it is interrupted", async () => {
  const options = {
    warmUpMs: 0,
    measureMs: 10,
    operationsPerCall: 1,
    now: () => 0,
    interrupted: new AbortController().signal,
  };
  const failing = () => Promise.reject(new Error("no server"));
  await assert.rejects(closedLoop([failing], options), /no server/);
  await assert.rejects(virtualLoop([], AbortSignal.abort(new Error("Ctrl-C"))), /Ctrl-C/);
});
