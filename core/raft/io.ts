/**
 * What goes into a Raft server and what comes out. The server itself does nothing: it turns one
 * {@linkcode Input} into one {@linkcode Output}, and whoever drives it carries the output out.
 */

import type {
  DurableBatch,
  LogEntry,
  LogIndex,
  ServerId,
  Snapshot,
  Term,
} from "../base/durable.ts";
import type { Instant } from "../base/units.ts";
import type { Reply, Request } from "./messages.ts";

/** Counts the batches that a server has handed to its storage, from 1; 0 means "none". */
export type PersistSequence = number;

/** One thing that happens to a server. */
export type Input =
  /** The `wakeAt` of the last output has come. Harmless when early. */
  | { readonly kind: "timer" }
  /** A request of another server. `callId` comes back in the {@linkcode OutgoingReply}. */
  | { readonly kind: "request"; readonly callId: number; readonly message: Request }
  /** The answer to a request of this server. */
  | { readonly kind: "reply"; readonly request: OutgoingRequest; readonly message: Reply }
  /** A request of this server got no answer; nobody knows whether it arrived. */
  | { readonly kind: "noReply"; readonly request: OutgoingRequest }
  /** A client's command. The answer stands in {@linkcode Output.proposed}. */
  | { readonly kind: "propose"; readonly command: Uint8Array }
  /** A client wants to read (Raft §8). The answer stands in {@linkcode Output.reads}, later. */
  | { readonly kind: "read"; readonly readId: number }
  /** The state machine has captured everything up to `index` in `data` (Raft §7). */
  | { readonly kind: "compact"; readonly index: LogIndex; readonly data: Uint8Array }
  /** The batch of that sequence, and all before it, are on stable storage. */
  | { readonly kind: "durable"; readonly sequence: PersistSequence }
  /** Hand over leadership (thesis §3.10), to `to` or, if that is undefined, to the most advanced follower. */
  | { readonly kind: "transferLeadership"; readonly to: ServerId | undefined }
  /**
   * With `yes`, keep from leading until told otherwise: a leader steps down, and the server does not stand for election
   * of itself. It still follows and votes (see `abstain.ts`).
   */
  | { readonly kind: "abstain"; readonly yes: boolean };

/** A request to be sent. The same object comes back with its answer. */
export interface OutgoingRequest {
  readonly to: ServerId;
  readonly message: Request;
  /** Must not leave before the batch of this sequence is durable; 0: at once. */
  readonly afterDurable: PersistSequence;
  /** The leader's count of confirmation rounds when this was made (see `read_index.ts`). */
  readonly round: number;
}

/** A reply to be sent. */
export interface OutgoingReply {
  readonly callId: number;
  readonly message: Reply;
  /** Must not leave before the batch of this sequence is durable; 0: at once. */
  readonly afterDurable: PersistSequence;
}

/** Something for the state machine, strictly in order. */
export type Applied =
  | { readonly kind: "entry"; readonly entry: LogEntry }
  /** Replaces the whole state; came from the leader. */
  | { readonly kind: "snapshot"; readonly snapshot: Snapshot };

/**
 * The answer to a read. With `index`: the read is linearizable once the state machine has applied that
 * index. Without: this server cannot serve it, and `leaderId` is its best guess of who can.
 */
export interface ReadState {
  readonly readId: number;
  readonly index: LogIndex | undefined;
  readonly leaderId: ServerId | undefined;
}

/** Where a command went. It is committed if an entry of this `term` is ever applied at this `index`. */
export interface Proposed {
  readonly index: LogIndex;
  readonly term: Term;
}

/** A batch with its place in the order of batches. */
export interface PersistBatch extends DurableBatch {
  readonly sequence: PersistSequence;
}

/**
 * What must be done, **in the order of the fields**:
 *
 * 1. `persist` is handed to storage. It need not be durable before the next step; when it is, the
 *    server gets the input `durable`.
 * 2. `requests` and `replies` are sent, each as soon as the batch named by its `afterDurable` is durable.
 *    A leader's AppendEntries waits for nothing, so its followers write while its own disk does; a vote
 *    or an acknowledgement waits for the batch that makes it true.
 * 3. `apply` and `reads` are handed to the state machine.
 * 4. The server wants the input `timer` at `wakeAt`.
 */
export interface Output {
  readonly persist: PersistBatch | undefined;
  readonly requests: readonly OutgoingRequest[];
  readonly replies: readonly OutgoingReply[];
  readonly apply: readonly Applied[];
  readonly reads: readonly ReadState[];
  readonly wakeAt: Instant;
  /** The answer to `propose`: `undefined` if this server is not the leader, or is handing over. */
  readonly proposed: Proposed | undefined;
}
