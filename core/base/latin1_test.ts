import assert from "node:assert/strict";
import { ByteReader, ByteWriter } from "./bytes.ts";

const ALL_BYTES = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte)).join("");

Deno.test("ByteWriter.latin1() writes a byte for each character, of short strings and of long ones", () => {
  const writer = new ByteWriter(4);
  const texts = [
    "",
    "a".repeat(47),
    "a".repeat(48),
    "z".repeat(10_000),
    "a".repeat(99) + "\x80",
    "\xff" + "a".repeat(99),
    ALL_BYTES,
    ALL_BYTES.slice(0, 128),
  ];
  for (const text of texts) writer.latin1(text);
  writer.u8(7);
  const reader = new ByteReader(writer.finish());
  for (const text of texts) assert.equal(reader.latin1(), text);
  assert.equal(reader.u8(), 7);
  reader.end();
});
