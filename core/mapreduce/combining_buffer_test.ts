import assert from "node:assert/strict";
import fc from "fast-check";
import { compareBytes } from "./byte_order.ts";
import { CombiningBuffer } from "./combining_buffer.ts";
import { KeyGroups } from "./key_groups.ts";
import { keyPrefix } from "./pair_cursor.ts";
import type { Combine } from "./program.ts";
import { bytesOf } from "./value_iterables.ts";

interface Pair {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

const PARTITIONS = 2;
const NO_KEY = new Uint8Array(0);

const concat: Combine = (_bytes, _start, _end, values) =>
  Uint8Array.from([...bytesOf(values)].flatMap((value) => [...value]));
/** Gives a view of what it was given, not a copy. */
const largest: Combine = (_bytes, _start, _end, values) =>
  [...bytesOf(values)].reduce((a, b) => compareBytes(a, b) >= 0 ? a : b);

const anyPairs = fc.array(
  fc.record({
    key: fc.uint8Array({ maxLength: 5 }).map((key) => key.map((byte) => byte % 2)),
    value: fc.oneof(fc.uint8Array({ maxLength: 3 }), fc.uint8Array({ maxLength: 400 })),
  }, { noNullPrototype: true }),
  { maxLength: 300 },
);

function partitionOf(key: Uint8Array): number {
  return key.length % PARTITIONS;
}

function filled(pairs: readonly Pair[], combine: Combine, bytesMax = 1 << 20): CombiningBuffer {
  const buffer = new CombiningBuffer(PARTITIONS, bytesMax, combine);
  for (const { key, value } of pairs) {
    buffer.add(partitionOf(key), key, 0, key.length, value, 0, value.length);
  }
  return buffer;
}

/** What is left of each key when all of its values are combined at last. */
function combined(buffer: CombiningBuffer, combine: Combine): Pair[] {
  const sorted = buffer.sorted();
  const found: Pair[] = [];
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const groups = new KeyGroups(sorted.partition(partition));
    while (groups.next()) {
      assert.equal(partitionOf(groups.key()), partition);
      const { keyBytes, keyStart, keyEnd } = groups;
      found.push({ key: groups.key(), value: combine(keyBytes, keyStart, keyEnd, groups).slice() });
    }
  }
  return found;
}

function expected(pairs: readonly Pair[], join: (values: Uint8Array[]) => Uint8Array): Pair[] {
  const byKey = new Map<string, Pair[]>();
  for (const pair of pairs) {
    byKey.set(String(pair.key), [...byKey.get(String(pair.key)) ?? [], pair]);
  }
  return [...byKey.values()]
    .map((some) => ({ key: some[0]!.key, value: join(some.map(({ value }) => value)) }))
    .sort((a, b) => partitionOf(a.key) - partitionOf(b.key) || compareBytes(a.key, b.key));
}

Deno.test("CombiningBuffer combines values in the order of adding, and gives keys in order", () => {
  fc.assert(fc.property(anyPairs, (pairs) => {
    assert.deepEqual(
      combined(filled(pairs, concat), concat),
      expected(pairs, (values) => Uint8Array.from(values.flatMap((value) => [...value]))),
    );
    assert.deepEqual(
      combined(filled(pairs, largest), largest),
      expected(pairs, (values) => values.toSorted(compareBytes).at(-1)!),
    );
  }));
});

Deno.test("CombiningBuffer: prefixes of keys are what they must be", () => {
  const pairs = ["", "a", "abc", "abcd", "abcdef"].map((key) => ({
    key: new TextEncoder().encode(key),
    value: new Uint8Array(1),
  }));
  const sorted = filled(pairs, concat).sorted();
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const cursor = sorted.partition(partition);
    while (cursor.next()) {
      assert.equal(cursor.keyPrefix, keyPrefix(cursor.key, cursor.keyStart, cursor.keyEnd));
    }
  }
});

Deno.test("CombiningBuffer: a hot key takes no memory, many keys fill it, clear() empties it", () => {
  const one = new Uint8Array(1);
  const hot = filled([], largest, 100_000);
  for (let i = 0; i < 1_000_000; i++) hot.add(0, one, 0, 1, one, 0, 1);
  assert.ok(!hot.isFull);
  assert.equal(hot.count, 1_000_000);
  const key = new Uint8Array(4);
  let added = 0;
  for (; !hot.isFull; added++) {
    new DataView(key.buffer).setUint32(0, added);
    hot.add(0, key, 0, 4, one, 0, 1);
  }
  assert.ok(added > 500 && added < 3000, `${added}`);
  hot.clear();
  assert.deepEqual([hot.isFull, hot.count, combined(hot, largest)], [false, 0, []]);
  hot.add(0, key, 0, 4, one, 0, 1);
  assert.equal(combined(hot, largest).length, 1);
});

Deno.test("CombiningBuffer: a combine that fails leaves its error", () => {
  const failing: Combine = () => {
    throw new RangeError("no");
  };
  const pairs = Array.from({ length: 100 }, () => ({
    key: new Uint8Array(1),
    value: new Uint8Array(9),
  }));
  assert.throws(() => filled(pairs, failing), { name: "RangeError", message: "no" });
});

Deno.test("a combiner may write its result to where the value that is being added lies", () => {
  const scratch = new Uint8Array(1);
  const sum: Combine = (_bytes, _start, _end, values) => {
    let total = 0;
    for (const value of bytesOf(values)) total += value[0]!;
    scratch[0] = total;
    return scratch;
  };
  const buffer = new CombiningBuffer(PARTITIONS, 1 << 20, sum);
  for (let i = 0; i < 200; i++) {
    scratch[0] = 1;
    buffer.add(0, NO_KEY, 0, 0, scratch, 0, 1);
  }
  assert.deepEqual([...combined(buffer, sum)[0]!.value], [200]);
});
