import assert from "node:assert/strict";
import { ms } from "../../core/base/mod.ts";
import { RealClock } from "../../core/host/mod.ts";
import { JumpingClock } from "./jumping_clock.ts";

Deno.test("JumpingClock fires at once what has become due by a jump, and the rest as much sooner", async () => {
  const clock = new JumpingClock(new RealClock());
  const fired: string[] = [];
  clock.after(ms(60_000), () => fired.push("a minute"));
  const far = clock.after(ms(120_000), () => fired.push("two minutes"));
  const before = clock.now();
  clock.jumpTo(60_000);
  assert.ok(clock.now() - before >= 60_000);
  await clock.sleep(ms(20));
  assert.deepEqual(fired, ["a minute"]);
  clock.jumpTo(120_000);
  await clock.sleep(ms(20));
  assert.deepEqual(fired, ["a minute", "two minutes"]);
  far.cancel();
});

Deno.test("JumpingClock never goes back, and what was cancelled does not fire", async () => {
  const clock = new JumpingClock(new RealClock());
  clock.after(ms(5000), () => assert.fail("cancelled")).cancel();
  clock.jumpTo(10_000);
  const now = clock.now();
  clock.jumpTo(1000);
  assert.ok(clock.now() >= now);
  await clock.sleep(ms(5));
});
