/**
 * A quick look for an order, with next to no preparation: it tries what seems to lead to what is read next, goes back
 * where it is stuck, and gives up soon. Most histories need no more than that. What it finds is right; that it finds
 * nothing means nothing, and {@linkcode search} is to be asked.
 */

import type { Model, Operation } from "./history.ts";
import { Pending } from "./pending.ts";
import { NEVER, type Timeline } from "./timeline.ts";

/** How many tries there may be in all for each operation that is in order, and how many more for any. */
const TRIES_EACH = 12;
const TRIES_MORE = 600;
/** How many of the reads that return next are looked at, and how many returns to find them. */
const READS_MAX = 12;
const RETURNS_MAX = 48;

/** What came of it. */
export interface Hope {
  readonly steps: number;
  /**
   * An order of all known operations that return before `stuckAt`, and of some more; operations of unknown outcome are in
   * it where they are needed.
   */
  readonly order: readonly number[];
  /** The first return that is not in order, by its operation; -1: everything is in order. */
  readonly stuckAt: number;
}

/** Looks for an order with at most `stepsMax` steps. */
export function hope<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  timeline: Timeline,
  stepsMax: number,
): Hope {
  return new Hopeful(model, operations, timeline, stepsMax).run();
}

/** In which order operations are tried: those that lead on first. */
const PASSES = 7;

class Hopeful<State, Input, Output> {
  readonly #model: Model<State, Input, Output>;
  readonly #operations: readonly Operation<Input, Output>[];
  readonly #timeline: Timeline;
  readonly #pending: Pending;
  readonly #stepsMax: number;
  readonly #reads: Uint8Array;
  readonly #order: Int32Array;
  /** At each depth, in which pass the operation was chosen, or -1 if there was nothing to choose. */
  readonly #passes: Int8Array;
  readonly #before: State[] = [];
  readonly #wanted: number[] = [];
  #state: State;
  #depth = 0;
  #steps = 0;
  #best: readonly number[] = [];
  #stuckAt = -1;
  #leadsFirst = false;
  #bestRank = -1;

  constructor(
    model: Model<State, Input, Output>,
    operations: readonly Operation<Input, Output>[],
    timeline: Timeline,
    stepsMax: number,
  ) {
    this.#model = model;
    this.#operations = operations;
    this.#timeline = timeline;
    this.#stepsMax = stepsMax;
    this.#reads = new Uint8Array(operations.length);
    for (let i = 0; i < operations.length; i++) {
      const { input, output } = operations[i]!;
      if (model.isRead?.(input, output)) this.#reads[i] = 1;
    }
    const { returns } = timeline;
    this.#pending = new Pending(timeline, (i) => returns[i] === NEVER && this.#reads[i] === 1);
    this.#order = new Int32Array(operations.length);
    this.#passes = new Int8Array(operations.length);
    this.#state = model.initial;
  }

  run(): Hope {
    const pending = this.#pending;
    this.#enter();
    let pass = 0;
    let after = -1;
    for (;;) {
      if (this.#isTooMuch) return this.#stuck();
      if (pending.isDone) return { steps: this.#steps, order: this.#now(), stuckAt: -1 };
      if (this.#choose(pass, after)) {
        this.#enter();
        [pass, after] = [0, -1];
        continue;
      }
      if (!this.#retreat()) return this.#stuck();
      pass = this.#passes[this.#depth]!;
      after = this.#order[this.#depth]!;
      this.#look();
    }
  }

  get #isTooMuch(): boolean {
    return this.#steps > this.#stepsMax || this.#steps > TRIES_MORE + TRIES_EACH * this.#depth;
  }

  #now(): number[] {
    return Array.from(this.#order.subarray(0, this.#depth));
  }

  #stuck(): Hope {
    if (this.#pending.isDone) this.#retreat();
    this.#keepBest();
    return { steps: this.#steps, order: this.#best, stuckAt: this.#stuckAt };
  }

  /** Remembers the way to here if it went further than any. */
  #keepBest(): void {
    if (this.#pending.isDone) return;
    const { front } = this.#pending;
    const rank = this.#timeline.returns[front]!;
    if (rank <= this.#bestRank) return;
    this.#bestRank = rank;
    this.#stuckAt = front;
    this.#best = this.#now();
  }

  /** Takes every read that is possible now. */
  #enter(): void {
    const { operations } = this.#timeline;
    const pending = this.#pending;
    let event = pending.next(pending.known);
    while (event < operations) {
      if (this.#reads[event] === 1) {
        const { input, output } = this.#operations[event]!;
        const previous = pending.previous(event);
        this.#steps++;
        if (this.#model.step(this.#state, input, output) !== undefined) {
          this.#push(event, this.#state, -1);
          event = previous;
        }
      }
      event = pending.next(event);
    }
    this.#look();
  }

  /** Looks for the reads that return next. */
  #look(): void {
    const wanted = this.#wanted;
    wanted.length = 0;
    if (this.#model.leads === undefined) return;
    const { operations } = this.#timeline;
    const pending = this.#pending;
    let returns = 0;
    let event = pending.next(pending.known);
    for (; event !== pending.known && returns < RETURNS_MAX; event = pending.next(event)) {
      if (event < operations) continue;
      returns++;
      const operation = event - operations;
      if (this.#reads[operation] === 1 && wanted.push(operation) === READS_MAX) return;
    }
  }

  /** Takes the next operation that is possible, after one that was tried in this pass. */
  #choose(from: number, last: number): boolean {
    const pending = this.#pending;
    const { operations } = this.#timeline;
    const { front } = pending;
    let after = last;
    for (let pass = from; pass < PASSES; pass++) {
      const isUnknown = pass === 1 || pass === 4;
      const head = isUnknown ? pending.unknown : pending.known;
      let event = pending.next(after < 0 ? head : after);
      after = -1;
      for (; event < operations && pending.isOpen(event, front); event = pending.next(event)) {
        if (this.#reads[event] === 1 || !this.#isOfPass(event, pass)) continue;
        const { input, output } = this.#operations[event]!;
        this.#steps++;
        const next = this.#model.step(this.#state, input, output);
        if (next === undefined) continue;
        this.#push(event, next, pass);
        return true;
      }
    }
    return false;
  }

  #isOfPass(operation: number, pass: number): boolean {
    switch (this.#leads(operation)) {
      case "on":
        return pass <= 1;
      case "nowhere":
        return pass === 2;
      case "anew":
        return pass === (this.#leadsFirst ? 3 : 5) || pass === 4;
      case "later":
        return pass === 6;
    }
  }

  /** Where an operation leads, seen from all reads that are wanted; notes whether it is the first that it leads to. */
  #leads(operation: number): "on" | "anew" | "later" | "nowhere" {
    const { leads } = this.#model;
    if (leads === undefined) return "on";
    const { input } = this.#operations[operation]!;
    let best: "anew" | "later" | "nowhere" = "nowhere";
    for (let i = 0; i < this.#wanted.length; i++) {
      const wanted = this.#operations[this.#wanted[i]!]!;
      const how = leads(this.#state, input, wanted.input, wanted.output!);
      if (how === "on") return "on";
      if (how === "nowhere" || best === "anew") continue;
      if (how === "anew") this.#leadsFirst = i === 0;
      best = how;
    }
    return best;
  }

  #push(operation: number, next: State, pass: number): void {
    this.#pending.take(operation);
    this.#order[this.#depth] = operation;
    this.#passes[this.#depth] = pass;
    this.#before[this.#depth] = this.#state;
    this.#depth++;
    this.#state = next;
  }

  /** Goes back to before the last choice. */
  #retreat(): boolean {
    this.#keepBest();
    while (this.#depth > 0) {
      const depth = --this.#depth;
      this.#pending.giveBack(this.#order[depth]!);
      this.#state = this.#before[depth]!;
      if (this.#passes[depth]! >= 0) return true;
    }
    return false;
  }
}
