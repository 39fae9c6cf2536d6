import assert from "node:assert/strict";
import { instant } from "../../base/units.ts";
import { HeldUpCheck } from "./held_up.ts";

Deno.test("HeldUpCheck excuses a timer that fires much too late, but not twice in a row", () => {
  const check = new HeldUpCheck();
  assert.equal(check.isHeldUp(instant(1000), instant(1000)), false);
  assert.equal(check.isHeldUp(instant(1000), instant(1050)), false);
  assert.equal(check.isHeldUp(instant(1000), instant(1500)), true);
  assert.equal(check.isHeldUp(instant(1510), instant(2000)), false);
  assert.equal(check.isHeldUp(instant(2010), instant(2500)), true);
});
