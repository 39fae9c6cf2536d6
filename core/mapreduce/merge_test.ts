import assert from "node:assert/strict";
import fc from "fast-check";
import { compareBytes } from "./byte_order.ts";
import { KeyGroups } from "./key_groups.ts";
import { mergeCursors } from "./merge.ts";
import type { PairCursor } from "./pair_cursor.ts";
import { runInMemory, RunReader } from "./run_reader.ts";
import { RunWriter } from "./run_writer.ts";
import { bytesOf } from "./value_iterables.ts";

const decoder = new TextDecoder();

/** A sorted walk over these keys; the value of each is `name` and its number. */
function walk(name: string, keys: readonly Uint8Array[]): PairCursor {
  const writer = new RunWriter();
  keys.toSorted(compareBytes).forEach((key, i) => {
    const value = new TextEncoder().encode(`${name}${i}`);
    writer.add(key, 0, key.length, value, 0, value.length);
  });
  return new RunReader(runInMemory(writer.take().slice()));
}

function text(...keys: string[]): Uint8Array[] {
  return keys.map((key) => new TextEncoder().encode(key));
}

function valuesByKey(cursor: PairCursor): [string, string[]][] {
  const groups = new KeyGroups(cursor);
  const found: [string, string[]][] = [];
  while (groups.next()) {
    const values = [...bytesOf(groups)].map((value) => decoder.decode(value));
    found.push([decoder.decode(groups.key()), values]);
  }
  return found;
}

const anyKeys = fc.array(fc.uint8Array({ maxLength: 6 }).map((key) => key.map((b) => b % 4)));

Deno.test("mergeCursors() gives all pairs in order, equal keys in the order of the walks", () => {
  fc.assert(fc.property(fc.array(anyKeys, { maxLength: 9 }), (lists) => {
    const merged = mergeCursors(lists.map((keys, i) => walk(`${i}:`, keys)));
    const expected = lists
      .flatMap((keys, i) =>
        keys.toSorted(compareBytes).map((key, n) => [key, `${i}:${n}`] as const)
      )
      .toSorted(([a], [b]) => compareBytes(a, b));
    const found: [Uint8Array, string][] = [];
    while (merged.next()) {
      found.push([
        merged.key.slice(merged.keyStart, merged.keyEnd),
        decoder.decode(merged.value.subarray(merged.valueStart, merged.valueEnd)),
      ]);
    }
    assert.deepEqual(found, expected);
    assert.ok(!merged.next());
  }));
});

Deno.test("KeyGroups puts the values of a key together, from all walks", () => {
  const merged = mergeCursors([
    walk("a", text("x", "y")),
    walk("b", text()),
    walk("c", text("x", "x", "z")),
  ]);
  assert.deepEqual(valuesByKey(merged), [
    ["x", ["a0", "c0", "c1"]],
    ["y", ["a1"]],
    ["z", ["c2"]],
  ]);
});

Deno.test("KeyGroups passes over values that nobody looked at", () => {
  const groups = new KeyGroups(walk("v", text("a", "a", "b", "c", "c", "c")));
  const seen: string[] = [];
  while (groups.next()) {
    const key = decoder.decode(groups.key());
    if (key === "c") { for (const value of bytesOf(groups)) seen.push(decoder.decode(value)); }
    else if (key === "a") { for (const _ of bytesOf(groups)) break; }
  }
  assert.deepEqual(seen, ["v3", "v4", "v5"]);
  assert.deepEqual([groups.keys, groups.pairs], [3, 6]);
  assert.ok(!groups.next());
});

Deno.test("KeyGroups: values can be walked once", () => {
  const groups = new KeyGroups(walk("v", text("a", "a", "b")));
  groups.next();
  assert.equal([...bytesOf(groups)].length, 2);
  assert.equal([...bytesOf(groups)].length, 0);
  groups.next();
  assert.equal([...bytesOf(groups)].length, 1);
});

Deno.test("KeyGroups: the empty key and keys that begin alike are different keys", () => {
  const keys = [...text("", "a", "ab", "a"), Uint8Array.of(97, 0)];
  assert.deepEqual(valuesByKey(walk("v", keys)).map(([key, values]) => [key, values.length]), [
    ["", 1],
    ["a", 2],
    ["a\0", 1],
    ["ab", 1],
  ]);
});
