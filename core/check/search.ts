/**
 * Looks for an order of operations that obeys a model and the clock. Wing and Gong's search in depth (Testing and
 * verifying concurrent objects, 1993), with Lowe's memory of where it has been (Testing for linearizability, 2017).
 * Operations that a {@linkcode Machine} calls free are put in order without looking at other ways. An operation of
 * unknown outcome is tried last, and may be left out; one whose effect would be replaced at once is left out.
 */

import { Configurations } from "./configurations.ts";
import { type Machine, NO_STEP } from "./machine.ts";
import { Pending } from "./pending.ts";
import { NEVER, type Timeline } from "./timeline.ts";

/** What the search found. */
export interface SearchResult {
  /** `unknown`: the budget was spent first. */
  readonly verdict: "ok" | "illegal" | "unknown";
  /** How many times an operation was tried in a state. */
  readonly steps: number;
  /** If `ok`, an order: all known operations, and those of unknown outcome that take effect in it. */
  readonly order: readonly number[];
}

/** Looks for an order; tries an operation in a state at most `stepsMax` times. */
export function search(machine: Machine, timeline: Timeline, stepsMax: number): SearchResult {
  if (machine.impossible) return { verdict: "illegal", steps: 0, order: [] };
  if (machine.cautious === undefined) return new Search(machine, timeline, stepsMax).run();
  const hopeful = new Search(machine, timeline, stepsMax / 2).run();
  if (hopeful.verdict === "ok") return hopeful;
  const certain = new Search(machine.cautious(), timeline, stepsMax - hopeful.steps).run();
  return { ...certain, steps: hopeful.steps + certain.steps };
}

class Search {
  readonly #machine: Machine;
  readonly #timeline: Timeline;
  readonly #pending: Pending;
  readonly #seen: Configurations;
  readonly #stepsMax: number;
  /** The operations in order, the states before them, and whether other ways than each are still to be tried. */
  readonly #order: Int32Array;
  readonly #before: Int32Array;
  readonly #isChoice: Uint8Array;
  /** Depths at which the state was idle, on the way to here. */
  readonly #rests: number[] = [];
  #depth = 0;
  #state: number;
  #steps = 0;

  constructor(machine: Machine, timeline: Timeline, stepsMax: number) {
    this.#machine = machine;
    this.#timeline = timeline;
    this.#pending = new Pending(
      timeline,
      (operation) => timeline.returns[operation] === NEVER && machine.isRead(operation),
    );
    this.#seen = new Configurations(timeline);
    this.#stepsMax = stepsMax;
    this.#order = new Int32Array(timeline.operations);
    this.#before = new Int32Array(timeline.operations);
    this.#isChoice = new Uint8Array(timeline.operations);
    this.#state = machine.settle(machine.initial);
  }

  run(): SearchResult {
    const pending = this.#pending;
    let cursor = this.#enter();
    while (!pending.isDone) {
      if (this.#steps > this.#stepsMax || this.#seen.isFull) return this.#result("unknown");
      if (cursor >= 0 && this.#choose(cursor)) {
        cursor = this.#enter();
        continue;
      }
      const last = this.#retreat();
      if (last < 0) return this.#result("illegal");
      cursor = pending.next(last);
    }
    return this.#result("ok");
  }

  #result(verdict: SearchResult["verdict"]): SearchResult {
    const order = verdict === "ok" ? [...this.#order.subarray(0, this.#depth)] : [];
    return { verdict, steps: this.#steps, order };
  }

  /** Takes all that is free. Returns the first event to choose from, or -1 if the search has been here before. */
  #enter(): number {
    const pending = this.#pending;
    let settled = this.#state;
    do {
      this.#state = settled;
      this.#takeFree();
      settled = this.#machine.settle(this.#state);
    } while (settled !== this.#state);
    if (pending.isDone) return -1;
    const front = pending.front;
    if (!this.#seen.add(front, this.#state * 2 + (this.#isDoubtful ? 1 : 0))) return -1;
    if (this.#machine.isIdle(this.#state)) this.#rest();
    return pending.next(pending.known);
  }

  /** Whether the last operation in order is of unknown outcome: nobody has seen its effect yet. */
  get #isDoubtful(): boolean {
    return this.#depth > 0 && !this.#pending.isKnown(this.#order[this.#depth - 1]!);
  }

  #takeFree(): void {
    const { operations } = this.#timeline;
    const pending = this.#pending;
    let event = pending.next(pending.known);
    while (event < operations) {
      if (this.#machine.isFree(this.#state, event)) {
        const previous = pending.previous(event);
        this.#steps++;
        this.#machine.take(event);
        this.#push(event, this.#state, 0);
        event = previous;
      }
      event = pending.next(event);
    }
  }

  /**
   * Ends the search for other ways since the last idle state, if nothing that remains can observe what was done since:
   * if there is any way on from that state, the same without what was done since leads on from here.
   */
  #rest(): void {
    const last = this.#rests.at(-1);
    if (last !== undefined && this.#isForgotten(last)) this.#isChoice.fill(0, last, this.#depth);
    this.#rests.push(this.#depth);
  }

  #isForgotten(since: number): boolean {
    for (let i = since; i < this.#depth; i++) {
      const operation = this.#order[i]!;
      if (!this.#machine.isRead(operation) && !this.#machine.isSpent(operation)) return false;
    }
    return true;
  }

  /** Takes the first operation from `cursor` on that is possible. Returns whether there is one. */
  #choose(cursor: number): boolean {
    const pending = this.#pending;
    const front = pending.front;
    let event = cursor;
    // A return ends the part of the ring that is open; the calls of unknown operations follow.
    if (event !== pending.unknown && this.#isInKnownRing(event)) {
      for (; pending.isOpen(event, front); event = pending.next(event)) {
        if (this.#try(event, front)) return true;
      }
      event = pending.next(pending.unknown);
    }
    for (; pending.isOpen(event, front); event = pending.next(event)) {
      if (this.#try(event, front)) return true;
    }
    return false;
  }

  #isInKnownRing(event: number): boolean {
    const { operations } = this.#timeline;
    return event === this.#pending.known || event >= operations || this.#pending.isKnown(event);
  }

  #try(operation: number, front: number): boolean {
    const machine = this.#machine;
    // What is possible now of those has been taken already, as free.
    if (machine.isRead(operation)) return false;
    if (machine.replaces(operation) && this.#isDoubtful) return false;
    if (
      machine.classSizes[machine.classes[operation]!]! > 1 &&
      !this.#isFirstOfClass(operation, front)
    ) {
      return false;
    }
    this.#steps++;
    machine.take(operation);
    const next = machine.step(this.#state, operation);
    if (next === NO_STEP) {
      machine.giveBack(operation);
      return false;
    }
    this.#push(operation, next, 1);
    return true;
  }

  /** Of operations that do the same, and may both come next, the one that returns first goes first. */
  #isFirstOfClass(operation: number, front: number): boolean {
    const { classes } = this.#machine;
    const { calls, returns } = this.#timeline;
    const pending = this.#pending;
    for (const head of [pending.known, pending.unknown]) {
      for (
        let event = pending.next(head);
        pending.isOpen(event, front);
        event = pending.next(event)
      ) {
        if (classes[event] !== classes[operation] || event === operation) continue;
        const difference = returns[event]! - returns[operation]! ||
          calls[event]! - calls[operation]!;
        if (difference < 0) return false;
      }
    }
    return true;
  }

  /** Puts an operation that the machine has taken in order. */
  #push(operation: number, next: number, isChoice: 0 | 1): void {
    this.#pending.take(operation);
    this.#seen.flip(operation);
    this.#order[this.#depth] = operation;
    this.#before[this.#depth] = this.#state;
    this.#isChoice[this.#depth] = isChoice;
    this.#depth++;
    this.#state = next;
  }

  /** Goes back to before the last operation that was a choice, and returns it, or -1 if there was none. */
  #retreat(): number {
    while (this.#depth > 0) {
      const depth = --this.#depth;
      const operation = this.#order[depth]!;
      this.#seen.flip(operation);
      this.#pending.giveBack(operation);
      this.#machine.giveBack(operation);
      this.#state = this.#before[depth]!;
      if (this.#isChoice[depth] === 0) continue;
      while (this.#rests.length > 0 && this.#rests.at(-1)! > depth) this.#rests.pop();
      return operation;
    }
    return -1;
  }
}
