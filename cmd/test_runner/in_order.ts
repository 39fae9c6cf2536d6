/** Puts results that are ready in any order back into the order of their numbers. */

/** Hands over values in the order of their places 0, 1, 2, …, each as soon as all before it are there. */
export class InOrder<T> {
  readonly #take: (value: T, place: number) => void;
  readonly #waiting = new Map<number, T>();
  #next = 0;

  constructor(take: (value: T, place: number) => void) {
    this.#take = take;
  }

  /** How many values wait for one before them. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /**
   * Adds the value of a place.
   *
   * @throws {RangeError} If the place already had one.
   */
  add(place: number, value: T): void {
    if (place < this.#next || this.#waiting.has(place)) {
      throw new RangeError(`A place can be filled once: current value is ${place}`);
    }
    this.#waiting.set(place, value);
    while (this.#waiting.has(this.#next)) {
      const next = this.#next++;
      const ready = this.#waiting.get(next) as T;
      this.#waiting.delete(next);
      this.#take(ready, next);
    }
  }

  /** Hands over what waits although something before it is missing, in order; for the end of a run cut short. */
  flush(): void {
    const rest = [...this.#waiting].sort((a, b) => a[0] - b[0]);
    this.#waiting.clear();
    for (const [place, value] of rest) {
      this.#next = place + 1;
      this.#take(value, place);
    }
  }
}
