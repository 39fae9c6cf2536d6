import assert from "node:assert/strict";
import fc from "fast-check";
import { compareBytes } from "./byte_order.ts";
import { PairBuffer } from "./pair_buffer.ts";
import { keyPrefix } from "./pair_cursor.ts";

interface Pair {
  readonly partition: number;
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

const PARTITIONS = 3;

/** Few different bytes and lengths around multiples of four, where keys are hard to tell apart. */
const hardKey = fc.uint8Array({ maxLength: 13 }).map((key) => key.map((byte) => byte % 3));
const anyKey = fc.oneof(hardKey, fc.uint8Array({ maxLength: 40 }));
const anyPairs = fc.array(
  fc.record({
    partition: fc.nat(PARTITIONS - 1),
    key: anyKey,
    value: fc.uint8Array({ maxLength: 9 }),
  }, { noNullPrototype: true }),
  { maxLength: 200 },
);

function filled(pairs: readonly Pair[], bytesMax = 1 << 20): PairBuffer {
  const buffer = new PairBuffer(PARTITIONS, bytesMax);
  for (const { partition, key, value } of pairs) {
    buffer.add(partition, key, 0, key.length, value, 0, value.length);
  }
  return buffer;
}

/** All that a buffer gives, with a check of the prefixes on the way. */
function walked(buffer: PairBuffer): Pair[] {
  const sorted = buffer.sorted();
  const pairs: Pair[] = [];
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const cursor = sorted.partition(partition);
    while (cursor.next()) {
      const key = cursor.key.slice(cursor.keyStart, cursor.keyEnd);
      assert.equal(cursor.keyPrefix, keyPrefix(key, 0, key.length));
      pairs.push({
        partition,
        key,
        value: cursor.value.slice(cursor.valueStart, cursor.valueEnd),
      });
    }
    assert.ok(!cursor.next());
  }
  return pairs;
}

/** The built-in sort is stable. */
function expected(pairs: readonly Pair[]): Pair[] {
  return pairs.toSorted((a, b) => a.partition - b.partition || compareBytes(a.key, b.key));
}

Deno.test("PairBuffer gives pairs by partition and key, equal keys in the order of adding", () => {
  fc.assert(fc.property(anyPairs, (pairs) => {
    assert.deepEqual(walked(filled(pairs)), expected(pairs));
  }));
});

Deno.test("PairBuffer sorts many pairs with long common beginnings", () => {
  const pairs = Array.from({ length: 5000 }, (_, i) => ({
    partition: i % PARTITIONS,
    key: new TextEncoder().encode("x".repeat(i % 97) + (i * 7919) % 1009),
    value: new TextEncoder().encode(String(i)),
  }));
  assert.deepEqual(walked(filled(pairs)), expected(pairs));
});

Deno.test("PairBuffer keeps a hundred thousand pairs of one key in order", () => {
  const buffer = new PairBuffer(1, 1 << 24);
  const key = new TextEncoder().encode("the hot key");
  const value = new Uint8Array(4);
  for (let i = 0; i < 100_000; i++) {
    new DataView(value.buffer).setUint32(0, i);
    buffer.add(0, key, 0, key.length, value, 0, 4);
  }
  const cursor = buffer.sorted().partition(0);
  for (let i = 0; i < 100_000; i++) {
    assert.ok(cursor.next());
    const number = new DataView(cursor.value.buffer).getUint32(cursor.valueStart);
    if (number !== i) assert.equal(number, i);
  }
});

Deno.test("PairBuffer.isFull tells when the memory is used up, and clear() frees it", () => {
  const buffer = filled([], 10_000);
  const key = new Uint8Array(84);
  for (let i = 0; i < 90; i++) buffer.add(0, key, 0, 84, key, 0, 0);
  assert.ok(!buffer.isFull);
  for (let i = 0; i < 10; i++) buffer.add(0, key, 0, 84, key, 0, 0);
  assert.ok(buffer.isFull);
  buffer.add(0, new Uint8Array(1 << 22), 0, 1 << 22, key, 0, 1);
  buffer.clear();
  assert.deepEqual([buffer.isFull, buffer.count, buffer.size], [false, 0, 0]);
  assert.deepEqual(walked(buffer), []);
});
