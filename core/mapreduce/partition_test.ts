import assert from "node:assert/strict";
import { fnv1a, ihash, partition } from "./partition.ts";

const KEYS: readonly (readonly [key: string, fnv1a: number, ihash: number, mod10: number])[] = [
  ["", 2166136261, 18652613, 3],
  ["a", 3826002220, 1678518572, 2],
  ["b", 3876335077, 1728851429, 9],
  ["c", 3859557458, 1712073810, 0],
  ["d", 3775669363, 1628185715, 5],
  ["e", 3758891744, 1611408096, 6],
  ["f", 3809224601, 1661740953, 3],
  ["g", 3792446982, 1644963334, 4],
  ["h", 3977000791, 1829517143, 3],
  ["i", 3960223172, 1812739524, 4],
  ["j", 4010556029, 1863072381, 1],
  ["the", 3020861980, 873378332, 2],
  ["hello", 1335831723, 1335831723, 3],
  ["MapReduce", 1681198307, 1681198307, 7],
  ["é", 513665217, 513665217, 7],
  ["日本語", 2153733351, 6249703, 3],
  ["../pg-tom_sawyer.txt", 2695538030, 548054382, 2],
];

for (const [key, hash, cleared, mod10] of KEYS) {
  Deno.test(`partition() puts "${key}" where the lab's table does`, () => {
    const bytes = new TextEncoder().encode(key);
    assert.equal(fnv1a(bytes), hash);
    assert.equal(ihash(bytes), cleared);
    assert.equal(partition(bytes, 10), mod10);
  });
}

Deno.test("fnv1a() hashes a part of a buffer as it does a copy of the part", () => {
  const bytes = new TextEncoder().encode("xxhelloxx");
  assert.equal(fnv1a(bytes, 2, 7), 1335831723);
});

Deno.test("partition() takes bytes that are no text", () => {
  const bytes = Uint8Array.of(0xff, 0x00, 0xfe);
  assert.ok(partition(bytes, 7) < 7);
  assert.equal(partition(bytes, 1), 0);
});
