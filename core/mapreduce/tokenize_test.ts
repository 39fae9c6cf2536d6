import assert from "node:assert/strict";
import fc from "fast-check";
import { WordTable } from "./hash_table.ts";
import { WordScanner } from "./tokenize.ts";

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

/** What a scanner counts when it is given `bytes` in pieces that end at `cuts`. */
function counted(bytes: Uint8Array, cuts: readonly number[]): Map<string, number> {
  const counts = new Map<string, number>();
  const scanner = new WordScanner((arena, start, end, count) => {
    const word = decoder.decode(arena.subarray(start, end));
    counts.set(word, (counts.get(word) ?? 0) + count);
  });
  let from = 0;
  for (const cut of [...cuts.map((cut) => Math.min(cut, bytes.length)), bytes.length].sort(by)) {
    const done = scanner.scan(bytes.subarray(from, cut), false);
    assert.ok(done >= 0 && done <= cut - from);
    from += done;
  }
  assert.equal(scanner.scan(bytes.subarray(from), true), bytes.length - from);
  assert.equal(scanner.lineFeeds, bytes.filter((byte) => byte === 10).length);
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
/** Words of all lengths around the blocks of four, the same ones again and again. */
const manyWords = fc.array(
  fc.tuple(
    fc.constantFrom("abcdefghijklmnopqrstuvwxyz", "éa", "Zz"),
    fc.nat(17),
    fc.constantFrom(" ", "\n", ", ", "é"),
  ),
  { maxLength: 60 },
).map((words) =>
  encoder.encode(words.map(([from, length, end]) => from.repeat(9).slice(0, length) + end).join(""))
);
const anyCuts = fc.array(fc.oneof(fc.nat(70), fc.nat(600)), { maxLength: 5 });

Deno.test("WordScanner counts what \\p{L}+ finds in the decoded text, however it is cut", () => {
  fc.assert(
    fc.property(fc.oneof(anyBytes, manyWords), anyCuts, (bytes, cuts) => {
      assert.deepEqual(sorted(counted(bytes, cuts)), sorted(countsOf(bytes)));
    }),
    { numRuns: 1000 },
  );
});

Deno.test("WordScanner knows letters of every length, and what is no UTF-8", () => {
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

Deno.test("WordScanner knows ASCII letters from all other bytes, at every place", () => {
  for (let byte = 0; byte < 128; byte++) {
    for (let place = 0; place < 12; place++) {
      const bytes = encoder.encode("abcdefghijkl" + " ".repeat(40));
      bytes[place] = byte;
      assert.deepEqual(sorted(counted(bytes, [])), sorted(countsOf(bytes)));
    }
  }
});

Deno.test("WordTable grows, and keeps words of any length apart", () => {
  const table = new WordTable();
  const words = Array.from(
    { length: 20_000 },
    (_, i) => encoder.encode("k".repeat(9 + i % 50) + i),
  );
  for (let round = 0; round < 3; round++) {
    for (const word of words) table.addBytes(word, 0, word.length);
  }
  // Few different hashes: the bytes decide.
  for (const word of words) table.add(1, 2, word.length % 3, word, 0, word.length);
  assert.equal(table.size, 40_000);
  assert.ok(table.bytes > 1_000_000);
  const counts: number[] = [];
  table.drain((_arena, _start, _end, count) => counts.push(count));
  assert.deepEqual([...new Set(counts)].sort(), [1, 3]);
  assert.deepEqual([table.size, counts.length], [0, 40_000]);
});

function sorted(counts: Map<string, number>): [string, number][] {
  return [...counts].sort(([a], [b]) => a < b ? -1 : 1);
}
