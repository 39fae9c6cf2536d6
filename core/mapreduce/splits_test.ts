import assert from "node:assert/strict";
import { SeededRandom } from "../base/random.ts";
import { groupSplits, planSplits } from "./splits.ts";

const LINES = { splitBytes: 100, wholeFiles: false };
const WHOLE = { splitBytes: 100, wholeFiles: true };

Deno.test("planSplits() leaves a small file in one piece", () => {
  assert.deepEqual(planSplits([{ file: "a", size: 7 }], LINES), [{ file: "a", start: 0, end: 7 }]);
});

Deno.test("planSplits() lets a split be a little larger rather than leave a tiny one over", () => {
  assert.equal(planSplits([{ file: "a", size: 110 }], LINES).length, 1);
  assert.deepEqual(planSplits([{ file: "a", size: 111 }], LINES), [
    { file: "a", start: 0, end: 55 },
    { file: "a", start: 55, end: 111 },
  ]);
});

Deno.test("planSplits() keeps compressed files, and all files of some applications, whole", () => {
  const files = [{ file: "a.GZ", size: 1000 }, { file: "b", size: 200 }];
  assert.deepEqual(planSplits(files, LINES), [
    { file: "a.GZ", start: 0, end: 1000 },
    { file: "b", start: 0, end: 100 },
    { file: "b", start: 100, end: 200 },
  ]);
  assert.deepEqual(planSplits(files, WHOLE), [
    { file: "a.GZ", start: 0, end: 1000 },
    { file: "b", start: 0, end: 200 },
  ]);
});

Deno.test("planSplits() gives an empty file to those who want whole files, and to nobody else", () => {
  const files = [{ file: "empty", size: 0 }, { file: "empty.gz", size: 0 }];
  assert.deepEqual(planSplits(files, LINES), []);
  assert.deepEqual(planSplits(files, WHOLE), [
    { file: "empty", start: 0, end: 0 },
    { file: "empty.gz", start: 0, end: 0 },
  ]);
});

Deno.test("planSplits() refuses splits of no bytes", () => {
  assert.throws(() => planSplits([], { splitBytes: 0, wholeFiles: false }), RangeError);
  assert.throws(() => planSplits([], { splitBytes: 0.5, wholeFiles: false }), RangeError);
});

Deno.test("planSplits() covers every byte once, whatever the sizes", () => {
  const random = new SeededRandom(1n);
  for (let round = 0; round < 200; round++) {
    const size = random.below(100_000);
    const splitBytes = random.between(1, 5000);
    let end = 0;
    for (const split of planSplits([{ file: "a", size }], { splitBytes, wholeFiles: false })) {
      assert.equal(split.start, end);
      assert.ok(split.end > split.start && split.end - split.start <= splitBytes * 1.1 + 1);
      end = split.end;
    }
    assert.equal(end, size);
  }
});

Deno.test("groupSplits() leaves up to a thousand splits alone", () => {
  const splits = planSplits([{ file: "a", size: 100_000 }], LINES);
  assert.ok(groupSplits(splits, 100).every((group) => group.length === 1));
});

Deno.test("groupSplits() lets a hundred thousand small files share about a thousand tasks", () => {
  const files = Array.from({ length: 100_000 }, (_, i) => ({ file: `f${i}`, size: 1000 + i % 7 }));
  const splits = planSplits(files, { splitBytes: 32 << 20, wholeFiles: true });
  const groups = groupSplits(splits, 32 << 20);
  assert.ok(groups.length >= 900 && groups.length <= 1100, `${groups.length} tasks`);
  assert.deepEqual(groups.flat(), splits);
});

Deno.test("groupSplits() leaves splits of the wanted size alone, however many there are", () => {
  const splits = planSplits([{ file: "a", size: 500_000 }], LINES);
  assert.ok(splits.length > 4000);
  assert.equal(groupSplits(splits, 100).length, splits.length);
});

Deno.test("groupSplits() keeps large splits apart, and bounds how many empty ones share a task", () => {
  const splits = Array.from(
    { length: 50 },
    (_, i) => ({ file: `f${i}`, start: 0, end: i % 10 === 0 ? 1000 : 0 }),
  );
  const groups = groupSplits(splits, 1000, 10);
  assert.deepEqual(groups.flat(), splits);
  for (const group of groups) {
    assert.ok(group.length <= 10);
    assert.ok(group.filter(({ end }) => end > 0).length <= 1);
  }
});
