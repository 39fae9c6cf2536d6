/** The settings of a Raft server, for the labs and for real servers. */

import { type Millis, ms } from "../base/units.ts";

/** How a server behaves. All servers of a cluster should use the same. */
export interface RaftOptions {
  /** How often a leader reassures a follower to which it has nothing else to send (Raft §5.2). */
  readonly heartbeatInterval: Millis;
  /** An election timeout is drawn afresh from `[electionTimeoutMin, electionTimeoutMax]` at each reset (Raft §5.2). */
  readonly electionTimeoutMin: Millis;
  readonly electionTimeoutMax: Millis;
  /** Ask whether an election could be won before starting a term for it (thesis §9.6). */
  readonly preVote: boolean;
  /**
   * A leader that does not hear from a majority for an election timeout steps down (thesis §6.2), and a
   * server that hears from a leader refuses to vote for another (thesis §4.2.3).
   */
  readonly checkQuorum: boolean;
  /** A new leader opens its term with an empty entry (Raft §8), so that it can commit and read at once. */
  readonly noOpOnElection: boolean;
  /** Bounds of one AppendEntries; a single entry goes out however large it is. */
  readonly appendEntriesMax: number;
  readonly appendBytesMax: number;
  /** How many AppendEntries may be on their way to one follower without an answer. */
  readonly inflightMax: number;
  /**
   * How long a leader waits for new entries to carry the news of a commit before it sends the news by
   * itself. It bounds how far an idle cluster's followers lag, and halves the requests of a busy one.
   */
  readonly commitNoticeDelay: Millis;
  /** The size of the pieces in which a snapshot travels. */
  readonly snapshotChunkBytes: number;
}

/**
 * What the labs run with: their tests count indexes and requests, so a term opens without an entry of
 * its own, and isolated servers raise their terms as the scenarios expect.
 */
export const LAB_OPTIONS: RaftOptions = {
  heartbeatInterval: ms(120),
  electionTimeoutMin: ms(300),
  electionTimeoutMax: ms(600),
  preVote: false,
  checkQuorum: false,
  noOpOnElection: false,
  appendEntriesMax: 512,
  appendBytesMax: 64 * 1024,
  inflightMax: 1,
  commitNoticeDelay: ms(10),
  snapshotChunkBytes: Number.MAX_SAFE_INTEGER,
};

/** What a real server runs with. */
export const SERVER_OPTIONS: RaftOptions = {
  heartbeatInterval: ms(50),
  electionTimeoutMin: ms(300),
  electionTimeoutMax: ms(600),
  preVote: true,
  checkQuorum: true,
  noOpOnElection: true,
  appendEntriesMax: 4096,
  appendBytesMax: 1024 * 1024,
  inflightMax: 64,
  commitNoticeDelay: ms(5),
  snapshotChunkBytes: 1024 * 1024,
};

/**
 * Says whether a server can run with these settings.
 *
 * @throws {RangeError} Naming the setting that it cannot run with.
 */
export function checkOptions(options: RaftOptions): void {
  const { heartbeatInterval, electionTimeoutMin, electionTimeoutMax } = options;
  if (!(heartbeatInterval < electionTimeoutMin && electionTimeoutMin <= electionTimeoutMax)) {
    throw new RangeError(
      "heartbeatInterval < electionTimeoutMin <= electionTimeoutMax must hold: current values are " +
        `${heartbeatInterval}, ${electionTimeoutMin}, ${electionTimeoutMax} ms`,
    );
  }
  const { appendEntriesMax, appendBytesMax, inflightMax, snapshotChunkBytes } = options;
  const limits = { appendEntriesMax, appendBytesMax, inflightMax, snapshotChunkBytes };
  for (const [name, value] of Object.entries(limits)) {
    if (!(value >= 1)) {
      throw new RangeError(`${name} must be at least 1: current value is ${value}`);
    }
  }
}
