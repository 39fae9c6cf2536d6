/** How many of something there are in each place of a row, with sums of ranges in logarithmic time (a Fenwick tree). */

/** Counts in places `0` to `size - 1`. */
export class Counts {
  readonly #counts: Int32Array;
  readonly #sums: Int32Array;
  readonly #top: number;

  constructor(size: number) {
    this.#counts = new Int32Array(size);
    this.#sums = new Int32Array(size + 1);
    this.#top = size === 0 ? 0 : 1 << (31 - Math.clz32(size));
  }

  /** How many there are in one place. */
  at(place: number): number {
    return this.#counts[place]!;
  }

  /** Adds to one place. */
  add(place: number, difference: number): void {
    this.#counts[place]! += difference;
    const sums = this.#sums;
    for (let node = place + 1; node < sums.length; node += node & -node) sums[node]! += difference;
  }

  /** How many there are in places `first` to `end - 1`. */
  between(first: number, end: number): number {
    return end <= first ? 0 : this.#below(end) - this.#below(first);
  }

  /** The first place from `first` on that has any, or the number of places if none has. */
  nextFrom(first: number): number {
    if (first >= this.#counts.length) return this.#counts.length;
    if (this.#counts[first]! > 0) return first;
    let before = this.#below(first);
    let node = 0;
    for (let step = this.#top; step > 0; step >>= 1) {
      const next = node + step;
      if (next >= this.#sums.length || this.#sums[next]! > before) continue;
      node = next;
      before -= this.#sums[next]!;
    }
    return node;
  }

  #below(end: number): number {
    let sum = 0;
    for (let node = end; node > 0; node -= node & -node) sum += this.#sums[node]!;
    return sum;
  }
}
