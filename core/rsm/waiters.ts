/** Who waits for which entry of the log to be applied. Everybody is answered exactly once. */

import type { LogEntry, LogIndex, ServerId, Term } from "../base/durable.ts";
import type { Proposed } from "../raft/mod.ts";

/** What became of a command or a question. */
export type Outcome =
  /** Applied here, as entry `index`, with its result; for a question, answered in the state after `index`. */
  | { readonly kind: "done"; readonly result: Uint8Array; readonly index: LogIndex }
  /** Certainly not carried out: it was never proposed, or another term's entry took its place. */
  | { readonly kind: "rejected"; readonly leaderId: ServerId | undefined }
  /** Leadership was lost, a snapshot went past the entry, or the server stopped. */
  | { readonly kind: "unknown"; readonly leaderId: ServerId | undefined };

interface Waiter {
  readonly term: Term;
  readonly onOutcome: (outcome: Outcome) => void;
}

/** The waiters, in the order of the entries that they wait for; all of one term. */
export class Waiters {
  readonly #waiters = new Map<LogIndex, Waiter>();
  #term: Term | undefined;

  /** How many wait. */
  get size(): number {
    return this.#waiters.size;
  }

  /** In which term all of them proposed, if there are any. */
  get term(): Term | undefined {
    return this.#waiters.size === 0 ? undefined : this.#term;
  }

  /** Waits for the entry that was just proposed. */
  add({ index, term }: Proposed, onOutcome: (outcome: Outcome) => void): void {
    this.#term = term;
    this.#waiters.set(index, { term, onOutcome });
  }

  /** An entry was applied: answers who waits for it. */
  onApplied({ index, term }: LogEntry, result: Uint8Array, leaderId: ServerId | undefined): void {
    const waiter = this.#waiters.get(index);
    if (waiter === undefined) return;
    this.#waiters.delete(index);
    waiter.onOutcome(
      waiter.term === term ? { kind: "done", result, index } : { kind: "rejected", leaderId },
    );
  }

  /** Nobody will learn what became of the entries up to `index`: a snapshot stands for them. */
  onSnapshot(index: LogIndex, leaderId: ServerId | undefined): void {
    this.#giveUp((waiting) => waiting <= index, leaderId);
  }

  /** Nobody will learn what became of any entry that is waited for. */
  giveUpAll(leaderId: ServerId | undefined): void {
    this.#giveUp(() => true, leaderId);
  }

  #giveUp(isLost: (index: LogIndex) => boolean, leaderId: ServerId | undefined): void {
    const lost = [...this.#waiters].filter(([index]) => isLost(index));
    for (const [index] of lost) this.#waiters.delete(index);
    for (const [, { onOutcome }] of lost) onOutcome({ kind: "unknown", leaderId });
  }
}
