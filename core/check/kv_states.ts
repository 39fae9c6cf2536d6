/**
 * The states of one key, as far as anybody can tell them apart. Only texts that some operation has seen matter: a
 * state that is a prefix of none of them can never be seen again, nor can what is appended to it, until something
 * replaces it. All such states are one, {@linkcode GARBAGE}. Every other state is a prefix of a text, written as a
 * place in the sorted row of the texts and a length, so that states are compared exactly, and without hashing.
 */

/** The key is absent: where everything begins. */
export const ABSENT = 0;
/** The empty text. */
export const EMPTY = 1;
/** What nobody will ever see. */
export const GARBAGE = 2;

/** The place of absence in the row of what can be seen; the texts follow. */
export const ABSENCE = 0;

/** The states of one key, numbered as they are met. */
export class KvStates {
  /** The texts in order, behind absence: text `i` is at place `i + 1`. */
  readonly #texts: readonly string[];
  readonly #places = new Map<string, number>();
  /** Of each place, how many characters its text shares with the one before it. */
  readonly #shared: Int32Array;
  readonly #pieces: string[] = [];
  readonly #pieceNumbers = new Map<string, number>();
  readonly #first: number[] = [];
  readonly #end: number[] = [];
  readonly #length: number[] = [];
  readonly #numbers = new Map<number, number>();
  readonly #transitions = new Map<number, number>();
  /** Of each place, the state in which exactly this is seen. */
  readonly seenIn: Int32Array;

  /** @param seen All texts that operations claim to have seen, in any order. */
  constructor(seen: Iterable<string>) {
    // Histories of appends show texts that grow: sorted by length they are nearly in order, which sort() is quick at.
    this.#texts = [...new Set(seen)].sort((a, b) => a.length - b.length).sort(byUnits);
    this.#texts.forEach((text, i) => this.#places.set(text, i + 1));
    this.#shared = new Int32Array(this.#texts.length + 1).fill(-1);
    for (let i = 1; i < this.#texts.length; i++) {
      this.#shared[i + 1] = sharedLength(this.#texts[i - 1]!, this.#texts[i]!);
    }
    const places = this.#texts.length + 1;
    this.#push(0, places, 0);
    this.#push(1, places, 0);
    this.#push(0, 0, 0);
    this.#numbers.set(numberKey(1, 0), EMPTY);
    this.seenIn = new Int32Array(places);
    this.#texts.forEach((text, i) => this.seenIn[i + 1] = this.#whole(i + 1, text.length));
  }

  /** How many things can be seen: absence and the texts. */
  get places(): number {
    return this.#texts.length + 1;
  }

  /** How many states there are by now. */
  get size(): number {
    return this.#first.length;
  }

  /** The place of a text, which must be one of those that are seen, or of absence. */
  placeOf(text: string | null): number {
    return text === null ? ABSENCE : this.#places.get(text)!;
  }

  /** The number of a piece of text that is put or appended. */
  piece(text: string): number {
    let number = this.#pieceNumbers.get(text);
    if (number === undefined) {
      number = this.#pieces.push(text) - 1;
      this.#pieceNumbers.set(text, number);
    }
    return number;
  }

  /** What can be seen in this state or in one that begins with it: places from here … */
  first(state: number): number {
    return this.#first[state]!;
  }

  /** … to before here. */
  end(state: number): number {
    return this.#end[state]!;
  }

  lengthOf(state: number): number {
    return this.#length[state]!;
  }

  /** The last `length` characters of a state that is not garbage. */
  tail(state: number, length: number): string {
    const whole = this.#length[state]!;
    if (whole === 0) return "";
    return this.#texts[this.#first[state]! - 1]!.slice(whole - length, whole);
  }

  /** Whether a client that saw this may have seen this state. */
  fits(state: number, place: number): boolean {
    if (place === ABSENCE) return state === ABSENT;
    const wanted = this.seenIn[place]!;
    return state === wanted || (wanted === EMPTY && state === ABSENT);
  }

  /** The state after a piece is appended. */
  after(state: number, piece: number): number {
    if (state === GARBAGE) return GARBAGE;
    if (this.#pieces[piece] === "") return state === ABSENT ? EMPTY : state;
    const key = state * 0x8000_0000 + piece;
    let next = this.#transitions.get(key);
    if (next === undefined) {
      next = this.#find(state, this.#pieces[piece]!);
      this.#transitions.set(key, next);
    }
    return next;
  }

  /** The state that is the beginning, `length` characters long, of another one. */
  prefix(state: number, length: number): number {
    if (length === 0) return EMPTY;
    let first = this.#first[state]!;
    while (this.#shared[first]! >= length) first--;
    const key = numberKey(first, length);
    let number = this.#numbers.get(key);
    if (number === undefined) {
      let end = this.#end[state]!;
      while (end < this.places && this.#shared[end]! >= length) end++;
      number = this.#push(first, end, length);
      this.#numbers.set(key, number);
    }
    return number;
  }

  /** The state of a whole text. As it is the shortest of all that begin with it, its place is their first. */
  #whole(place: number, length: number): number {
    if (length === 0) return EMPTY;
    let end = place + 1;
    while (end < this.places && this.#shared[end]! >= length) end++;
    const number = this.#push(place, end, length);
    this.#numbers.set(numberKey(place, length), number);
    return number;
  }

  #find(state: number, piece: string): number {
    const length = this.#length[state]!;
    const limit = this.#end[state]!;
    const first = this.#bound(Math.max(1, this.#first[state]!), limit, length, piece, false);
    if (first === limit || !this.#texts[first - 1]!.startsWith(piece, length)) return GARBAGE;
    const key = numberKey(first, length + piece.length);
    let number = this.#numbers.get(key);
    if (number === undefined) {
      const end = this.#bound(first, limit, length, piece, true);
      number = this.#push(first, end, length + piece.length);
      this.#numbers.set(key, number);
    }
    return number;
  }

  /** The first place whose text goes on after `length` characters with `piece` or more; `beyond`: with more only. */
  #bound(first: number, end: number, length: number, piece: string, beyond: boolean): number {
    let [low, high] = [first, end];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const found = this.#texts[middle - 1]!.slice(length, length + piece.length);
      if (found < piece || (beyond && found === piece)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #push(first: number, end: number, length: number): number {
    this.#first.push(first);
    this.#end.push(end);
    return this.#length.push(length) - 1;
  }
}

function sharedLength(a: string, b: string): number {
  // Comparing slices is many times faster here than startsWith(), which looks at one character after the other.
  if (b.slice(0, a.length) === a) return a.length;
  let [low, high] = [0, a.length];
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (b.slice(low, middle) === a.slice(low, middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

function byUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function numberKey(first: number, length: number): number {
  return first * 0x8000_0000 + length;
}
