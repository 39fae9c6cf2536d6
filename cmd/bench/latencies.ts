/** How long things took: every one is kept, so that the rare slow ones are exact. */

const FIRST_CAPACITY = 1 << 16;

/** The share of operations that were at most so slow, in milliseconds. */
export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** A growing list of spans. */
export class Latencies {
  #samples = new Float64Array(FIRST_CAPACITY);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Adds a span, in milliseconds. */
  add(span: number): void {
    if (this.#count === this.#samples.length) {
      const larger = new Float64Array(2 * this.#count);
      larger.set(this.#samples);
      this.#samples = larger;
    }
    this.#samples[this.#count++] = span;
  }

  /** Forgets all, as when a warm-up is over. */
  clear(): void {
    this.#count = 0;
  }

  /** The percentiles by the nearest-rank method; all are 0 if there is nothing. */
  percentiles(): Percentiles {
    const sorted = this.#samples.slice(0, this.#count).sort();
    const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
    return { p50: at(0.5), p99: at(0.99), p999: at(0.999), max: at(1) };
  }
}
