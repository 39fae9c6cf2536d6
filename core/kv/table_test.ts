import assert from "node:assert/strict";
import fc from "fast-check";
import { ByteReader } from "../base/bytes.ts";
import { KvTable } from "./table.ts";

fc.configureGlobal({ seed: 824 });

function tableOf(keys: Iterable<string>): KvTable {
  const table = new KvTable();
  for (const key of keys) table.set(key, `value of ${key}`, table.get(key));
  return table;
}

function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `key ${i}`);
}

function remove(table: KvTable, key: string): void {
  const old = table.get(key);
  if (old !== undefined) table.delete(key, old);
}

/** Reads what a capture gives. */
function contents(slices: Iterable<Uint8Array>): Map<string, string> {
  const found = new Map<string, string>();
  for (const slice of slices) {
    const reader = new ByteReader(slice);
    while (reader.remaining > 0) {
      const key = reader.latin1();
      assert(!found.has(key), `${key} is there twice`);
      found.set(key, reader.latin1());
    }
  }
  return found;
}

Deno.test("KvTable counts keys and bytes", () => {
  const table = new KvTable();
  table.set("ab", "12345", undefined);
  table.set("c", "1", undefined);
  assert.deepEqual([table.size, table.bytes], [2, 9]);
  table.set("ab", "", "12345");
  assert.deepEqual([table.size, table.bytes], [2, 4]);
  table.delete("c", "1");
  assert.deepEqual([table.size, table.bytes], [1, 2]);
});

Deno.test("KvTable.list() names every key once, in parts of about the size that was asked for", () => {
  const keys = numbered(20_000);
  const table = tableOf(keys);
  for (const count of [1, 10, 1000, 30_000]) {
    const named: string[] = [];
    let cursor = 0;
    do {
      const part = table.list(cursor, count, Infinity);
      assert(part.keys.length <= count + 3, "few keys share a hash");
      named.push(...part.keys);
      cursor = part.cursor;
    } while (cursor !== 0);
    assert.equal(named.length, keys.length);
    assert.deepEqual(new Set(named), new Set(keys));
    if (count === 1) break;
  }
});

Deno.test("KvTable.list() names all keys that stay, while others come and go", () => {
  const stay = numbered(500);
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 40 }),
      fc.infiniteStream(fc.nat(400)),
      (count, stream) => {
        const table = tableOf(stay);
        const named = new Map<string, number>();
        let cursor = 0;
        do {
          const part = table.list(cursor, count, Infinity);
          for (const key of part.keys) named.set(key, (named.get(key) ?? 0) + 1);
          assert(part.cursor === 0 || part.cursor > cursor, "it goes on");
          cursor = part.cursor;
          const number = stream.next().value!;
          for (let i = 0; i < 5; i++) {
            const key = `other ${number + i}`;
            if (number % 2 === 0) table.set(key, "x", table.get(key));
            else remove(table, key);
          }
        } while (cursor !== 0);
        for (const key of stay) assert.equal(named.get(key), 1, key);
      },
    ),
    { numRuns: 20 },
  );
});

Deno.test("KvTable.list() asked for nothing, or from behind the end on, comes to an end too", () => {
  const table = tableOf(numbered(3));
  assert.equal(table.list(0, 0, Infinity).keys.length, 1);
  assert.deepEqual(table.list(2 ** 32, 10, Infinity), { keys: [], cursor: 0 });
  assert.deepEqual(table.list(2 ** 52, 10, Infinity), { keys: [], cursor: 0 });
  assert.deepEqual(new KvTable().list(0, 10, Infinity), { keys: [], cursor: 0 });
});

Deno.test("KvTable.capture() gives the state of its beginning, whatever is changed meanwhile", () => {
  const table = new KvTable();
  const long = "x".repeat(1000);
  for (const key of numbered(2000)) table.set(key, long, undefined);
  const before = new Map(numbered(2000).map((key) => [key, long]));
  const capture = table.capture();
  const slices: Uint8Array[] = [];
  for (let step = 0;; step++) {
    const { done, value } = capture.next();
    if (done) break;
    slices.push(value);
    for (let i = step; i < 2000; i += 3) table.set(`key ${i}`, "changed", table.get(`key ${i}`));
    for (let i = step; i < 2000; i += 5) remove(table, `key ${i}`);
    for (let i = 0; i < 500; i++) table.set(`new ${step} ${i}`, "new", undefined);
  }
  assert(slices.length > 4, "it goes slice by slice");
  assert.deepEqual(contents(slices), before);
});

Deno.test("KvTable: two captures at a time do not disturb each other", () => {
  const table = tableOf(numbered(3000));
  const first = table.capture();
  const firstSlices = [first.next().value!];
  table.set("key 1", "other", table.get("key 1"));
  const second = contents(table.capture());
  firstSlices.push(...first);
  assert.equal(contents(firstSlices).get("key 1"), "value of key 1");
  assert.equal(second.get("key 1"), "other");
});
