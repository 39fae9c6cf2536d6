/**
 * The events of a history that are not yet in order, as linked lists in typed arrays: an operation is taken out, and
 * put back in reverse order, without any allocation (Knuth's dancing links).
 */

import { NEVER, type Timeline } from "./timeline.ts";

/**
 * Two rings. The calls and returns of known operations: `i` is the call of operation `i`, `operations + i` its
 * return. And the calls of operations whose outcome is unknown.
 */
export class Pending {
  readonly #next: Int32Array;
  readonly #previous: Int32Array;
  readonly #operations: number;
  readonly #calls: Int32Array;
  readonly #returns: Int32Array;
  /** The head of the ring of the known. */
  readonly known: number;
  /** The head of the ring of the unknown. */
  readonly unknown: number;

  /** @param isLeftOut Operations that need not be put in order at all. */
  constructor({ operations, events, calls, returns }: Timeline, isLeftOut: (i: number) => boolean) {
    this.#operations = operations;
    this.#calls = calls;
    this.#returns = returns;
    this.known = 2 * operations;
    this.unknown = 2 * operations + 1;
    this.#next = new Int32Array(2 * operations + 2);
    this.#previous = new Int32Array(2 * operations + 2);
    const last = [this.known, this.unknown] as [number, number];
    for (const event of events) {
      const operation = event < operations ? event : event - operations;
      if (isLeftOut(operation)) continue;
      const ring = this.isKnown(operation) ? 0 : 1;
      this.#next[last[ring]] = event;
      this.#previous[event] = last[ring];
      last[ring] = event;
    }
    for (const ring of [0, 1] as const) {
      const head = ring === 0 ? this.known : this.unknown;
      this.#next[last[ring]] = head;
      this.#previous[head] = last[ring];
    }
  }

  /** Whether the outcome of an operation is known, so that it has to be put in order. */
  isKnown(operation: number): boolean {
    return this.#returns[operation] !== NEVER;
  }

  /** Whether all known operations are in order. */
  get isDone(): boolean {
    return this.#next[this.known] === this.known;
  }

  next(event: number): number {
    return this.#next[event]!;
  }

  previous(event: number): number {
    return this.#previous[event]!;
  }

  /** The known operation that returns first. */
  get front(): number {
    let event = this.#next[this.known]!;
    while (event < this.#operations) event = this.#next[event]!;
    return event - this.#operations;
  }

  /** Whether an event of a ring is the call of an operation that may come next, given the first one to return. */
  isOpen(event: number, front: number): boolean {
    return event < this.#operations && this.#calls[event]! < this.#returns[front]!;
  }

  /** Takes an operation out. */
  take(operation: number): void {
    this.#unlink(operation);
    if (this.isKnown(operation)) this.#unlink(this.#operations + operation);
  }

  /** Puts back the operation that was taken out last. */
  giveBack(operation: number): void {
    if (this.isKnown(operation)) this.#relink(this.#operations + operation);
    this.#relink(operation);
  }

  #unlink(event: number): void {
    const [next, previous] = [this.#next[event]!, this.#previous[event]!];
    this.#next[previous] = next;
    this.#previous[next] = previous;
  }

  #relink(event: number): void {
    this.#next[this.#previous[event]!] = event;
    this.#previous[this.#next[event]!] = event;
  }
}
