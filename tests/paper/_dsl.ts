/**
 * Words for tests against the pure state machine: a server that begins with a given term and log, the
 * messages of Figure 2 and 13 in short form, and a disk whose speed the test decides. Terms, indexes and ids
 * are plain numbers here; a log is written as the terms of its entries, as in Figures 6 to 8.
 */

import assert from "node:assert/strict";
import {
  type LogEntry,
  logIndex,
  type Recovered,
  type ServerId,
  serverId,
  type Snapshot,
  term,
} from "../../core/base/durable.ts";
import { SeededRandom } from "../../core/base/random.ts";
import { after, type Instant, instant, ms } from "../../core/base/units.ts";
import {
  type AppendEntries,
  type Applied,
  type Input,
  type InstallSnapshot,
  type OutgoingReply,
  type OutgoingRequest,
  type Output,
  type PersistBatch,
  type Proposed,
  Raft,
  type RaftObserver,
  type RaftOptions,
  type RaftView,
  type ReadState,
  type Reply,
  type Request,
  type RequestVote,
  type TimeoutNow,
} from "../../core/raft/mod.ts";
import { StoredState } from "../../core/sim/stored_state.ts";

/** Raft as the paper has it, without anything of the thesis; times as in §9.3. */
export const PAPER_OPTIONS: RaftOptions = {
  heartbeatInterval: ms(50),
  electionTimeoutMin: ms(150),
  electionTimeoutMax: ms(300),
  preVote: false,
  checkQuorum: false,
  noOpOnElection: false,
  appendEntriesMax: 1000,
  appendBytesMax: 1_000_000,
  inflightMax: 8,
  commitNoticeDelay: ms(5),
  snapshotChunkBytes: 1_000_000,
};

/** What a server has on its disk when a test begins, and how it behaves. */
export interface Given {
  /** 0 unless told. */
  readonly id?: number;
  /** How many servers the cluster has; 3 unless told. */
  readonly servers?: number;
  readonly term?: number;
  readonly votedFor?: number;
  /** The terms of the entries, behind the snapshot if there is one. */
  readonly log?: readonly number[];
  readonly snapshot?: { readonly index: number; readonly term: number; readonly data?: string };
  readonly options?: Partial<RaftOptions>;
  /** A slow disk finishes nothing before the test says so. */
  readonly slowDisk?: boolean;
  readonly seed?: bigint;
  readonly observer?: RaftObserver;
}

/** One server and its disk, in the hands of a test. */
export class TestServer {
  readonly given: Given;
  readonly id: ServerId;
  readonly raft: Raft;
  now: Instant;
  /** What was sent since the test last took it. */
  sent: OutgoingRequest[] = [];
  /** Every reply, batch, applied entry and answered read of this life. */
  readonly replies: OutgoingReply[] = [];
  readonly batches: PersistBatch[] = [];
  readonly applied: Applied[] = [];
  readonly reads: ReadState[] = [];
  durableSequence = 0;

  readonly #stored: StoredState;
  #writing: PersistBatch[] = [];
  #calls = 0;

  constructor(given: Given = {}, stored: StoredState = storedAs(given), now: Instant = instant(0)) {
    this.given = given;
    this.id = serverId(given.id ?? 0);
    this.now = now;
    this.#stored = stored;
    this.raft = new Raft({
      id: this.id,
      servers: Array.from({ length: given.servers ?? 3 }, (_, id) => serverId(id)),
      options: { ...PAPER_OPTIONS, ...given.options },
      random: new SeededRandom(given.seed ?? 1n).child(`server/${this.id}`),
      recovered: this.recovered,
    }, now);
    given.observer?.onStart(this.view, now);
  }

  get view(): RaftView {
    return this.raft.view;
  }

  /** What would survive a crash now. */
  get recovered(): Recovered {
    const { hardState, snapshot, entries } = this.#stored;
    return { hardState, snapshot, entries: [...entries] };
  }

  /** The terms of the log's entries, behind the snapshot. */
  get log(): number[] {
    const { log } = this.view;
    const terms: number[] = [];
    for (let index = log.lastIncludedIndex + 1; index <= log.lastIndex; index++) {
      terms.push(log.termAt(logIndex(index))!);
    }
    return terms;
  }

  /** The indexes handed to the state machine; a snapshot appears as `s` and its index. */
  get appliedIndexes(): (number | string)[] {
    return this.applied.map((applied) =>
      applied.kind === "entry" ? applied.entry.index : `s${applied.snapshot.lastIncludedIndex}`
    );
  }

  /** Feeds one input; unless the disk is slow, what it wants written is durable right afterwards. */
  step(input: Input): Output {
    const output = this.raft.step(input, this.now);
    this.given.observer?.onStep(this.view, input, output, this.now);
    if (output.persist !== undefined) {
      this.batches.push(output.persist);
      this.#writing.push(output.persist);
    }
    this.sent.push(...output.requests);
    this.replies.push(...output.replies);
    this.applied.push(...output.apply);
    this.reads.push(...output.reads);
    if (this.given.slowDisk !== true) this.syncDisk();
    return output;
  }

  /** The disk finishes the oldest `count` batches that it is writing. */
  syncDisk(count: number = this.#writing.length): void {
    for (const batch of this.#writing.splice(0, count)) {
      this.#stored.apply(batch);
      this.durableSequence = batch.sequence;
      this.step({ kind: "durable", sequence: batch.sequence });
    }
  }

  /** Whether something that waits for the disk may leave by now. */
  mayLeave({ afterDurable }: { readonly afterDurable: number }): boolean {
    return afterDurable <= this.durableSequence;
  }

  /** Receives a request. Returns the answer, which may still have to wait for the disk. */
  hears<R extends Reply = Reply>(message: Request): R {
    const callId = ++this.#calls;
    this.step({ kind: "request", callId, message });
    const answers = this.replies.filter((reply) => reply.callId === callId);
    assert.equal(answers.length, 1, `one answer to ${message.kind}`);
    return answers[0]!.message as R;
  }

  /** Receives the answer to a request that it sent. */
  hearsBack(request: OutgoingRequest, message: Reply): Output {
    return this.step({ kind: "reply", request, message });
  }

  /** Lets the time come that it asked to be woken at. */
  wake(): Output {
    this.now = instant(Math.max(this.now, this.raft.wakeAt));
    return this.step({ kind: "timer" });
  }

  /** Lets `span` milliseconds pass, and wakes it whenever it wants. */
  pass(span: number): void {
    const end = after(this.now, ms(span));
    while (this.raft.wakeAt <= end) this.wake();
    this.now = end;
  }

  /** Lets time pass until right before it wants to be woken. */
  passAlmostAll(): void {
    this.pass(this.raft.wakeAt - this.now - 1);
  }

  /** A client's command. It is sent when the server is next woken, at the same instant. */
  propose(command: string): Proposed | undefined {
    return this.step({ kind: "propose", command: bytes(command) }).proposed;
  }

  /** A client's command, sent at once. */
  proposeNow(command: string): Proposed | undefined {
    const proposed = this.propose(command);
    this.wake();
    return proposed;
  }

  /** A client's read, and whatever follows from it at this instant. */
  readNow(readId: number): void {
    this.step({ kind: "read", readId });
    if (this.raft.wakeAt <= this.now) this.wake();
  }

  /** Takes what was sent since the last time, or of it what went to one server. */
  take(to?: number): OutgoingRequest[] {
    const taken = this.sent.filter((request) => to === undefined || request.to === to);
    this.sent = this.sent.filter((request) => !taken.includes(request));
    return taken;
  }

  /** Takes the one request that was sent to `to`. */
  takeOne(to: number): OutgoingRequest {
    const taken = this.take(to);
    assert.equal(taken.length, 1, `one request to server ${to}`);
    return taken[0]!;
  }

  /** Takes the one AppendEntries that was sent to `to`, in short form. */
  takeAppend(to: number): { prev: [number, number]; entries: number[]; commit: number } {
    return shortAppend(this.takeOne(to));
  }

  /** The same server after a crash: it knows what its disk held. */
  restart(changes: Partial<Given> = {}): TestServer {
    const stored = new StoredState();
    stored.apply(this.#stored.toBatch());
    return new TestServer({ ...this.given, ...changes }, stored, this.now);
  }
}

/** Makes a server. */
export function server(given: Given = {}): TestServer {
  return new TestServer(given);
}

/**
 * Makes a candidate: a server that stands for election in `given.term`, which is not a term that it could
 * have entered before.
 */
export function candidate(given: Given = {}): TestServer {
  const self = new TestServer({ ...given, term: (given.term ?? 1) - 1 });
  self.wake();
  assert.equal(self.view.role, "candidate");
  assert.equal(self.view.currentTerm, given.term ?? 1);
  return self;
}

/** Makes the leader of `given.term`. What it sent when it took office is taken, and not answered. */
export function leader(given: Given = {}): TestServer {
  const self = candidate(given);
  self.syncDisk();
  for (const request of self.take()) {
    if (self.view.role === "candidate") self.hearsBack(request, vote(self.view.currentTerm));
  }
  self.syncDisk();
  assert.equal(self.view.role, "leader");
  self.take();
  return self;
}

/**
 * Makes a leader whose followers have answered its first heartbeats, and hold its whole log. Nothing is committed by
 * that, unless the log's last entry is of its own term.
 */
export function leaderInTouch(given: Given = {}): TestServer {
  const self = leader(given);
  self.pass(PAPER_OPTIONS.heartbeatInterval);
  for (let round = 0; self.sent.length > 0 && round < 10; round++) {
    for (const request of self.take()) self.hearsBack(request, accepted(self.view.currentTerm));
  }
  assert.deepEqual(self.sent, []);
  return self;
}

/** An entry; its command names its term and index, so that different entries differ. */
export function entry(index: number, termOf: number, command?: string): LogEntry {
  return {
    index: logIndex(index),
    term: term(termOf),
    kind: "command",
    command: bytes(command ?? `${termOf}/${index}`),
  };
}

/** A RequestVote; the candidate's log ends with `last`, an index and a term. */
export function requestVote(
  fields:
    & { term: number; from?: number; last?: [number, number] }
    & Partial<
      Pick<RequestVote, "preVote" | "leadershipTransfer">
    >,
): RequestVote {
  const [lastLogIndex, lastLogTerm] = fields.last ?? [0, 0];
  return {
    kind: "RequestVote",
    term: term(fields.term),
    candidateId: serverId(fields.from ?? 1),
    lastLogIndex: logIndex(lastLogIndex),
    lastLogTerm: term(lastLogTerm),
    preVote: fields.preVote ?? false,
    leadershipTransfer: fields.leadershipTransfer ?? false,
  };
}

/** An AppendEntries; `prev` is an index and a term, `entries` the terms of what follows. */
export function appendEntries(
  fields: {
    term: number;
    from?: number;
    prev?: [number, number];
    entries?: readonly number[];
    commit?: number;
  },
): AppendEntries {
  const [prevLogIndex, prevLogTerm] = fields.prev ?? [0, 0];
  return {
    kind: "AppendEntries",
    term: term(fields.term),
    leaderId: serverId(fields.from ?? 1),
    prevLogIndex: logIndex(prevLogIndex),
    prevLogTerm: term(prevLogTerm),
    entries: (fields.entries ?? []).map((termOf, i) => entry(prevLogIndex + 1 + i, termOf)),
    leaderCommit: logIndex(fields.commit ?? 0),
  };
}

/** An InstallSnapshot; `last` is the snapshot's last index and term. The whole of it, unless told. */
export function installSnapshot(
  fields: {
    term: number;
    last: [number, number];
    from?: number;
    offset?: number;
    data?: string;
    done?: boolean;
  },
): InstallSnapshot {
  return {
    kind: "InstallSnapshot",
    term: term(fields.term),
    leaderId: serverId(fields.from ?? 1),
    lastIncludedIndex: logIndex(fields.last[0]),
    lastIncludedTerm: term(fields.last[1]),
    offset: fields.offset ?? 0,
    data: bytes(fields.data ?? "snapshot"),
    done: fields.done ?? true,
  };
}

/** A TimeoutNow. */
export function timeoutNow(fields: { term: number; from?: number }): TimeoutNow {
  return { kind: "TimeoutNow", term: term(fields.term), leaderId: serverId(fields.from ?? 1) };
}

/** The answer of a voter. */
export function vote(inTerm: number, voteGranted = true): Reply {
  return { kind: "RequestVoteReply", term: term(inTerm), voteGranted };
}

/** The answer of a follower that took the entries. */
export function accepted(inTerm: number): Reply {
  return {
    kind: "AppendEntriesReply",
    term: term(inTerm),
    success: true,
    conflictTerm: term(0),
    conflictIndex: logIndex(0),
  };
}

/** The answer of a follower whose log differs; `conflict` is a term (0: none) and an index. */
export function refused(inTerm: number, conflict: [number, number] = [0, 0]): Reply {
  return {
    kind: "AppendEntriesReply",
    term: term(inTerm),
    success: false,
    conflictTerm: term(conflict[0]),
    conflictIndex: logIndex(conflict[1]),
  };
}

/** The answer of a follower to a piece of a snapshot. */
export function stored(inTerm: number, bytesStored: number, installed = false): Reply {
  return { kind: "InstallSnapshotReply", term: term(inTerm), bytesStored, installed };
}

/** An AppendEntries that was sent, in short form. */
export function shortAppend(
  { message }: OutgoingRequest,
): { prev: [number, number]; entries: number[]; commit: number } {
  assert.equal(message.kind, "AppendEntries");
  const { prevLogIndex, prevLogTerm, entries, leaderCommit } = message as AppendEntries;
  return {
    prev: [prevLogIndex, prevLogTerm],
    entries: entries.map((sent) => sent.term),
    commit: leaderCommit,
  };
}

/** The bytes of a text. */
export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** The text of some bytes. */
export function text(data: Uint8Array): string {
  return new TextDecoder().decode(data);
}

function storedAs(given: Given): StoredState {
  const stored = new StoredState();
  const { snapshot } = given;
  const from = snapshot?.index ?? 0;
  const terms = given.log ?? [];
  const lastTerm = Math.max(0, snapshot?.term ?? 0, ...terms);
  const hardState = {
    currentTerm: term(given.term ?? lastTerm),
    votedFor: given.votedFor === undefined ? undefined : serverId(given.votedFor),
  };
  stored.apply({
    ...(hardState.currentTerm > 0 && { hardState }),
    ...(snapshot && { snapshot: asSnapshot(snapshot) }),
    entries: terms.map((termOf, i) => entry(from + 1 + i, termOf)),
  });
  return stored;
}

function asSnapshot(snapshot: NonNullable<Given["snapshot"]>): Snapshot {
  return {
    lastIncludedIndex: logIndex(snapshot.index),
    lastIncludedTerm: term(snapshot.term),
    data: bytes(snapshot.data ?? "snapshot"),
  };
}
