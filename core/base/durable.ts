/**
 * What a Raft server must not lose (Raft Figure 2, "persistent state", and Figure 13): the nouns that
 * the protocol, its storage and its checkers share.
 */

declare const unit: unique symbol;

/** A Raft term, `>= 0`; terms count up and have at most one leader each (Raft §5.1). */
export type Term = number & { readonly [unit]: "term" };

/** A 1-based position in the log (Raft Figure 2); 0 means "before the first entry". */
export type LogIndex = number & { readonly [unit]: "log-index" };

/** A server's number within its cluster, `>= 0`. */
export type ServerId = number & { readonly [unit]: "server-id" };

/** Makes a {@linkcode Term}. */
export function term(value: number): Term {
  return value as Term;
}

/** Makes a {@linkcode LogIndex}. */
export function logIndex(value: number): LogIndex {
  return value as LogIndex;
}

/** Makes a {@linkcode ServerId}. */
export function serverId(value: number): ServerId {
  return value as ServerId;
}

/** What an entry is for. `noOp` is the entry that opens a leader's term (Raft §8). */
export type EntryKind = "command" | "noOp";

/** One entry of the replicated log. The bytes of `command` belong to the log and are never changed. */
export interface LogEntry {
  readonly index: LogIndex;
  /** The term in which a leader received the entry. */
  readonly term: Term;
  readonly kind: EntryKind;
  /** Opaque to Raft. Empty for a `noOp`; a `command` may be empty too. */
  readonly command: Uint8Array;
}

/** The part of the persistent state that is not the log (Raft Figure 2). */
export interface HardState {
  readonly currentTerm: Term;
  /** Who received this server's vote in `currentTerm`, or `undefined` if nobody did. */
  readonly votedFor: ServerId | undefined;
}

/** A state machine's state in place of the log up to `lastIncludedIndex` (Raft §7). */
export interface Snapshot {
  readonly lastIncludedIndex: LogIndex;
  readonly lastIncludedTerm: Term;
  /** The state machine's own bytes; opaque to Raft. */
  readonly data: Uint8Array;
}

/**
 * One write to stable storage: all of it becomes durable, or none of it. The parts take effect in the
 * order of the fields.
 */
export interface DurableBatch {
  /** New term and vote, if one of them changed. */
  readonly hardState?: HardState;
  /**
   * A new snapshot. It replaces the log up to and including `lastIncludedIndex`. Entries behind it stay,
   * unless `discardLog`: then the whole log goes (Figure 13, step 7).
   */
  readonly snapshot?: Snapshot;
  readonly discardLog?: boolean;
  /**
   * Consecutive entries. They replace everything stored at or behind the index of the first one; that
   * index is at most one behind the last stored entry.
   */
  readonly entries?: readonly LogEntry[];
}

/** What storage holds when a server starts. */
export interface Recovered {
  /** `undefined` on the very first start. */
  readonly hardState: HardState | undefined;
  readonly snapshot: Snapshot | undefined;
  /** The entries behind the snapshot, consecutive. */
  readonly entries: readonly LogEntry[];
}
