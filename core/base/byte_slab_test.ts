import assert from "node:assert/strict";
import fc from "fast-check";
import { ByteSlab } from "./byte_slab.ts";

fc.configureGlobal({ seed: 824 });

Deno.test("ByteSlab.take() gives bytes that are 0 and belong to nobody else", () => {
  const slab = new ByteSlab();
  for (let size = 0; size < 2000; size += 7) {
    const bytes = slab.take(size);
    assert.equal(bytes.length, size);
    assert.ok(bytes.every((byte) => byte === 0));
    bytes.fill(255);
  }
});

Deno.test("ByteSlab.copy() gives copies that share nothing, whatever their sizes", () => {
  const sizes = fc.array(fc.oneof(fc.nat(100), fc.integer({ min: 1000, max: 9000 })));
  fc.assert(fc.property(sizes, (sizes) => {
    const slab = new ByteSlab();
    const originals = sizes.map((size, i) => new Uint8Array(size).fill(i + 1));
    const copies = originals.map((bytes) => slab.copy(bytes));
    for (const original of originals) original.fill(0);
    for (const [i, copy] of copies.entries()) {
      assert.equal(copy.length, sizes[i]);
      assert.ok(copy.every((byte) => byte === (i + 1) % 256));
      copy.fill(0);
    }
  }));
});
