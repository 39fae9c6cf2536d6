/**
 * The state of one Raft server, grouped as in Figure 2, and the few operations that every handler needs.
 * The handlers beside this file change it; {@linkcode Raft} calls them.
 */

import {
  type LogEntry,
  type LogIndex,
  logIndex,
  type Recovered,
  type ServerId,
  type Term,
  term as asTerm,
} from "../base/durable.ts";
import { invariant } from "../base/errors.ts";
import { noTrace, type Random, type Trace, type TraceTopic } from "../base/ports.ts";
import { after, type Instant, ms } from "../base/units.ts";
import { Durability } from "./durability.ts";
import type { Applied, OutgoingRequest, ReadState } from "./io.ts";
import { RaftLog } from "./log.ts";
import type { Reply, Request } from "./messages.ts";
import { checkOptions, type RaftOptions } from "./options.ts";
import type { Progress } from "./progress.ts";
import type { FollowerView, RaftView, Role } from "./view.ts";

/** What a server is made of. */
export interface RaftSetup {
  readonly id: ServerId;
  /** All servers of the cluster, this one included, in the same order everywhere. */
  readonly servers: readonly ServerId[];
  readonly options: RaftOptions;
  /** For election timeouts. */
  readonly random: Random;
  readonly trace?: Trace;
  /** What this server's storage holds. */
  readonly recovered: Recovered;
}

/** A client's read that waits (see `read_index.ts`). */
export interface PendingRead {
  readonly readId: number;
  /** The confirmation round that must be answered by a majority. */
  readonly round: number;
  /** `commitIndex` when the read came; `undefined` if nothing of this term was committed then. */
  readonly index: LogIndex | undefined;
}

/** A leader's volatile state (Figure 2), made anew at each election won. */
export interface LeaderState {
  readonly progress: Map<ServerId, Progress>;
  /** Whether new entries wait to be sent, together with all that are proposed in the same instant. */
  entriesWaiting: boolean;
  /** The confirmation round that requests carry now, from 1 (see `read_index.ts`). */
  round: number;
  /** Whether that round waits to be sent to everyone. */
  roundWaiting: boolean;
  /** When followers must be told of a commit that no entry has carried to them yet. */
  commitNoticeDue: Instant | undefined;
  /** In the order of their rounds. */
  readonly reads: PendingRead[];
  leadershipTransfer: LeadershipTransfer | undefined;
}

/** Leadership on its way to another server (thesis §3.10). */
export interface LeadershipTransfer {
  readonly to: ServerId;
  /** When to give up, and take commands again. */
  readonly deadline: Instant;
  timeoutNowSent: boolean;
}

/** A snapshot that arrives in pieces. */
export interface IncomingSnapshot {
  readonly term: Term;
  readonly lastIncludedIndex: LogIndex;
  readonly lastIncludedTerm: Term;
  readonly pieces: Uint8Array[];
  bytesStored: number;
}

/** A request, before it is known which batch it has to wait for. */
interface DraftRequest {
  readonly to: ServerId;
  readonly message: Request;
  readonly waits: boolean;
  readonly round: number;
}

/** A reply likewise; replies always wait. */
interface DraftReply {
  readonly callId: number;
  readonly message: Reply;
}

/** See the head of this file. */
export class RaftState implements RaftView {
  readonly id: ServerId;
  readonly servers: readonly ServerId[];
  /** All servers but this one. */
  readonly peers: readonly ServerId[];
  readonly options: RaftOptions;
  readonly #random: Random;
  readonly #trace: Trace;

  // Persistent state on all servers.
  currentTerm: Term;
  votedFor: ServerId | undefined;
  readonly log: RaftLog;
  readonly durability: Durability;

  // Volatile state on all servers.
  commitIndex: LogIndex;
  lastApplied: LogIndex;
  role: Role = "follower";
  leaderId: ServerId | undefined;
  /** When to stand for election, unless a leader is heard of before. Meaningless on a leader. */
  electionDeadline: Instant;
  /** When this server last heard from a leader of its term, if it did. */
  leaderContact: Instant | undefined;
  /** Whether this server keeps from leading (see `abstain.ts`). */
  abstains = false;
  incomingSnapshot: IncomingSnapshot | undefined;

  /** Who granted a vote in the present candidacy; empty for followers. */
  readonly votes: Set<ServerId> = new Set();
  /** Set while `role` is `leader`. */
  leader: LeaderState | undefined;

  /** The time of the present step. */
  now: Instant;

  // What the present step wants done.
  requests: DraftRequest[] = [];
  replies: DraftReply[] = [];
  applied: Applied[] = [];
  reads: ReadState[] = [];

  constructor(setup: RaftSetup, now: Instant) {
    const { id, servers, options, recovered } = setup;
    if (!servers.includes(id)) {
      throw new RangeError(`A server must be one of its cluster: ${id} is not among ${servers}`);
    }
    checkOptions(options);
    this.id = id;
    this.servers = servers;
    this.peers = servers.filter((server) => server !== id);
    this.options = options;
    this.#random = setup.random;
    this.#trace = setup.trace ?? noTrace;
    this.currentTerm = recovered.hardState?.currentTerm ?? asTerm(0);
    this.votedFor = recovered.hardState?.votedFor;
    this.log = new RaftLog(recovered.snapshot, recovered.entries);
    this.durability = new Durability(this.log.lastIndex);
    // The state machine starts from the snapshot; everything behind it must be committed again.
    this.commitIndex = this.log.lastIncludedIndex;
    this.lastApplied = this.log.lastIncludedIndex;
    this.now = now;
    this.electionDeadline = now;
    this.resetElectionTimer();
  }

  get durableIndex(): LogIndex {
    return this.durability.durableIndex;
  }

  get followers(): ReadonlyMap<ServerId, FollowerView> | undefined {
    return this.leader?.progress;
  }

  /** How many servers a majority needs. */
  get majority(): number {
    return Math.floor(this.servers.length / 2) + 1;
  }

  /** The leader's state. Only to be asked of a leader. */
  get leading(): LeaderState {
    invariant(this.leader !== undefined, "LeaderHasState", () => `server ${this.id} does not lead`);
    return this.leader;
  }

  /** What the leader knows of `follower`. */
  progressOf(follower: ServerId): Progress {
    const progress = this.leading.progress.get(follower);
    invariant(progress !== undefined, "MemberOfCluster", () => `${follower} is not a follower`);
    return progress;
  }

  /** Draws a fresh election timeout and begins to wait (Raft §5.2). */
  resetElectionTimer(): void {
    const { electionTimeoutMin: min, electionTimeoutMax: max } = this.options;
    const steps = Math.round((max - min) * 1000) + 1;
    this.electionDeadline = after(this.now, ms(min + this.#random.below(steps) / 1000));
  }

  /** Votes for `candidate` in the present term (at most one vote a term, Raft §5.2). */
  voteFor(candidate: ServerId): void {
    invariant(
      this.votedFor === undefined || this.votedFor === candidate,
      "OneVotePerTerm",
      () =>
        `${this.id} voted for ${this.votedFor} in term ${this.currentTerm}, now for ${candidate}`,
    );
    if (this.votedFor === candidate) return;
    this.votedFor = candidate;
    this.durability.hardStateChanged();
  }

  /** Appends entries behind the last one, or in place of all from the first one's index. */
  writeLog(entries: readonly LogEntry[]): void {
    const first = entries[0];
    if (first === undefined) return;
    if (first.index <= this.log.lastIndex) this.log.truncateFrom(first.index);
    this.log.append(entries);
    this.durability.entriesChanged(first.index);
    const { lastIndex, lastTerm } = this.log;
    this.trace("log", "appends", { from: first.index, lastIndex, lastTerm });
  }

  /** Raises `commitIndex`; entries that become committed will be applied at the end of the step. */
  commitTo(index: LogIndex): void {
    invariant(
      index <= this.log.lastIndex,
      "CommitBound",
      () => `commit of ${index}, but the log ends at ${this.log.lastIndex}`,
    );
    if (index <= this.commitIndex) return;
    this.commitIndex = index;
    this.trace("commit", "commits", { index });
  }

  /** Moves committed entries to the state machine, in order, each once (Figure 2, "all servers"). */
  applyCommitted(): void {
    while (this.lastApplied < this.commitIndex) {
      const entry = this.log.entryAt(logIndex(this.lastApplied + 1));
      invariant(
        entry !== undefined,
        "AppliesWhatItHolds",
        () => `no entry behind ${this.lastApplied}`,
      );
      this.lastApplied = entry.index;
      this.applied.push({ kind: "entry", entry });
    }
  }

  /** Sends a request. One that `waits` leaves when all that this step persists is durable. */
  send(to: ServerId, message: Request, waits: boolean): void {
    this.requests.push({ to, message, waits, round: this.leader?.round ?? 0 });
  }

  /** Answers a request, when all that this step persists is durable. */
  reply(callId: number, message: Reply): void {
    this.replies.push({ callId, message });
  }

  /** Says whether an answer to `request` is about the present term and leadership (Raft §5.1). */
  isCurrent(request: OutgoingRequest): boolean {
    return this.role === "leader" && request.message.term === this.currentTerm;
  }

  /** Emits a trace event of this server. Arguments must be cheap; the event is only built when wanted. */
  trace(
    topic: TraceTopic,
    what: string,
    fields?: Readonly<Record<string, string | number | boolean>>,
  ): void {
    if (!this.#trace.enabled) return;
    this.#trace.emit({
      at: this.now,
      server: this.id,
      term: this.currentTerm,
      topic,
      what,
      ...(fields && { fields }),
    });
  }
}
