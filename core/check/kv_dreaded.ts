/**
 * What remaining operations must not see: a compare-and-set that was refused dreads the value that it expected, a
 * delete that found something dreads absence.
 */

/** Keeps account of what is dreaded, and whether it can still come about. */
export class Dreaded {
  readonly #counts: Int32Array;
  readonly #reachable: readonly boolean[];
  /** Of each place, how many classes that may begin it have operations left; `Infinity` if any may. */
  readonly #sources: number[];
  /** Of each class, the places that it may begin. */
  readonly #begun = new Map<number, number[]>();
  /** Dreaded operations, and places dreaded that can still come about. */
  #operations = 0;
  #alive = 0;

  constructor(
    beginnings: readonly (readonly number[] | undefined)[],
    reachable: readonly boolean[],
    left: Int32Array,
  ) {
    this.#counts = new Int32Array(beginnings.length);
    this.#reachable = reachable;
    this.#sources = beginnings.map((classes, place) => {
      if (classes === undefined) return Infinity;
      for (const each of classes) this.#begun.getOrInsertComputed(each, () => []).push(place);
      return classes.filter((each) => left[each]! > 0).length;
    });
  }

  /** Nothing that remains dreads anything that could ever be. */
  get isNothing(): boolean {
    return this.#operations === 0;
  }

  /** Whatever is dreaded cannot be begun any more. */
  get isPast(): boolean {
    return this.#alive === 0;
  }

  /** One operation more, or less, dreads this place. */
  add(place: number, difference: 1 | -1): void {
    if (!this.#reachable[place]) return;
    const before = this.#counts[place]!;
    this.#counts[place] = before + difference;
    this.#operations += difference;
    if (before > 0 !== before + difference > 0 && this.#sources[place]! > 0) {
      this.#alive += difference;
    }
  }

  /** The last operation of a class is in order. */
  end(begins: number): void {
    for (const place of this.#begun.get(begins) ?? []) {
      if (--this.#sources[place]! === 0 && this.#counts[place]! > 0) this.#alive--;
    }
  }

  /** There is an operation of the class again. */
  revive(begins: number): void {
    for (const place of this.#begun.get(begins) ?? []) {
      if (this.#sources[place]!++ === 0 && this.#counts[place]! > 0) this.#alive++;
    }
  }
}
