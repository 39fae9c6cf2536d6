/**
 * Text that looks like writing to a program that counts words: word frequencies after Zipf, short words in
 * front, sentences, paragraphs, lines of the length that books have. The same seed gives the same text.
 */

import type { Random } from "../base/ports.ts";

/** Settings of a {@linkcode TextGenerator}. */
export interface TextGeneratorOptions {
  /** The number of different words, a power of two from 2^6 to 2^20; by default 2^17. */
  readonly vocabulary?: number;
  /** One in so many words of the vocabulary has a letter outside ASCII; by default none has. */
  readonly accentedOneIn?: number;
}

const VOCABULARY = 1 << 17;
/** Where the second regime of the word frequencies begins (Ferrer i Cancho and Solé found 5,000 to 10,000 words). */
const COMMON_WORDS = 8192;
/** A line ends with the first word that reaches beyond this column. */
const LINE_BYTES = 64;
/** A word takes at most this many bytes, with what follows it. */
const WORD_ROOM = 64;
const PIECE_BYTES = 1 << 20;

const ONSETS = "b c d f g h l m n p r s t w n r s t h th st tr ch sh".split(" ");
const NUCLEI = "a e i o u a e i o e ea ou".split(" ");
const CODAS = ",,,,,,n,r,s,t,d,l,n,nd,ng".split(",");
const ACCENTED = ["é", "ü", "ß", "ø", "ж", "日本"];

/**
 * An endless text.
 *
 * @example
 * ```ts
 * import { SeededRandom } from "../base/random.ts";
 * import { TextGenerator } from "./text_generator.ts";
 *
 * const page = new Uint8Array(4096);
 * const length = new TextGenerator(new SeededRandom(1n)).fill(page);
 * const text = new TextDecoder().decode(page.subarray(0, length));
 * ```
 */
export class TextGenerator {
  readonly #random: Random;
  readonly #bits: number;
  /** Walker's alias method: where a word's own share of its slot ends, and whose the rest is. */
  readonly #shares: Uint32Array;
  readonly #aliases: Uint32Array;
  readonly #letters: Uint8Array;
  /** Where each word begins; one more than there are words. */
  readonly #starts: Uint32Array;
  #column = 0;
  #wordsToStop: number;
  #sentencesToParagraph: number;
  #capital = true;

  constructor(random: Random, options: TextGeneratorOptions = {}) {
    const size = options.vocabulary ?? VOCABULARY;
    this.#bits = Math.log2(size);
    if (!Number.isInteger(this.#bits) || this.#bits < 6 || this.#bits > 20) {
      throw new RangeError(
        `A vocabulary must be a power of two from 2^6 to 2^20: current value is ${size}`,
      );
    }
    const words = makeWords(random.child("words"), size, options.accentedOneIn ?? 0);
    this.#letters = words.letters;
    this.#starts = words.starts;
    const table = makeAliases(size);
    this.#shares = table.shares;
    this.#aliases = table.aliases;
    this.#random = random.child("text");
    this.#wordsToStop = this.#random.between(4, 30);
    this.#sentencesToParagraph = this.#random.between(2, 9);
  }

  /**
   * Writes whole words into `buffer` until the next might not fit. The result is the number of bytes
   * written; the next call goes on from there.
   */
  fill(buffer: Uint8Array): number {
    const shift = 32 - this.#bits;
    const shareMask = 2 ** shift - 1;
    const random = this.#random;
    const shares = this.#shares;
    const letters = this.#letters;
    const starts = this.#starts;
    const last = buffer.length - WORD_ROOM;
    let at = 0;
    while (at <= last) {
      const draw = random.below(2 ** 32);
      let word = draw >>> shift;
      if ((draw & shareMask) >= shares[word]!) word = this.#aliases[word]!;
      const start = at;
      const end = starts[word + 1]!;
      for (let i = starts[word]!; i < end; i++) buffer[at++] = letters[i]!;
      if (this.#capital) {
        if (buffer[start]! < 0x80) buffer[start]! &= 0xdf;
        this.#capital = false;
      }
      this.#column += at - start + 1;
      if (--this.#wordsToStop === 0) at = this.#endSentence(buffer, at);
      else if (this.#column > LINE_BYTES) {
        buffer[at++] = 10;
        this.#column = 0;
      } else buffer[at++] = 32;
    }
    return at;
  }

  #endSentence(buffer: Uint8Array, start: number): number {
    const random = this.#random;
    let at = start;
    const mark = random.below(16);
    buffer[at++] = mark < 6 ? 44 /* , */ : mark < 14 ? 46 /* . */ : mark === 14 ? 59 /* ; */ : 63;
    this.#capital = mark >= 6 && mark !== 14;
    this.#wordsToStop = random.between(4, 16);
    if (this.#capital && --this.#sentencesToParagraph === 0) {
      this.#sentencesToParagraph = random.between(2, 9);
      buffer[at++] = 10;
      buffer[at++] = 10;
      this.#column = 0;
    } else if (this.#column > LINE_BYTES) {
      buffer[at++] = 10;
      this.#column = 0;
    } else buffer[at++] = 32;
    return at;
  }
}

/**
 * Returns a text of `bytes` bytes in pieces of about a megabyte. Each piece is valid until the next one.
 *
 * @example
 * ```ts
 * import { SeededRandom } from "../base/random.ts";
 * import { generateText } from "./text_generator.ts";
 *
 * for (const piece of generateText(new SeededRandom(824n), 5_000_000)) {
 *   // Write it somewhere.
 * }
 * ```
 */
export function* generateText(
  random: Random,
  bytes: number,
  options: TextGeneratorOptions = {},
): Generator<Uint8Array> {
  const generator = new TextGenerator(random, options);
  const buffer = new Uint8Array(PIECE_BYTES);
  for (let left = bytes; left > 0;) {
    const length = Math.min(left, generator.fill(buffer));
    left -= length;
    if (left === 0) endText(buffer, length);
    yield buffer.subarray(0, length);
  }
}

/** Ends with a line feed, and without half a letter before it. */
function endText(buffer: Uint8Array, length: number): void {
  let at = length - 1;
  while (at > 0 && (buffer[at]! & 0xc0) === 0x80) at--;
  buffer.fill(0x20, at, length);
  buffer[length - 1] = 10;
}

function makeWords(
  random: Random,
  count: number,
  accentedOneIn: number,
): { letters: Uint8Array; starts: Uint32Array } {
  const encoder = new TextEncoder();
  const starts = new Uint32Array(count + 1);
  let letters = new Uint8Array(count * 16);
  let at = 0;
  for (let word = 0; word < count; word++) {
    const syllables = 1 + random.below(1 + Math.floor(Math.log2(word + 1) / 6));
    let text = "";
    for (let i = 0; i < syllables; i++) {
      if (i > 0 || random.below(4) > 0) text += pick(random, ONSETS);
      text += pick(random, NUCLEI) + pick(random, CODAS);
    }
    if (accentedOneIn > 0 && random.below(accentedOneIn) === 0) text += pick(random, ACCENTED);
    if (at + WORD_ROOM > letters.length) {
      const larger = new Uint8Array(letters.length * 2);
      larger.set(letters);
      letters = larger;
    }
    at += encoder.encodeInto(text, letters.subarray(at)).written;
    starts[word + 1] = at;
  }
  return { letters: letters.slice(0, at), starts };
}

function pick(random: Random, from: readonly string[]): string {
  return from[random.below(from.length)]!;
}

/**
 * Word k has a share of 1 / (k + 2.7), Mandelbrot's form of Zipf's law; beyond {@linkcode COMMON_WORDS} it falls with
 * the square of the rank, as it does in English. The shares are in slots of 2^32 / count each.
 */
function makeAliases(count: number): { shares: Uint32Array; aliases: Uint32Array } {
  const slot = 2 ** 32 / count;
  const left = Float64Array.from(
    { length: count },
    (_, word) => Math.min(1, COMMON_WORDS / (word + 2.7)) / (word + 2.7),
  );
  const sum = left.reduce((a, b) => a + b);
  const poor: number[] = [];
  const rich: number[] = [];
  for (let word = 0; word < count; word++) {
    left[word]! *= 2 ** 32 / sum;
    (left[word]! < slot ? poor : rich).push(word);
  }
  const shares = new Uint32Array(count).fill(slot);
  const aliases = new Uint32Array(count);
  while (poor.length > 0 && rich.length > 0) {
    const word = poor.pop()!;
    const donor = rich.at(-1)!;
    shares[word] = Math.round(left[word]!);
    aliases[word] = donor;
    left[donor]! -= slot - left[word]!;
    if (left[donor]! < slot) poor.push(rich.pop()!);
  }
  return { shares, aliases };
}
