/** Small stand-ins for the tests of the harness's own checkers. */

import {
  type DurableBatch,
  type LogEntry,
  logIndex,
  type Recovered,
  serverId,
  term,
} from "../../../core/base/durable.ts";
import { ms } from "../../../core/base/units.ts";
import type { Storage } from "../../../core/base/ports.ts";
import type { Input, Output } from "../../../core/raft/io.ts";
import type { RaftView } from "../../../core/raft/view.ts";
import { after, instant } from "../../../core/base/units.ts";

/** A step that says nothing. */
export const QUIET_INPUT: Input = { kind: "timer" };

/** What such a step leads to. */
export const QUIET_OUTPUT: Output = {
  persist: undefined,
  requests: [],
  replies: [],
  apply: [],
  reads: [],
  wakeAt: after(instant(0), ms(1)),
  proposed: undefined,
};

/** A view of server 0 of three, with the log `terms` (term by index, from 1), changed as the test wants it. */
export function fakeView(changes: Partial<RaftView> = {}, terms: readonly number[] = []): RaftView {
  return {
    id: serverId(0),
    servers: [0, 1, 2].map(serverId),
    role: "follower",
    currentTerm: term(1),
    votedFor: undefined,
    commitIndex: logIndex(0),
    lastApplied: logIndex(0),
    leaderId: undefined,
    durableIndex: logIndex(terms.length),
    leaderContact: undefined,
    abstains: false,
    followers: undefined,
    log: {
      lastIncludedIndex: logIndex(0),
      lastIncludedTerm: term(0),
      lastIndex: logIndex(terms.length),
      lastTerm: term(terms.at(-1) ?? 0),
      termAt: (index) => index === 0 ? term(0) : terms[index - 1] as ReturnType<typeof term>,
      entryAt: () => undefined,
    },
    ...changes,
  };
}

/** Entries from `first` on, with these terms. */
export function entriesFrom(first: number, terms: readonly number[]): LogEntry[] {
  return terms.map((value, i) => ({
    index: logIndex(first + i),
    term: term(value),
    kind: "command",
    command: new Uint8Array(0),
  }));
}

/** A storage that is told when its batches are durable. */
export class FakeStorage implements Storage {
  readonly #recovered: Recovered;
  readonly #pending: (() => void)[] = [];

  constructor(recovered: Partial<Recovered> = {}) {
    this.#recovered = { hardState: undefined, snapshot: undefined, entries: [], ...recovered };
  }

  load(): Recovered {
    return this.#recovered;
  }

  persist(_batch: DurableBatch, onDurable: () => void): void {
    this.#pending.push(onDurable);
  }

  /** Everything that was handed over is durable now. */
  sync(): void {
    for (const onDurable of this.#pending.splice(0)) onDurable();
  }
}
