import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { ByteReader, ByteWriter } from "../base/bytes.ts";
import { appended, equalsValue, type Value, valueOf, writeValue } from "./value.ts";

fc.configureGlobal({ seed: 824 });

/** Bytes on both sides of the limit between the two forms. */
const anyLength = fc.oneof(
  fc.uint8Array({ maxLength: 64 }),
  fc.integer({ min: 16 * 1024 - 2, max: 16 * 1024 + 2 }).map((length) =>
    new Uint8Array(length).fill(200)
  ),
);

function read(value: Value): number[] {
  const writer = new ByteWriter();
  writeValue(writer, value);
  return [...new ByteReader(writer.finish()).bytes()];
}

Deno.test("values hold what they were made of, whatever becomes of that", () => {
  fc.assert(fc.property(anyLength, (bytes) => {
    const expected = [...bytes];
    const value = valueOf(bytes);
    bytes.fill(1);
    assert.deepEqual(read(value), expected);
  }));
});

Deno.test("appended() changes neither the value nor what is appended", () => {
  fc.assert(fc.property(anyLength, anyLength, (a, b) => {
    const value = valueOf(a);
    const longer = appended(value, b);
    assert.equal(longer.length, a.length + b.length);
    assert.deepEqual(read(longer), [...a, ...b]);
    assert.deepEqual(read(value), [...a]);
  }));
});

Deno.test("equalsValue() compares bytes", () => {
  fc.assert(fc.property(anyLength, anyLength, (a, b) => {
    assert.equal(equalsValue(valueOf(a), b), Buffer.compare(a, b) === 0);
    assert(equalsValue(valueOf(a), a.slice()));
  }));
});
