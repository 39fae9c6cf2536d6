/** Mean and standard deviation of numbers that come one at a time and are not kept. */

/**
 * Collects numbers (Welford's method, which does not lose digits when the mean is large against the
 * deviation).
 *
 * @example
 * ```ts
 * import { Spread } from "./spread.ts";
 * import assert from "node:assert/strict";
 *
 * const spread = new Spread();
 * for (const value of [2, 4, 6]) spread.add(value);
 * assert.equal(spread.mean, 4);
 * assert.equal(spread.deviation, 2);
 * ```
 */
export class Spread {
  #count = 0;
  #mean = 0;
  #squares = 0;

  /** How many numbers there were. */
  get count(): number {
    return this.#count;
  }

  /** The mean, or 0 of nothing. */
  get mean(): number {
    return this.#mean;
  }

  /** The standard deviation of the sample (divided by `count - 1`), or 0 of fewer than two numbers. */
  get deviation(): number {
    return this.#count < 2 ? 0 : Math.sqrt(this.#squares / (this.#count - 1));
  }

  /** Adds a number. */
  add(value: number): void {
    this.#count++;
    const step = value - this.#mean;
    this.#mean += step / this.#count;
    this.#squares += step * (value - this.#mean);
  }

  /** `mean ± deviation` with so many decimals, or `-` of nothing. */
  format(decimals: number): string {
    if (this.#count === 0) return "-";
    return `${this.#mean.toFixed(decimals)} ± ${this.deviation.toFixed(decimals)}`;
  }
}
