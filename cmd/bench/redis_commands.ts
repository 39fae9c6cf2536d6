/** Commands of the Redis protocol, encoded beforehand, whose key is drawn anew each time: a load costs the client little. */

import type { Random } from "../../core/base/ports.ts";

/** What a load asks for. */
export type LoadOperation = "SET" | "GET";

/** The keys and values of a load. */
export interface KeySpace {
  readonly keys: number;
  readonly valueBytes: number;
}

const KEY_DIGITS = 12;
const KEY_PREFIX = "key:";
const ZERO = 48;
const encoder = new TextEncoder();

/** So many commands in one piece of bytes. */
export class CommandTemplate {
  readonly bytes: Uint8Array;
  readonly #keyOffsets: readonly number[];
  readonly #space: KeySpace;

  constructor(operation: LoadOperation, count: number, space: KeySpace) {
    const key = KEY_PREFIX + "0".repeat(KEY_DIGITS);
    const value = "x".repeat(space.valueBytes);
    const command = respArray(operation === "SET" ? ["SET", key, value] : ["GET", key]);
    const within = command.indexOf(key) + KEY_PREFIX.length;
    this.bytes = encoder.encode(command.repeat(count));
    this.#keyOffsets = Array.from({ length: count }, (_, at) => at * command.length + within);
    this.#space = space;
  }

  /** Draws new keys. */
  shuffle(random: Random): void {
    for (const offset of this.#keyOffsets) this.#writeKey(offset, random.below(this.#space.keys));
  }

  /** Gives the commands consecutive keys, from `first` on. */
  count(first: number): void {
    this.#keyOffsets.forEach((offset, at) => {
      this.#writeKey(offset, (first + at) % this.#space.keys);
    });
  }

  #writeKey(offset: number, key: number): void {
    let rest = key;
    for (let digit = KEY_DIGITS - 1; digit >= 0; digit--) {
      this.bytes[offset + digit] = ZERO + rest % 10;
      rest = Math.floor(rest / 10);
    }
  }
}

/** A command of ASCII words as the protocol writes it. */
export function respArray(words: readonly string[]): string {
  return `*${words.length}\r\n` + words.map((word) => `$${word.length}\r\n${word}\r\n`).join("");
}
