import assert from "node:assert/strict";
import fc from "fast-check";
import { fromDecimal, toDecimal } from "./decimal.ts";
import { decodeText, TextScratch } from "./text_codec.ts";

Deno.test("decodeText() and TextScratch do what the runtime's codec does", () => {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const encoder = new TextEncoder();
  const scratch = new TextScratch();
  const anyText = fc.string({ unit: "binary", maxLength: 60 });
  fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), anyText, (bytes, text) => {
    assert.equal(decodeText(bytes), decoder.decode(bytes));
    const half = bytes.length >> 1;
    assert.equal(decodeText(bytes, half), decoder.decode(bytes.subarray(half)));
    assert.equal(decodeText(bytes, 0, half), decoder.decode(bytes.subarray(0, half)));
    assert.equal(decodeText(encoder.encode(text)), text);
    const length = scratch.encode(text);
    assert.deepEqual(scratch.bytes.slice(0, length), encoder.encode(text));
  }));
  assert.equal(decodeText(encoder.encode("\uFEFFmark")), "\uFEFFmark");
  const lonely = scratch.encode("a\ud800");
  assert.deepEqual(scratch.bytes.slice(0, lonely), encoder.encode("a\uFFFD"));
});

Deno.test("toDecimal() and fromDecimal() are inverse", () => {
  for (const value of [0, 1, 9, 10, 1234567890, 2 ** 32, Number.MAX_SAFE_INTEGER]) {
    assert.equal(new TextDecoder().decode(toDecimal(value)), String(value));
    assert.equal(fromDecimal(toDecimal(value)), value);
  }
  for (const text of ["", "1a", "-1", "1.5", "99999999999999999999"]) {
    assert.throws(() => fromDecimal(new TextEncoder().encode(text)), SyntaxError);
    assert.throws(() => fromDecimal(new TextEncoder().encode(`1${text}2`), 1, 1 + text.length));
  }
});
