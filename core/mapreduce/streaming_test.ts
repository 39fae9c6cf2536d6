import assert from "node:assert/strict";
import fc from "fast-check";
import { findBadLine } from "./bad_line.ts";
import { keyEndOf, LineSplitter, parseReport } from "./streaming.ts";

const encoder = new TextEncoder();

Deno.test("LineSplitter gives the lines of a text, however it is cut", () => {
  const anyText = fc.string({ unit: fc.constantFrom("a", "b", "\n"), maxLength: 30 });
  fc.assert(fc.property(anyText, fc.array(fc.nat(30)), (text, cuts) => {
    const lines: string[] = [];
    const splitter = new LineSplitter((bytes, start, end) =>
      lines.push(new TextDecoder().decode(bytes.subarray(start, end)))
    );
    const bounds = [0, ...cuts.map((cut) => Math.min(cut, text.length)), text.length]
      .sort((a, b) => a - b);
    for (let i = 1; i < bounds.length; i++) {
      splitter.add(encoder.encode(text.slice(bounds[i - 1], bounds[i])));
    }
    splitter.end();
    const expected = text.split("\n");
    if (expected.at(-1) === "") expected.pop();
    assert.deepEqual(lines, expected);
  }));
});

Deno.test("keyEndOf() finds the first tab, or the end of the line", () => {
  const bytes = encoder.encode("key\tvalue\tmore|\tv|none");
  assert.equal(keyEndOf(bytes, 0, 14), 3);
  assert.equal(keyEndOf(bytes, 15, 17), 15);
  assert.equal(keyEndOf(bytes, 18, 22), 22);
  assert.equal(keyEndOf(bytes, 5, 5), 5);
});

Deno.test("parseReport() reads counters and statuses, and leaves everything else to people", () => {
  assert.deepEqual(parseReport("reporter:counter:My group,bad lines,12"), {
    kind: "counter",
    name: "My group: bad lines",
    amount: 12,
  });
  assert.deepEqual(parseReport("reporter:status: half way "), { kind: "status", text: "half way" });
  for (const line of ["reporter:counter:a,b,c", "reporter:counter:a,1", "reporter:", "hello", ""]) {
    assert.equal(parseReport(line), undefined);
  }
});

Deno.test("findBadLine() finds the one line, asks about few, and tells when it takes several", async () => {
  const bytes = encoder.encode(Array.from({ length: 1000 }, (_, i) => `line ${i}\n`).join(""));
  let asked = 0;
  const containing = (...words: string[]) => (piece: { bytes: Uint8Array }) => {
    asked++;
    const text = new TextDecoder().decode(piece.bytes);
    return Promise.resolve(words.every((word) => text.includes(word)));
  };
  for (const word of ["line 0\n", "line 637\n", "line 999\n"]) {
    const found = await findBadLine({ bytes, offset: 100 }, containing(word));
    assert.equal(new TextDecoder().decode(found!.bytes), word);
    assert.deepEqual(bytes.subarray(found!.offset - 100).subarray(0, word.length), found!.bytes);
  }
  assert.ok(asked < 60);
  assert.equal(await findBadLine({ bytes, offset: 0 }, containing("e 1\n", "e 999\n")), undefined);
});
