import assert from "node:assert/strict";
import fc from "fast-check";
import { DamagedDataError } from "../base/errors.ts";
import { compareBytes } from "./byte_order.ts";
import { keyPrefix, type PairCursor } from "./pair_cursor.ts";
import { BLOCK_BYTES } from "./run_format.ts";
import { type Run, runInMemory, RunReader } from "./run_reader.ts";
import { RunWriter } from "./run_writer.ts";

type Pair = readonly [key: Uint8Array, value: Uint8Array];

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

function encoded(pairs: readonly Pair[]): Uint8Array {
  const writer = new RunWriter();
  for (const [key, value] of pairs) writer.add(key, 0, key.length, value, 0, value.length);
  const bytes = writer.take().slice();
  assert.equal(writer.length, bytes.length);
  return bytes;
}

function decoded(cursor: PairCursor): Pair[] {
  const pairs: Pair[] = [];
  while (cursor.next()) {
    const key = cursor.key.slice(cursor.keyStart, cursor.keyEnd);
    assert.equal(cursor.keyPrefix, keyPrefix(key, 0, key.length));
    pairs.push([key, cursor.value.slice(cursor.valueStart, cursor.valueEnd)]);
  }
  return pairs;
}

const anyPairs = fc.array(
  fc.tuple(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 300 })),
  { maxLength: 300 },
).map((pairs): Pair[] => pairs.toSorted(([a], [b]) => compareBytes(a, b)));

Deno.test("RunReader reads what RunWriter wrote, however little it reads at a time", () => {
  fc.assert(fc.property(anyPairs, fc.integer({ min: 1, max: 100_000 }), (pairs, readBytes) => {
    assert.deepEqual(decoded(new RunReader(runInMemory(encoded(pairs)), readBytes)), pairs);
  }));
});

Deno.test("RunReader reads a run inside a larger file", () => {
  const pairs: Pair[] = [[text("a"), text("1")], [text("b"), text("2")]];
  const bytes = encoded(pairs);
  const file = new Uint8Array(bytes.length + 20);
  file.set(bytes, 7);
  const run: Run = { ...runInMemory(file), offset: 7, bytes: bytes.length };
  assert.deepEqual(decoded(new RunReader(run)), pairs);
});

Deno.test("RunReader: an empty run has no pairs", () => {
  assert.deepEqual(decoded(new RunReader(runInMemory(new Uint8Array(0)))), []);
});

Deno.test("RunWriter closes blocks at about their size, and repeats no beginnings of keys", () => {
  const pairs = Array.from({ length: 20_000 }, (_, i): Pair => [
    text(`a long beginning that all keys share ${String(i).padStart(6, "0")}`),
    text("1"),
  ]);
  const bytes = encoded(pairs);
  assert.ok(bytes.length < 8 * pairs.length, `${bytes.length} bytes`);
  assert.ok(bytes.length > 2 * BLOCK_BYTES);
  assert.deepEqual(decoded(new RunReader(runInMemory(bytes), BLOCK_BYTES)), pairs);
});

Deno.test("RunReader reads keys and values of several megabytes", () => {
  const pairs: Pair[] = [
    [text("a"), new Uint8Array(3_000_000).fill(7)],
    [new Uint8Array(2_000_000).fill(98), text("")],
    [new Uint8Array(2_000_001).fill(98), text("end")],
  ];
  assert.deepEqual(decoded(new RunReader(runInMemory(encoded(pairs)))), pairs);
});

Deno.test("RunReader: values stay what they are while it goes on", () => {
  const pairs = Array.from({ length: 30_000 }, (_, i): Pair => [text("k"), text(`value ${i}`)]);
  const bytes = encoded(pairs);
  // Like a file: every read makes a new array.
  const run: Run = { ...runInMemory(bytes), read: (at, length) => bytes.slice(at, at + length) };
  const reader = new RunReader(run, BLOCK_BYTES);
  const kept: Uint8Array[] = [];
  while (reader.next()) kept.push(reader.value.subarray(reader.valueStart, reader.valueEnd));
  assert.ok(kept.every((value, i) => compareBytes(value, pairs[i]![1]) === 0));
});

Deno.test("RunReader notices any damaged byte and any missing end", () => {
  const pairs = Array.from({ length: 40 }, (_, i): Pair => [text(`key ${i + 10}`), text("value")]);
  const bytes = encoded(pairs);
  for (let at = 0; at < bytes.length; at++) {
    const damaged = bytes.slice();
    damaged[at]! ^= 1 << (at % 8);
    assert.throws(() => decoded(new RunReader(runInMemory(damaged))), DamagedDataError);
    const short: Run = { ...runInMemory(bytes.subarray(0, at)), bytes: bytes.length };
    assert.throws(() => decoded(new RunReader(short)), DamagedDataError);
  }
});

Deno.test("RunWriter.take() in the middle keeps the run whole", () => {
  const writer = new RunWriter();
  const parts: Uint8Array[] = [];
  for (let i = 0; i < 100; i++) {
    writer.add(text(`key ${i + 100}`), 0, 7, text("v"), 0, 1);
    if (i % 7 === 0) parts.push(writer.take().slice());
  }
  parts.push(writer.take().slice());
  assert.equal(writer.take().length, 0);
  const bytes = new Uint8Array(parts.flatMap((part) => [...part]));
  assert.equal(writer.length, bytes.length);
  assert.equal(decoded(new RunReader(runInMemory(bytes))).length, 100);
});
