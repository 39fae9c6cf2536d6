import assert from "node:assert/strict";
import { digestBytes, EventHash, FoldKind, foldKindName } from "./event_hash.ts";

type Fold = [kind: number, a: number, b: number];

function hash(...folds: Fold[]): string {
  const hash = new EventHash();
  for (const fold of folds) hash.fold(...fold);
  return hash.digest();
}

Deno.test("EventHash gives 16 hexadecimal digits, the same for the same folds on any machine", () => {
  assert.equal(hash(), "81fb253585a308d3");
  assert.equal(hash([0, 1000, 7], [1, -1, 2 ** 32 - 1]), "0c0509f5d285e7d1");
});

Deno.test("EventHash depends on every number folded, and on the order", () => {
  const folds: Fold[][] = [
    [],
    [[0, 0, 0]],
    [[1, 0, 0]],
    [[0, 1, 0]],
    [[0, 0, 1]],
    [[0, 0, 0], [0, 0, 0]],
    [[0, 1, 0], [0, 2, 0]],
    [[0, 2, 0], [0, 1, 0]],
    [[0, 2 ** 31, 0]],
    [[0, 0, 2 ** 31]],
  ];
  assert.equal(new Set(folds.map((fold) => hash(...fold))).size, folds.length);
});

Deno.test("EventHash does not collide over many short histories", () => {
  const hashes = new Set<string>();
  for (let kind = 0; kind < 10; kind++) {
    for (let a = 0; a < 100; a++) {
      for (let b = 0; b < 100; b++) hashes.add(hash([kind, a, b], [0, a + b, kind]));
    }
  }
  assert.equal(hashes.size, 100_000);
});

Deno.test("EventHash.fold() changes both halves, in about half of their bits", () => {
  let changed = 0;
  for (let i = 0; i < 1000; i++) {
    const a = BigInt(`0x${hash([0, i, 0], [0, 0, 0], [0, 0, 0])}`);
    const b = BigInt(`0x${hash([0, i + 1, 0], [0, 0, 0], [0, 0, 0])}`);
    changed += (a ^ b).toString(2).replaceAll("0", "").length;
  }
  assert.ok(changed > 28_000 && changed < 36_000, `${changed / 1000} bits of 64 change`);
});

Deno.test("digestBytes() depends on the length, and on each byte of a short message", () => {
  const digests = new Set<number>();
  for (let length = 0; length < 64; length++) {
    digests.add(digestBytes(new Uint8Array(length)));
    for (let i = 0; i < length; i++) {
      const bytes = new Uint8Array(length);
      bytes[i] = 1;
      digests.add(digestBytes(bytes));
    }
  }
  assert.equal(digests.size, 64 + 63 * 64 / 2);
});

Deno.test("digestBytes() looks at a long message in many places", () => {
  const zeros = digestBytes(new Uint8Array(5000));
  assert.notEqual(digestBytes(new Uint8Array(5000).fill(1)), zeros);
  assert.notEqual(digestBytes(new Uint8Array(5001)), zeros);
  const secondHalf = new Uint8Array(5000).fill(1, 2500);
  assert.notEqual(digestBytes(secondHalf), zeros);
});

Deno.test("foldKindName() names the simulator's own kinds and numbers the others", () => {
  assert.equal(foldKindName(FoldKind.send), "send");
  assert.equal(foldKindName(FoldKind.other), "16");
  assert.equal(foldKindName(17), "17");
});
