import assert from "node:assert/strict";
import { SeededRandom } from "../base/random.ts";
import { Counts } from "./counts.ts";

Deno.test("Counts agree with a plain array", () => {
  const random = new SeededRandom(1n);
  for (let size = 0; size < 40; size++) {
    const counts = new Counts(size);
    const plain = new Array<number>(size).fill(0);
    for (let round = 0; round < 60; round++) {
      const first = random.between(0, size);
      const end = random.between(first, size);
      const sum = plain.slice(first, end).reduce((a, b) => a + b, 0);
      assert.equal(counts.between(first, end), sum);
      const next = plain.findIndex((count, place) => place >= first && count > 0);
      assert.equal(counts.nextFrom(first), next < 0 ? size : next);
      if (size === 0) continue;
      const place = random.below(size);
      const difference = plain[place]! > 0 && random.chance(1, 2) ? -1 : 1;
      plain[place]! += difference;
      counts.add(place, difference);
      assert.equal(counts.at(place), plain[place]);
    }
  }
});
