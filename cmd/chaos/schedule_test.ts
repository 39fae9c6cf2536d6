import assert from "node:assert/strict";
import { SeededRandom } from "../../core/base/mod.ts";
import { FAULT_KINDS, type Round } from "./faults.ts";
import { schedule } from "./schedule.ts";

function rounds(seed: bigint, count: number, groups: readonly number[] = [3]): Round[] {
  const options = { random: new SeededRandom(seed), faults: FAULT_KINDS, groups };
  return [...schedule(options).take(count)];
}

Deno.test("schedule() follows from the seed alone", () => {
  assert.deepEqual(rounds(7n, 60), rounds(7n, 60));
  assert.notDeepEqual(rounds(7n, 60), rounds(8n, 60));
});

Deno.test("schedule() is the beginning of a longer one", () => {
  assert.deepEqual(rounds(3n, 5), rounds(3n, 50).slice(0, 5));
});

Deno.test("schedule() has every kind in every turn, in changing order", () => {
  const kinds = rounds(1n, 3 * FAULT_KINDS.length).map(({ kind }) => kind);
  for (let turn = 0; turn < 3; turn++) {
    const own = kinds.slice(turn * FAULT_KINDS.length, (turn + 1) * FAULT_KINDS.length);
    assert.deepEqual(own.toSorted(), [...FAULT_KINDS].sort());
  }
  assert.notDeepEqual(
    kinds.slice(0, FAULT_KINDS.length),
    kinds.slice(FAULT_KINDS.length, 2 * FAULT_KINDS.length),
  );
});

Deno.test("schedule() names victims that a group has, sometimes all, the leader in about half", () => {
  const all = rounds(5n, 2000, [3, 5]);
  for (const { group, victims } of all) {
    const size = [3, 5][group]!;
    assert.ok(victims.length <= size);
    for (const [i, victim] of victims.entries()) {
      assert.ok(victim === "leader" || victim < size - i);
    }
  }
  const kills = all.filter(({ kind }) => kind === "kill");
  assert.ok(kills.some(({ group, victims }) => victims.length === [3, 5][group]));
  const led = kills.filter(({ victims }) => victims.includes("leader")).length / kills.length;
  assert.ok(led > 0.35 && led < 0.65, `${led}`);
});
