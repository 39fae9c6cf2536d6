import assert from "node:assert/strict";
import fc from "fast-check";
import { CountTable } from "./hash_table.ts";
import { countWords } from "./tokenize.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The labs' definition, on decoded text. */
function countsOf(bytes: Uint8Array): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [word] of decoder.decode(bytes).matchAll(/\p{L}+/gu)) {
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}

/** What the tokenizer counts when it is given `bytes` in pieces that end at `cuts`. */
function counted(bytes: Uint8Array, cuts: readonly number[]): Map<string, number> {
  const table = new CountTable();
  let from = 0;
  let lines = 0;
  let words = 0;
  for (const cut of [...cuts.map((cut) => Math.min(cut, bytes.length)), bytes.length].sort(by)) {
    const result = countWords(bytes, from, cut, false, table);
    assert.ok(result.rest >= from && result.rest <= cut);
    from = result.rest;
    lines += result.lines;
    words += result.words;
  }
  const last = countWords(bytes, from, bytes.length, true, table);
  assert.equal(last.rest, bytes.length);
  assert.equal(lines + last.lines, bytes.filter((byte) => byte === 10).length);
  const counts = new Map<string, number>();
  table.drain((arena, start, end, count) => {
    counts.set(decoder.decode(arena.subarray(start, end)), count);
  });
  assert.equal(words + last.words, [...counts.values()].reduce((a, b) => a + b, 0));
  assert.equal(table.size, 0);
  return counts;
}

function by(a: number, b: number): number {
  return a - b;
}

const anyBytes = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 60 }).map((value) => encoder.encode(value)),
  fc.string({ unit: "binary", maxLength: 60 }).map((value) => encoder.encode(value)),
  fc.uint8Array({ maxLength: 60 }),
  // Bytes that begin, continue and break characters of several bytes.
  fc.array(
    fc.constantFrom(0x41, 0x0a, 0x20, 0xc3, 0xa9, 0xe2, 0x82, 0xed, 0xa0, 0xf0, 0x90, 0xf4, 0x8f),
  )
    .map((bytes) => Uint8Array.from(bytes)),
);
const anyCuts = fc.array(fc.nat(70), { maxLength: 5 });

Deno.test("countWords() counts what \\p{L}+ finds in the decoded text, however it is cut", () => {
  fc.assert(
    fc.property(anyBytes, anyCuts, (bytes, cuts) => {
      assert.deepEqual(sorted(counted(bytes, cuts)), sorted(countsOf(bytes)));
    }),
    { numRuns: 1000 },
  );
});

Deno.test("countWords() knows letters of every length, and what is no UTF-8", () => {
  const cases: [string | number[], string[]][] = [
    ["don't stop_now 4ever", ["don", "ever", "now", "stop", "t"]],
    ["naïve café—déjà", ["café", "déjà", "naïve"]],
    ["日本語 русский 𐐀𐐁", ["русский", "日本語", "𐐀𐐁"]],
    ["e\u0301a", ["a", "e"]],
    ["\uFEFFword", ["word"]],
    [[0x61, 0xff, 0x62], ["a", "b"]],
    [[0x61, 0xc3], ["a"]],
    [[0xe2, 0x82, 0x61], ["a"]],
    [[0xed, 0xa0, 0x80, 0x61], ["a"]],
    [[0xc1, 0x81, 0x62], ["b"]],
    [[0xf4, 0x90, 0x80, 0x80, 0x62], ["b"]],
    ["", []],
  ];
  for (const [input, words] of cases) {
    const bytes = typeof input === "string" ? encoder.encode(input) : Uint8Array.from(input);
    assert.deepEqual([...counted(bytes, []).keys()].sort(), words);
  }
});

Deno.test("CountTable grows, and keeps strings of any length apart", () => {
  const table = new CountTable();
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 20_000; i++) {
      const key = encoder.encode("k".repeat(i % 50) + i);
      // Few different hashes: the bytes decide.
      table.add(key, 0, key.length, i % 4096);
    }
  }
  assert.equal(table.size, 20_000);
  let seen = 0;
  table.drain((_arena, _start, _end, count) => {
    assert.equal(count, 3);
    seen++;
  });
  assert.equal(seen, 20_000);
});

function sorted(counts: Map<string, number>): [string, number][] {
  return [...counts].sort(([a], [b]) => a < b ? -1 : 1);
}
