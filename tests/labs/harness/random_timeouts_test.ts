import assert from "node:assert/strict";
import { serverId, term } from "../../../core/base/durable.ts";
import { after, instant, ms } from "../../../core/base/units.ts";
import { fakeView, QUIET_INPUT, QUIET_OUTPUT } from "./fakes.ts";
import { RandomTimeouts } from "./random_timeouts.ts";

/** Servers stand one after the other, and wait so many milliseconds. */
function stand(...waits: readonly number[]): void {
  const checker = new RandomTimeouts();
  for (const [place, wait] of waits.entries()) {
    const now = instant(1000.1 * place);
    const role = "candidate";
    const raft = fakeView({ id: serverId(place % 3), role, currentTerm: term(1 + place) });
    checker.onStep(raft, QUIET_INPUT, { ...QUIET_OUTPUT, wakeAt: after(now, ms(wait)) }, now);
  }
}

Deno.test("RandomTimeouts: candidates that all wait equally long are found, and named", () => {
  assert.throws(() => stand(300, 300, 300, 300), {
    property: "RandomTimeouts",
    message:
      "RandomTimeouts: server 0 in term 1, server 1 in term 2, server 2 in term 3, server 0 " +
      "in term 4 stand for election one after the other, and all of them wait 300 ms, to the " +
      "microsecond",
  });
});

Deno.test("RandomTimeouts: a timeout may be drawn twice by chance", () => {
  stand(300, 300, 300, 300.001, 300, 300, 300);
});

Deno.test("RandomTimeouts: what others than candidates wait for is no matter", () => {
  const checker = new RandomTimeouts();
  for (let round = 0; round < 9; round++) {
    checker.onStep(fakeView({ role: "leader" }), QUIET_INPUT, QUIET_OUTPUT, instant(0));
  }
});
