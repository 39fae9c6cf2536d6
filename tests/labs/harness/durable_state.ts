/**
 * What a server's storage has confirmed: a {@linkcode Storage} in front of the real one that keeps its own
 * account, so that the harness can tell whether a server says more than it would remember.
 */

import {
  type DurableBatch,
  type HardState,
  type LogIndex,
  logIndex,
  type Recovered,
  type ServerId,
  type Term,
  term as asTerm,
} from "../../../core/base/durable.ts";
import { invariant } from "../../../core/base/errors.ts";
import type { Storage } from "../../../core/base/ports.ts";
import type { RaftView } from "../../../core/raft/view.ts";

/** The account of one life of a server. */
export class DurableState implements Storage {
  currentTerm: Term;
  votedFor: ServerId | undefined;
  lastIncludedIndex: LogIndex;
  /** The bytes of the snapshot's data; 0 without one. */
  snapshotBytes: number;
  readonly #storage: Storage;
  readonly #recovered: Recovered;
  /** By index. What the snapshot covers may be missing. */
  #terms: (Term | undefined)[] = [];

  /**
   * Loads what `storage` holds. `before` is the account of the server's last life.
   *
   * @throws {InvariantError} If something is lost that had been confirmed.
   */
  constructor(server: ServerId, storage: Storage, before?: DurableState) {
    this.#storage = storage;
    this.#recovered = storage.load();
    const { hardState, snapshot, entries } = this.#recovered;
    this.currentTerm = hardState?.currentTerm ?? asTerm(0);
    this.votedFor = hardState?.votedFor;
    this.lastIncludedIndex = snapshot?.lastIncludedIndex ?? logIndex(0);
    this.snapshotBytes = snapshot?.data.length ?? 0;
    if (snapshot !== undefined) this.#terms[this.lastIncludedIndex] = snapshot.lastIncludedTerm;
    for (const entry of entries) this.#terms[entry.index] = entry.term;
    if (before !== undefined) this.#compare(server, before);
  }

  /** The last entry, or the end of the snapshot. */
  get lastIndex(): LogIndex {
    return logIndex(Math.max(this.#terms.length - 1, this.lastIncludedIndex));
  }

  /** The term of an entry, where it is stored and known. Before the first entry there is term 0. */
  termAt(index: LogIndex): Term | undefined {
    return index === 0 ? asTerm(0) : this.#terms[index];
  }

  /** The same whenever it is asked: what was stored when this life began. */
  load(): Recovered {
    return this.#recovered;
  }

  /**
   * Checks that a server begins with what was stored, and regards nothing as committed and applied but the snapshot.
   *
   * @throws {InvariantError} If it does not.
   */
  checkRestored(raft: RaftView): void {
    const { log, commitIndex, lastApplied } = raft;
    const { lastIndex, lastIncludedIndex: end } = this;
    const stored = describe(this, [lastIndex, this.termAt(lastIndex)], [end, end]);
    const restored = describe(raft, [log.lastIndex, log.lastTerm], [commitIndex, lastApplied]);
    invariant(
      stored === restored,
      "RestoresWhatIsStored",
      () => `server ${raft.id} restarts with ${restored}; its disk holds ${stored}`,
    );
  }

  persist(batch: DurableBatch, onDurable: () => void): void {
    this.#storage.persist(batch, () => {
      this.#account(batch);
      onDurable();
    });
  }

  #account({ hardState, snapshot, discardLog, entries }: DurableBatch): void {
    if (hardState !== undefined) this.#accountHardState(hardState);
    if (snapshot !== undefined) {
      const { lastIncludedIndex, lastIncludedTerm, data } = snapshot;
      this.lastIncludedIndex = lastIncludedIndex;
      this.snapshotBytes = data.length;
      if (discardLog) this.#terms = [];
      this.#terms[lastIncludedIndex] = lastIncludedTerm;
    }
    const first = entries?.[0];
    if (entries === undefined || first === undefined) return;
    this.#terms.length = first.index;
    for (const { term } of entries) this.#terms.push(term);
  }

  #accountHardState({ currentTerm, votedFor }: HardState): void {
    this.currentTerm = currentTerm;
    this.votedFor = votedFor;
  }

  #compare(server: ServerId, before: DurableState): void {
    invariant(
      this.currentTerm >= before.currentTerm,
      "TermSurvivesCrash",
      () =>
        `server ${server} had term ${before.currentTerm} on disk and restarts in ` +
        `${this.currentTerm}`,
    );
    const isVoteKept = this.currentTerm > before.currentTerm || before.votedFor === undefined ||
      this.votedFor === before.votedFor;
    invariant(
      isVoteKept,
      "VoteSurvivesCrash",
      () =>
        `server ${server} had voted for ${before.votedFor} in term ${this.currentTerm} and ` +
        `restarts with a vote for ${this.votedFor}`,
    );
    invariant(
      this.lastIncludedIndex >= before.lastIncludedIndex,
      "SnapshotSurvivesCrash",
      () =>
        `server ${server} had a snapshot at ${before.lastIncludedIndex} on disk and restarts ` +
        `with ${this.lastIncludedIndex}`,
    );
  }
}

function describe(
  { currentTerm, votedFor }: Pick<RaftView, "currentTerm" | "votedFor">,
  [lastIndex, lastTerm]: readonly [LogIndex, Term | undefined],
  [commitIndex, lastApplied]: readonly [LogIndex, LogIndex],
): string {
  return `term ${currentTerm}, vote ${votedFor ?? "none"}, last entry ${lastIndex} of term ` +
    `${lastTerm}, committed ${commitIndex}, applied ${lastApplied}`;
}
