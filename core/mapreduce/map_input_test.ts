import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { encoder, putFile } from "../../tests/mapreduce/run_tasks.ts";
import { MemoryFiles } from "../sim/files.ts";
import { type InputPiece, SplitReader } from "./map_input.ts";

async function readerOf(
  contents: string | Uint8Array,
  range: { start?: number; end?: number; pieceBytes?: number; name?: string } = {},
): Promise<SplitReader> {
  const { name = "in", start = 0, pieceBytes } = range;
  const files = new MemoryFiles();
  await putFile(files, name, contents);
  const end = range.end ?? (await files.size(name))!;
  return new SplitReader(files, { file: name, start, end }, undefined, pieceBytes);
}

/** All pieces as one text, after a look at their offsets. */
async function joined(pieces: AsyncIterable<InputPiece>, file: Uint8Array): Promise<string> {
  let text = "";
  for await (const { bytes, offset } of pieces) {
    assert.deepEqual(bytes, file.subarray(offset, offset + bytes.length));
    text += new TextDecoder().decode(bytes);
  }
  return text;
}

const anyText = fc.string({ unit: fc.constantFrom("a", "b", "\n"), maxLength: 40 });

Deno.test("SplitReader: every line belongs to the split that it begins in, however pieces fall", async () => {
  await fc.assert(fc.asyncProperty(
    anyText,
    fc.array(fc.nat(40), { maxLength: 4 }),
    fc.constantFrom(1, 2, 3, 7, 1000),
    async (text, cuts, pieceBytes) => {
      const file = encoder.encode(text);
      const bounds = [0, ...cuts.map((cut) => Math.min(cut, file.length)), file.length]
        .sort((a, b) => a - b);
      const starts = [...text].flatMap((_, i) => i === 0 || text[i - 1] === "\n" ? [i] : []);
      for (let i = 1; i < bounds.length; i++) {
        const [start, end] = [bounds[i - 1]!, bounds[i]!];
        const reader = await readerOf(file, { start, end, pieceBytes });
        const first = starts.find((at) => at >= start) ?? file.length;
        const behind = starts.find((at) => at >= end) ?? file.length;
        const expected = first < end ? text.slice(first, behind) : "";
        assert.equal(await joined(reader.pieces(), file), expected);
        assert.equal(await joined(reader.lines(), file), expected);
        assert.equal(await joined(reader.records(), file), expected);
      }
    },
  ));
});

Deno.test("SplitReader.records() gives one line at a time, lines() whole lines", async () => {
  const text = "one\n\nthree and more\nfour";
  for (const pieceBytes of [1, 5, 100]) {
    const records: string[] = [];
    for await (const { bytes } of (await readerOf(text, { pieceBytes })).records()) {
      records.push(new TextDecoder().decode(bytes));
    }
    assert.deepEqual(records, ["one\n", "\n", "three and more\n", "four"]);
    for await (const { bytes, offset } of (await readerOf(text, { pieceBytes })).lines()) {
      assert.ok(bytes.at(-1) === 10 || offset + bytes.length === text.length);
    }
  }
});

Deno.test("SplitReader.lines() gives long texts in pieces of some tens of thousands of bytes", async () => {
  const text = Array.from({ length: 100_000 }, (_, i) => `line ${i}\n`).join("");
  const sizes: number[] = [];
  const reader = await readerOf(text);
  for await (const { bytes } of reader.lines()) sizes.push(bytes.length);
  assert.ok(Math.max(...sizes) < 66_000 && sizes.length < 40, `${sizes}`);
  assert.equal(await joined(reader.lines(), encoder.encode(text)), text);
});

Deno.test("SplitReader unpacks compressed files, with offsets of what they hold", async () => {
  const text = "to be or not to be\n".repeat(3000);
  for (const pieceBytes of [50, 1000, 1 << 20]) {
    const reader = await readerOf(gzipSync(text), { name: "a.GZ", pieceBytes });
    assert.equal(await joined(reader.records(), encoder.encode(text)), text);
  }
});

Deno.test("SplitReader can be left at any time", async () => {
  const text = "line\n".repeat(10_000);
  for (const name of ["a", "a.gz"]) {
    const reader = await readerOf(name === "a" ? text : gzipSync(text), { name, pieceBytes: 100 });
    for await (const { bytes } of reader.records()) {
      assert.equal(bytes.length, 5);
      break;
    }
  }
});

Deno.test("SplitReader: files that are missing or have become shorter are errors that name them", async () => {
  const missing = new SplitReader(new MemoryFiles(), { file: "none", start: 0, end: 5 });
  await assert.rejects(missing.whole(), /"none": No such file/);
  const packed = new SplitReader(new MemoryFiles(), { file: "none.gz", start: 0, end: 5 });
  await assert.rejects(packed.whole(), /"none\.gz": No such file/);
  const shorter = await readerOf("0123456789", { end: 12 });
  await assert.rejects(
    shorter.whole(),
    /in has become shorter: 12 bytes when the job began, 10 now/,
  );
});
