/** The right answers of lab 1, obtained the slow way and without any code of the program (lab 1, §6). */

import { createHash } from "node:crypto";
import type { Text } from "./texts.ts";

/** How many distinct words there are, and how often each occurs: `word count`, sorted. */
export function wcLines(texts: readonly Text[]): string[] {
  const counts = new Map<string, number>();
  for (const { contents } of texts) {
    for (const word of wordsOf(contents)) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts].map(([word, count]) => `${word} ${count}`).sort(byBytes);
}

/** In how many files each word occurs, and in which: `word count a,b`, sorted. The names are those the master was given. */
export function indexerLines(texts: readonly Text[], nameOf: (text: Text) => string): string[] {
  const files = new Map<string, string[]>();
  for (const text of texts) {
    for (const word of new Set(wordsOf(text.contents))) {
      const names = files.get(word);
      if (names === undefined) files.set(word, [nameOf(text)]);
      else names.push(nameOf(text));
    }
  }
  return [...files].map(([word, names]) =>
    `${word} ${names.length} ${names.sort(byBytes).join(",")}`
  )
    .sort(byBytes);
}

/** The four lines of `nocrash`. */
export function nocrashLines(texts: readonly Text[], nameOf: (text: Text) => string): string[] {
  const names = texts.map(nameOf);
  return [
    ["a", names],
    ["b", names.map((name) => String(Buffer.byteLength(name)))],
    ["c", texts.map(({ contents }) => String(contents.length))],
    ["d", texts.map(() => "xyzzy")],
  ].map(([key, values]) => `${key} ${[...values!].sort(byBytes).join(" ")}`);
}

/** The lines of the results, sorted in byte order, as one hash. */
export function hashOfLines(lines: readonly string[]): string {
  return createHash("sha256").update(lines.map((line) => `${line}\n`).join("")).digest("hex");
}

/** The hashes for the eight books, with names that begin with `../` (lab 1, §12). */
export const BOOK_HASHES = {
  wc: "08d25f8329d8b7054a8330033736775249ffd98ca861f12e24e0cda079322c19",
  indexer: "f038ad1d663919a5a86dc537f704236792f101c19e03999479cd00fdac560eb5",
  nocrash: "c3a7a1747c70eb7a4de09289a2b6daf52855e23888ee54806f0dc1de9c9ba578",
  early_exit: "e2830387e3851a02659713ea11adcd06117551ef43e22c193e24013d8348847e",
} as const;

/** Compares texts by their UTF-8 bytes. */
export function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function wordsOf(contents: Uint8Array): string[] {
  return new TextDecoder().decode(contents).match(/\p{L}+/gu) ?? [];
}
