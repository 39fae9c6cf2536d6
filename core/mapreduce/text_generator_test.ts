import assert from "node:assert/strict";
import { SeededRandom } from "../base/random.ts";
import { generateText, TextGenerator, type TextGeneratorOptions } from "./text_generator.ts";

function textOf(bytes: number, seed = 1n, options: TextGeneratorOptions = {}): string {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  for (const piece of generateText(new SeededRandom(seed), bytes, options)) {
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}

Deno.test("generateText() gives the same text for the same seed, and so many bytes", () => {
  const text = textOf(3_000_000);
  assert.equal(text.length, 3_000_000);
  assert.equal(text.at(-1), "\n");
  assert.equal(textOf(3_000_000), text);
  assert.equal(textOf(100_000).slice(0, 99_000), text.slice(0, 99_000));
  assert.notEqual(textOf(1000, 2n), text.slice(0, 1000));
  for (const bytes of [0, 1, 2, 63, 64, 65]) assert.equal(textOf(bytes).length, bytes);
});

Deno.test("generateText() has words and lines about as long, and as varied, as books have", () => {
  const text = textOf(3_300_000);
  const lines = text.split("\n");
  assert.ok(Math.max(...lines.map((line) => line.length)) < 120);
  const average = text.length / lines.length;
  assert.ok(average > 45 && average < 75, `${average} bytes a line`);
  const words = text.match(/[A-Za-z]+/g)!;
  assert.ok(text.length / words.length > 4.5 && text.length / words.length < 6);
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  assert.ok(counts.size > 15_000 && counts.size < 40_000, `${counts.size} different words`);
  const most = Math.max(...counts.values()) / words.length;
  assert.ok(most > 0.03 && most < 0.08, `the most frequent word has a share of ${most}`);
});

Deno.test("generateText() is ASCII unless accents are asked for", () => {
  assert.match(textOf(200_000), /^[\n -~]*$/);
  const accented = textOf(200_000, 1n, { accentedOneIn: 10, vocabulary: 1 << 10 });
  assert.match(accented, /[éüßøж]/);
});

Deno.test("TextGenerator throws when the vocabulary is no power of two in bounds", () => {
  for (const vocabulary of [0, 32, 1000, 2 ** 21]) {
    assert.throws(() => new TextGenerator(new SeededRandom(1n), { vocabulary }), RangeError);
  }
});
