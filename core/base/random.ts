/**
 * Random numbers from a seed: xoshiro128** (Blackman and Vigna) on 32-bit integers, so that a seed means
 * the same run on every machine and for ever. Which draws are made, and from which stream, is the
 * caller's business.
 */

import type { Random } from "./ports.ts";

/** Is told of every draw, in order. `bound` is exclusive: `value` is one of `[0, bound)`. */
export interface ChoiceSink {
  record(stream: string, bound: number, value: number): void;
}

/** Settings of a {@linkcode SeededRandom}. */
export interface SeededRandomOptions {
  /** What this stream is called in the records of the sink; children add `/` and their own name. */
  readonly name?: string;
  /** Is told of every draw of this stream and of those below it. */
  readonly sink?: ChoiceSink;
}

const BELOW_MAX = 2 ** 32;
const SEED_MAX = 2n ** 64n;

/**
 * A {@linkcode Random} whose whole future follows from a 64-bit seed.
 *
 * @example
 * ```ts
 * import { SeededRandom } from "./random.ts";
 * import assert from "node:assert/strict";
 *
 * const dice = new SeededRandom(1n).child("dice");
 * const again = new SeededRandom(1n).child("dice");
 * assert.equal(dice.between(1, 6), again.between(1, 6));
 * ```
 */
export class SeededRandom implements Random {
  readonly #high: number;
  readonly #low: number;
  readonly #name: string;
  readonly #sink: ChoiceSink | undefined;
  #s0: number;
  #s1: number;
  #s2: number;
  #s3: number;

  /**
   * @throws {RangeError} If `seed` is not in `[0, 2^64)`.
   */
  constructor(seed: bigint, options: SeededRandomOptions = {}) {
    if (seed < 0n || seed >= SEED_MAX) {
      throw new RangeError(`A seed must be in [0, 2^64): current value is ${seed}`);
    }
    this.#high = Number(seed >> 32n) | 0;
    this.#low = Number(seed & 0xffff_ffffn) | 0;
    this.#name = options.name ?? "";
    this.#sink = options.sink;
    // Every step can be undone, so different seeds never share a state; all words depend on both halves.
    const low = mix(this.#low + 0x1b873593);
    this.#s1 = mix(this.#high ^ low);
    this.#s0 = mix(low + this.#s1);
    this.#s2 = mix(this.#s0 + Math.imul(this.#s1, 0x2c1b3c6d));
    this.#s3 = mix(this.#s1 ^ rotateLeft(this.#s2, 16));
    if ((this.#s0 | this.#s1 | this.#s2 | this.#s3) === 0) this.#s0 = 1;
  }

  below(bound: number): number {
    if (!(bound >= 1 && bound <= BELOW_MAX && Number.isInteger(bound))) {
      throw new RangeError(`A bound must be an integer in [1, 2^32]: current value is ${bound}`);
    }
    if (bound === 1) return 0;
    // The upper bits, as many as the bound needs; what is not below the bound is drawn again.
    const shift = Math.clz32(bound - 1);
    let value = this.#next() >>> shift;
    while (value >= bound) value = this.#next() >>> shift;
    if (this.#sink !== undefined) this.#sink.record(this.#name, bound, value);
    return value;
  }

  between(first: number, last: number): number {
    return first + this.below(last - first + 1);
  }

  chance(numerator: number, denominator: number): boolean {
    return this.below(denominator) < numerator;
  }

  bits53(): number {
    const value = (this.#next() >>> 11) * 2 ** 32 + (this.#next() >>> 0);
    if (this.#sink !== undefined) this.#sink.record(this.#name, 2 ** 53, value);
    return value;
  }

  child(name: string): SeededRandom {
    const path = this.#name === "" ? name : `${this.#name}/${name}`;
    const seed = deriveFrom(this.#high, this.#low, name);
    return new SeededRandom(
      seed,
      this.#sink === undefined ? { name: path } : { name: path, sink: this.#sink },
    );
  }

  #next(): number {
    const s1 = this.#s1;
    const result = Math.imul(rotateLeft(Math.imul(s1, 5), 7), 9);
    const s2 = this.#s2 ^ this.#s0;
    const s3 = this.#s3 ^ s1;
    this.#s1 = s1 ^ s2;
    this.#s0 ^= s3;
    this.#s2 = s2 ^ (s1 << 9);
    this.#s3 = rotateLeft(s3, 11);
    return result;
  }
}

/**
 * Returns the seed of the stream called `name` below the stream of `seed`:
 * `new SeededRandom(deriveSeed(s, "x"))` draws what `new SeededRandom(s).child("x")` draws.
 */
export function deriveSeed(seed: bigint, name: string): bigint {
  return deriveFrom(Number(seed >> 32n) | 0, Number(seed & 0xffff_ffffn) | 0, name);
}

/**
 * Reads a seed as a person writes it: decimal, or hexadecimal after `0x`.
 *
 * @throws {SyntaxError} If `text` is no such number, or one that is not below 2^64.
 */
export function parseSeed(text: string): bigint {
  if (!/^(?:[0-9]+|0[xX][0-9a-fA-F]+)$/.test(text)) {
    throw new SyntaxError(
      `A seed is a decimal number, or a hexadecimal one after 0x: current value is "${text}"`,
    );
  }
  const seed = BigInt(text);
  if (seed >= SEED_MAX) {
    throw new SyntaxError(`A seed must be below 2^64: current value is ${text}`);
  }
  return seed;
}

function deriveFrom(high: number, low: number, name: string): bigint {
  let a = mix(low + 0x68bc21eb);
  let b = mix(high + 0x02e5be93);
  for (let i = 0; i < name.length; i++) {
    const unit = name.charCodeAt(i);
    a = mix(Math.imul(a ^ unit, 0x2545f491) + b);
    b = mix(Math.imul(b ^ unit, 0x3c6ef373) + a);
  }
  a = mix((a ^ name.length) + b);
  b = mix(b + a);
  return (BigInt(b >>> 0) << 32n) | BigInt(a >>> 0);
}

/** Spreads every bit of a 32-bit integer over all of them; one-to-one. */
function mix(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return x ^ (x >>> 15);
}

function rotateLeft(value: number, count: number): number {
  return (value << count) | (value >>> (32 - count));
}
