/** The numbers that several lab tests share, in milliseconds where nothing else is said. */

/**
 * The tests' notion of an election timeout: how long they wait at most for an election. It is not a setting of
 * the servers.
 */
export const ELECTION_TIMEOUT = 1000;

/** How long a test may last, from the creation of its servers, in virtual time. */
export const TEST_DURATION_MAX = 120_000;

/** The bound (exclusive) on the persisted Raft state of a server that makes snapshots, in bytes. */
export const RAFT_STATE_BYTES_MAX = 2000;
