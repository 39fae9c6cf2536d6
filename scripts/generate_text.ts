/**
 * Writes text to a file or to standard output, for trials and measurements: words after Zipf's law, lines and
 * paragraphs like a book's, the same for the same seed.
 *
 *     deno task generate-text --bytes 400M --seed 824 --output text.txt
 */

import { createWriteStream } from "node:fs";
import { once } from "node:events";
import process from "node:process";
import { parseArgs } from "node:util";
import { parseSeed, SeededRandom } from "../core/base/random.ts";
import { generateText } from "../core/mapreduce/text_generator.ts";

const UNITS: Readonly<Record<string, number>> = { "": 1, k: 1e3, M: 1e6, G: 1e9 };

const { values } = parseArgs({
  options: {
    bytes: { type: "string", default: "10M" },
    seed: { type: "string", default: "824" },
    vocabulary: { type: "string", default: String(1 << 17) },
    "accented-one-in": { type: "string", default: "0" },
    output: { type: "string" },
  },
});

const random = new SeededRandom(parseSeed(values.seed));
const out = values.output === undefined ? process.stdout : createWriteStream(values.output);
const pieces = generateText(random, parseBytes(values.bytes), {
  vocabulary: Number(values.vocabulary),
  accentedOneIn: Number(values["accented-one-in"]),
});
for (const piece of pieces) {
  if (!out.write(piece.slice())) await once(out, "drain");
}
if (values.output !== undefined) {
  out.end();
  await once(out, "finish");
}

function parseBytes(text: string): number {
  const match = /^(\d+)([kMG]?)$/.exec(text);
  if (match === null) throw new SyntaxError(`--bytes is a number with k, M or G: not "${text}"`);
  return Number(match[1]) * UNITS[match[2]!]!;
}
