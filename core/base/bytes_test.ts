import assert from "node:assert/strict";
import fc from "fast-check";
import { ByteReader, bytesOf, ByteWriter, equalBytes, latin1Of, NO_BYTES } from "./bytes.ts";
import { DamagedDataError } from "./errors.ts";

fc.configureGlobal({ seed: 824 });

type Value =
  | { readonly kind: "u8" | "u32" | "varint"; readonly value: number }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "bytes"; readonly value: Uint8Array }
  | { readonly kind: "text" | "latin1"; readonly value: string };

const anyValue: fc.Arbitrary<Value> = fc.oneof(
  fc.record({ kind: fc.constant("u8" as const), value: fc.nat(255) }),
  fc.record({ kind: fc.constant("u32" as const), value: fc.integer({ min: 0, max: 2 ** 32 - 1 }) }),
  fc.record({ kind: fc.constant("varint" as const), value: fc.maxSafeNat() }),
  fc.record({ kind: fc.constant("bool" as const), value: fc.boolean() }),
  fc.record({ kind: fc.constant("bytes" as const), value: fc.uint8Array({ maxLength: 300 }) }),
  fc.record({ kind: fc.constant("text" as const), value: fc.string({ unit: "grapheme" }) }),
  fc.record({
    kind: fc.constant("latin1" as const),
    value: fc.uint8Array().map((bytes) => String.fromCharCode(...bytes)),
  }),
);

function write(writer: ByteWriter, { kind, value }: Value): void {
  (writer[kind] as (value: unknown) => void).call(writer, value);
}

Deno.test("ByteReader reads back any sequence of values that ByteWriter wrote", () => {
  fc.assert(fc.property(fc.array(anyValue), fc.integer({ min: 1, max: 64 }), (values, capacity) => {
    const writer = new ByteWriter(capacity);
    for (const value of values) write(writer, value);
    const length = writer.length;
    const data = writer.finish();
    assert.equal(data.length, length);
    const reader = new ByteReader(data);
    for (const { kind, value } of values) assert.deepEqual(reader[kind](), value);
    reader.end();
  }));
});

Deno.test("ByteReader throws DamagedDataError, and nothing else, on data that is cut short", () => {
  fc.assert(fc.property(fc.array(anyValue, { minLength: 1 }), fc.nat(), (values, at) => {
    const writer = new ByteWriter();
    for (const value of values) write(writer, value);
    const data = writer.finish();
    const reader = new ByteReader(data.subarray(0, at % data.length));
    assert.throws(() => values.forEach(({ kind }) => reader[kind]()), DamagedDataError);
  }));
});

Deno.test("ByteReader throws nothing but DamagedDataError on arbitrary data", () => {
  const kinds = fc.array(fc.constantFrom("u8", "u32", "varint", "bool", "bytes", "text", "latin1"));
  fc.assert(fc.property(fc.uint8Array(), kinds, (data, kinds) => {
    const reader = new ByteReader(data);
    try {
      for (const kind of kinds) reader[kind as Value["kind"]]();
    } catch (error) {
      assert.ok(error instanceof DamagedDataError);
    }
  }));
});

Deno.test("ByteWriter.varint() takes one byte for each seven bits", () => {
  const sizes: [number, number][] = [
    [0, 1],
    [127, 1],
    [128, 2],
    [16_383, 2],
    [16_384, 3],
    [2 ** 32, 5],
    [Number.MAX_SAFE_INTEGER, 8],
  ];
  for (const [value, bytes] of sizes) {
    const writer = new ByteWriter();
    writer.varint(value);
    assert.equal(writer.length, bytes, `${value}`);
  }
});

Deno.test("ByteWriter.varint() throws when the value is no integer in [0, 2^53)", () => {
  for (const value of [-1, 0.5, 2 ** 53, NaN, Infinity]) {
    assert.throws(() => new ByteWriter().varint(value), RangeError, `${value}`);
  }
});

Deno.test("ByteReader.varint() throws when the integer is longer than 53 bits", () => {
  assert.throws(() => new ByteReader(new Uint8Array(9).fill(0xff)).varint(), DamagedDataError);
  const eightBytes = new Uint8Array([255, 255, 255, 255, 255, 255, 255, 0x1f]);
  assert.throws(() => new ByteReader(eightBytes).varint(), DamagedDataError);
});

Deno.test("bytesOf() and ByteWriter.text() write any text as UTF-8, short or long", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme", maxLength: 100 }), (text) => {
    const expected = new TextEncoder().encode(text);
    assert.deepEqual(bytesOf(text), expected);
    const writer = new ByteWriter();
    writer.text(text);
    assert.deepEqual(new ByteReader(writer.finish()).bytes(), expected);
  }));
});

Deno.test("ByteReader.text() throws when the bytes are not UTF-8", () => {
  assert.throws(() => new ByteReader(new Uint8Array([2, 0xc3, 0x28])).text(), DamagedDataError);
});

Deno.test("ByteReader.bool() throws when the byte is neither 0 nor 1", () => {
  assert.throws(() => new ByteReader(new Uint8Array([2])).bool(), DamagedDataError);
});

Deno.test("ByteReader.end() throws when bytes are left over, and says where", () => {
  const reader = new ByteReader(new Uint8Array(3));
  reader.u8();
  assert.throws(() => reader.end(), (error) => {
    assert.ok(error instanceof DamagedDataError);
    assert.equal(error.offset, 1);
    return true;
  });
});

Deno.test("ByteWriter.finish() returns bytes that a later use of the writer leaves alone", () => {
  const writer = new ByteWriter();
  writer.u32(0xdeadbeef);
  const first = writer.finish();
  writer.u32(0);
  writer.finish();
  assert.equal(new ByteReader(first).u32(), 0xdeadbeef);
});

Deno.test("equalBytes() compares by content", () => {
  assert.ok(equalBytes(NO_BYTES, new Uint8Array(0)));
  assert.ok(equalBytes(new Uint8Array([1, 2]), new Uint8Array([1, 2])));
  assert.ok(!equalBytes(new Uint8Array([1, 2]), new Uint8Array([1, 3])));
  assert.ok(!equalBytes(new Uint8Array([1, 2]), new Uint8Array([1])));
});

Deno.test("latin1Of() has a character for each byte, and keeps none of the bytes' memory", () => {
  const bytes = new Uint8Array(256).map((_, i) => i);
  const whole = latin1Of(bytes);
  const part = latin1Of(bytes, 65, 68);
  bytes.fill(0);
  assert.deepEqual([...whole].map((each) => each.charCodeAt(0)), [...Array(256).keys()]);
  assert.equal(part, "ABC");
});
