/**
 * One key of a key/value store as a {@linkcode Machine}. It keeps account of what the remaining operations have still
 * to see, and rules out every way on which that cannot happen any more. Each rule is sound, never complete: what is
 * not ruled out is tried.
 *
 * 1. A state whose continuations nobody will see any more is {@linkcode GARBAGE}.
 * 2. A state is not left while somebody has to see it, or a continuation of it that is lost by leaving, unless a put
 *    remains that may begin that anew.
 * 3. An append that is seen, and in one place only, is done in that place only.
 * 4. An operation of unknown outcome is done only if it changes the state into one that somebody may see.
 * 5. In garbage, an operation whose effect nobody will see is done at once.
 *
 * An operation that must *not* see something (a refused compare-and-set) may need a useless one before it. Where what it
 * dreads can still come about, rules 4 and 5 may be wrong. The machine first hopes that they are not: an order found
 * so is an order. If none is found, {@linkcode Machine.cautious} is to be asked, which does without them there.
 */

import { Counts } from "./counts.ts";
import type { KvInput, KvOperation } from "./kv_model.ts";
import { Dreaded } from "./kv_dreaded.ts";
import { type Home, kvOrigins, type KvSources } from "./kv_origins.ts";
import { ABSENCE, ABSENT, EMPTY, GARBAGE, KvStates } from "./kv_states.ts";
import { type Machine, NO_STEP } from "./machine.ts";

const KIND = {
  get: 0,
  /** A compare-and-set that was refused, or a delete that found nothing. */
  refused: 1,
  put: 2,
  append: 3,
  delete: 4,
  /** A compare-and-set that took effect, or may have. */
  cas: 5,
} as const;

/** Prepares the operations on one key for the search. */
export function compileKv(operations: readonly KvOperation[]): Machine {
  return new KvMachine(operations, false);
}

class KvMachine implements Machine {
  readonly initial = ABSENT;
  readonly impossible: boolean;
  readonly classes: Int32Array;
  readonly classSizes: Int32Array;
  readonly #states: KvStates;
  readonly #kinds: Uint8Array;
  readonly #unknown: Uint8Array;
  /** The place of what the operation saw, or -1. */
  readonly #seen: Int32Array;
  /** The piece that is put or appended. */
  readonly #pieces: Int32Array;
  readonly #beginnings: readonly (readonly number[] | undefined)[];
  readonly #results: readonly (readonly number[] | undefined)[];
  readonly #homes: readonly (readonly Home[])[];
  readonly cautious?: () => Machine;
  readonly #dreaded: Dreaded;
  readonly #isCautious: boolean;
  /** Of each place, how many operations must still see it; and how many must, may or must not. */
  readonly #must: Counts;
  readonly #may: Counts;
  /** Of each class, how many operations remain. */
  readonly #left: Int32Array;
  /** Of each class that begins states, how many places that it may have begun are still to be seen. */
  readonly #needed: Int32Array;
  /** Places to be seen that anything may have begun. */
  #neededOfAny = 0;
  #beginningsLeft = 0;

  constructor(operations: readonly KvOperation[], isCautious: boolean) {
    const count = operations.length;
    this.#kinds = new Uint8Array(count);
    this.#unknown = new Uint8Array(count);
    this.#seen = new Int32Array(count).fill(-1);
    this.#pieces = new Int32Array(count).fill(-1);
    this.classes = new Int32Array(count);
    this.#states = new KvStates(seenTexts(operations));
    const classNumbers = new Map<number, number>();
    const sizes: number[] = [];
    operations.forEach((operation, i) => {
      this.#read(operation, i);
      const number = classNumbers.getOrInsertComputed(
        this.#classKey(i),
        () => sizes.push(0) - 1,
      );
      sizes[number]!++;
      this.classes[i] = number;
    });
    this.classSizes = Int32Array.from(sizes);
    this.#left = this.classSizes.slice();
    this.#needed = new Int32Array(sizes.length);
    this.#must = new Counts(this.#states.places);
    this.#may = new Counts(this.#states.places);
    const sources = this.#sources(operations);
    const { beginnings, results, homes, reachable } = kvOrigins(this.#states, sources);
    this.#beginnings = beginnings;
    this.#results = results;
    this.#homes = homes;
    this.#dreaded = new Dreaded(beginnings, reachable, this.#left);
    for (let i = 0; i < count; i++) this.#expect(i, 1);
    this.#isCautious = isCautious;
    if (!isCautious && !this.#dreaded.isNothing) {
      this.cautious = () => new KvMachine(operations, true);
    }
    this.impossible = reachable.some((can, place) => !can && this.#must.at(place) > 0);
  }

  isRead(operation: number): boolean {
    return this.#kinds[operation]! <= KIND.refused;
  }

  replaces(operation: number): boolean {
    const kind = this.#kinds[operation]!;
    return kind === KIND.put || (kind === KIND.delete && this.#seen[operation]! < 0);
  }

  take(operation: number): void {
    this.#expect(operation, -1);
    const left = --this.#left[this.classes[operation]!]!;
    if (!this.#begins(operation)) return;
    this.#beginningsLeft--;
    if (left === 0) this.#dreaded.end(this.classes[operation]!);
  }

  giveBack(operation: number): void {
    this.#expect(operation, 1);
    const left = this.#left[this.classes[operation]!]!++;
    if (!this.#begins(operation)) return;
    this.#beginningsLeft++;
    if (left === 0) this.#dreaded.revive(this.classes[operation]!);
  }

  step(state: number, operation: number): number {
    if (this.isRead(operation)) return this.#sees(state, operation) ? state : NO_STEP;
    if (this.#kinds[operation] === KIND.cas && !this.#states.fits(state, this.#seen[operation]!)) {
      return NO_STEP;
    }
    if (
      this.#seen[operation] === ABSENCE && this.#kinds[operation] === KIND.delete &&
      state === ABSENT
    ) {
      return NO_STEP;
    }
    const next = this.#after(state, operation);
    if (this.#loses(state, next) || this.#isAway(state, operation)) return NO_STEP;
    const settled = this.#begins(operation) && !this.#isNeeded(operation)
      ? GARBAGE
      : this.settle(next);
    const isUseless = next === state ||
      (settled === GARBAGE && (this.isIdle(state) || this.#mayForget()));
    return this.#unknown[operation] && isUseless ? NO_STEP : settled;
  }

  settle(state: number): number {
    if (state === GARBAGE) return GARBAGE;
    return this.#may.between(this.#states.first(state), this.#states.end(state)) === 0
      ? GARBAGE
      : state;
  }

  isFree(state: number, operation: number): boolean {
    if (this.isRead(operation)) return this.#sees(state, operation);
    return this.isIdle(state) && this.#kinds[operation] !== KIND.cas && this.isSpent(operation);
  }

  isIdle(state: number): boolean {
    return state === GARBAGE && (!this.#isCautious || this.#dreaded.isPast);
  }

  #mayForget(): boolean {
    return !this.#isCautious || this.#dreaded.isNothing;
  }

  isSpent(operation: number): boolean {
    if (this.#kinds[operation] !== KIND.append) return !this.#isNeeded(operation);
    const results = this.#results[this.classes[operation]!];
    if (results === undefined) return false;
    for (const state of results) {
      if (this.#may.between(this.#states.first(state), this.#states.end(state)) > 0) return false;
    }
    return true;
  }

  /** Whether something is still to be seen that this operation may have begun. */
  #isNeeded(operation: number): boolean {
    return this.#needed[this.classes[operation]!]! > 0 || this.#neededOfAny > 0;
  }

  #sees(state: number, operation: number): boolean {
    const seen = this.#seen[operation]!;
    if (this.#kinds[operation] === KIND.get) return this.#states.fits(state, seen);
    if (seen === ABSENCE) return state !== ABSENT;
    return state !== this.#states.seenIn[seen]!;
  }

  #after(state: number, operation: number): number {
    const kind = this.#kinds[operation]!;
    if (kind === KIND.delete) return ABSENT;
    return this.#states.after(kind === KIND.append ? state : EMPTY, this.#pieces[operation]!);
  }

  /** Rule 2: leaving `state` for `next` takes from somebody what has to be seen, for ever. */
  #loses(state: number, next: number): boolean {
    if (state === GARBAGE || state === next) return false;
    let place = this.#must.nextFrom(this.#states.first(state));
    if (place >= this.#states.first(next) && place < this.#states.end(next)) {
      place = this.#must.nextFrom(this.#states.end(next));
    }
    if (place >= this.#states.end(state)) return false;
    const beginnings = this.#beginnings[place];
    if (beginnings === undefined) return this.#beginningsLeft === 0;
    for (const each of beginnings) if (this.#left[each]! > 0) return false;
    return true;
  }

  /** Rule 3: the operation is an append that is wanted elsewhere. */
  #isAway(state: number, operation: number): boolean {
    for (const { before, after } of this.#homes[this.classes[operation]!]!) {
      if (state === before || (before === EMPTY && state === ABSENT)) continue;
      if (this.#must.between(this.#states.first(after), this.#states.end(after)) > 0) return true;
    }
    return false;
  }

  #begins(operation: number): boolean {
    const kind = this.#kinds[operation];
    return kind === KIND.put || kind === KIND.delete || kind === KIND.cas;
  }

  /** Keeps account of what an operation sees. */
  #expect(operation: number, difference: 1 | -1): void {
    const place = this.#seen[operation]!;
    if (place < 0) return;
    const kind = this.#kinds[operation];
    const must = kind === KIND.get || (kind === KIND.cas && !this.#unknown[operation]);
    if (must) this.#must.add(place, difference);
    if (kind === KIND.refused || kind === KIND.delete) this.#dreaded.add(place, difference);
    const before = this.#may.at(place);
    this.#may.add(place, difference);
    if (before > 0 === before + difference > 0) return;
    const beginnings = this.#beginnings[place];
    if (beginnings === undefined) this.#neededOfAny += difference;
    else for (const each of beginnings) this.#needed[each]! += difference;
  }

  /** Equal for operations that do and see the same. */
  #classKey(i: number): number {
    const kind = this.#kinds[i]! * 2 + (this.#kinds[i] === KIND.cas ? this.#unknown[i]! : 0);
    const piecesMax = this.#kinds.length + this.#states.places;
    return (kind * (this.#states.places + 1) + this.#seen[i]! + 1) * (piecesMax + 1) +
      this.#pieces[i]! + 1;
  }

  /** Fills in one operation. */
  #read({ input, output }: KvOperation, i: number): void {
    this.#unknown[i] = output === undefined ? 1 : 0;
    if ("value" in input) this.#pieces[i] = this.#states.piece(input.value);
    if (input.op === "delete") {
      this.#kinds[i] = output?.ok === false ? KIND.get : KIND.delete;
      if (output?.ok !== undefined) this.#seen[i] = ABSENCE;
    } else if (input.op === "cas") {
      this.#kinds[i] = output?.ok === false ? KIND.refused : KIND.cas;
      this.#seen[i] = this.#states.placeOf(input.expect);
    } else {
      this.#kinds[i] = KIND[input.op];
      if (input.op === "get" && output !== undefined) {
        this.#seen[i] = this.#states.placeOf(output.value ?? null);
      }
    }
    if (this.#begins(i)) this.#beginningsLeft++;
  }

  #sources(operations: readonly KvOperation[]): KvSources {
    const appends = new Map<string, number>();
    const puts = new Map<string, Set<number>>();
    const deletes = new Set<number>();
    operations.forEach(({ input }, i) => {
      const each = this.classes[i]!;
      const kind = this.#kinds[i]!;
      if (kind === KIND.delete) deletes.add(each);
      if (kind <= KIND.refused || kind === KIND.delete || !hasValue(input)) return;
      if (kind !== KIND.append) puts.getOrInsert(input.value, new Set<number>()).add(each);
      else if (input.value !== "") appends.set(input.value, each);
    });
    return {
      appends,
      puts: new Map([...puts].map(([value, classes]) => [value, [...classes]])),
      deletes: [...deletes],
      classSizes: this.classSizes,
    };
  }
}

function hasValue(input: KvInput): input is KvInput & { readonly value: string } {
  return "value" in input;
}

function* seenTexts(operations: readonly KvOperation[]): Generator<string> {
  for (const { input, output } of operations) {
    const text = input.op === "cas" ? input.expect : input.op === "get" ? output?.value : undefined;
    if (typeof text === "string") yield text;
  }
}
