/** A fingerprint of a sequence of commands: replicas that differ in any of them differ in it from there on. */

/** Counts commands and folds them into 64 bits, each with its length and its place. Not for adversaries. */
export class HashChain {
  #count: number;
  #low: number;
  #high: number;

  /** Begins at nothing, or goes on from where another chain stood. */
  constructor(from: Pick<HashChain, "count" | "low" | "high"> = { count: 0, low: 0, high: 0 }) {
    this.#count = from.count;
    this.#low = from.low;
    this.#high = from.high;
  }

  /** How many commands there were. */
  get count(): number {
    return this.#count;
  }

  /** The lower 32 bits. */
  get low(): number {
    return this.#low;
  }

  /** The upper 32 bits. */
  get high(): number {
    return this.#high;
  }

  /** The fingerprint as 16 hexadecimal digits. */
  get text(): string {
    return [this.#high, this.#low].map((word) => word.toString(16).padStart(8, "0")).join("");
  }

  /** Adds a command. */
  add(command: Uint8Array): void {
    this.#count++;
    let low = this.#low ^ command.length;
    let high = this.#high ^ this.#count;
    for (let i = 0; i < command.length; i++) {
      const byte = command[i]!;
      low = Math.imul(low ^ byte, 0x01000193);
      high = Math.imul(high ^ byte, 0x85ebca6b) ^ (high >>> 15);
    }
    this.#low = finish(low + high);
    this.#high = finish(high ^ this.#low);
  }
}

/** Spreads every bit over all of them. */
function finish(value: number): number {
  let x = value;
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return (x ^ (x >>> 15)) >>> 0;
}
