/** The way from one server to another one: what happens to the messages that take it. */

import type { Random } from "../../../core/base/mod.ts";
import type { Frame } from "./frames.ts";

/** What a way does to messages. */
export interface LinkConditions {
  /** Nothing gets through; what is sent waits. */
  readonly isBlocked: boolean;
  /** The shortest and the longest time that a message takes, in milliseconds. */
  readonly delay: readonly [number, number];
  /** Whether messages may overtake each other. */
  readonly reorders: boolean;
  /** Of a thousand calls and answers so many get lost. */
  readonly lossPerMille: number;
  /** Of a thousand of Raft's own requests so many arrive twice. */
  readonly duplicatesPerMille: number;
}

/** A way that does nothing to messages. */
export const CLEAR: LinkConditions = {
  isBlocked: false,
  delay: [0, 0],
  reorders: false,
  lossPerMille: 0,
  duplicatesPerMille: 0,
};

/** What became of the messages of a way. */
export interface LinkCounts {
  delivered: number;
  lost: number;
  doubled: number;
  cuts: number;
}

/**
 * What may arrive twice. TCP never does that to anybody, and the store's clients are told "certainly not carried out"
 * on the strength of it; Raft's own messages, in contrast, are made for such networks.
 */
const DOUBLED_SERVICE = "Raft";

/** See the head of this file. */
export class Link {
  readonly counts: LinkCounts = { delivered: 0, lost: 0, doubled: 0, cuts: 0 };
  readonly #random: Random;
  readonly #connections = new Set<() => void>();
  #conditions = CLEAR;
  #opened = Promise.withResolvers<void>();

  constructor(random: Random) {
    this.#random = random;
    this.#opened.resolve();
  }

  get conditions(): LinkConditions {
    return this.#conditions;
  }

  /** Changes what the way does from now on. */
  set(change: Partial<LinkConditions>): void {
    const wasBlocked = this.#conditions.isBlocked;
    this.#conditions = { ...this.#conditions, ...change };
    const { isBlocked } = this.#conditions;
    if (isBlocked && !wasBlocked) this.#opened = Promise.withResolvers<void>();
    if (!isBlocked && wasBlocked) this.#opened.resolve();
  }

  /** Resolves when messages get through. */
  whenOpen(): Promise<void> {
    return this.#opened.promise;
  }

  /** Draws what happens to a message: one delay in milliseconds for each time that it arrives. */
  fate(frame: Frame): readonly number[] {
    const { lossPerMille, duplicatesPerMille } = this.#conditions;
    if (frame.isCall && this.#random.chance(lossPerMille, 1000)) {
      this.counts.lost++;
      return [];
    }
    this.counts.delivered++;
    if (frame.service !== DOUBLED_SERVICE || !this.#random.chance(duplicatesPerMille, 1000)) {
      return [this.#delay()];
    }
    this.counts.doubled++;
    return [this.#delay(), this.#delay()];
  }

  /** Remembers how to cut a connection that uses the way; the result forgets it. */
  use(cut: () => void): () => void {
    this.#connections.add(cut);
    return () => this.#connections.delete(cut);
  }

  /** Cuts all connections that use the way. */
  cut(): void {
    for (const cut of [...this.#connections]) {
      this.counts.cuts++;
      cut();
    }
  }

  #delay(): number {
    const [least, most] = this.#conditions.delay;
    return most === 0 ? 0 : this.#random.between(least, most);
  }
}
