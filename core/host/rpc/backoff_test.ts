import assert from "node:assert/strict";
import { SeededRandom } from "../../base/random.ts";
import { ms } from "../../base/units.ts";
import { Backoff } from "./backoff.ts";

Deno.test("Backoff doubles its pauses up to the longest, each shortened by up to one half", () => {
  const backoff = new Backoff(ms(20), ms(1000), new SeededRandom(5n));
  for (let round = 0; round < 3; round++) {
    for (const whole of [20, 40, 80, 160, 320, 640, 1000, 1000, 1000]) {
      const pause = backoff.next();
      assert.ok(pause >= whole / 2 && pause <= whole, `${pause} of ${whole}`);
    }
    backoff.reset();
  }
});

Deno.test("Backoff draws different pauses for different clients", () => {
  const pauses = [1n, 2n, 3n, 4n].map((seed) =>
    new Backoff(ms(20), ms(1000), new SeededRandom(seed)).next()
  );
  assert.equal(new Set(pauses).size, 4);
});
