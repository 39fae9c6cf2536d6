/** How large the servers' persisted data may become. */

import { TestFailure } from "../lab_test.ts";
import type { KvConfig } from "../services/kv_config.ts";

/** The persisted Raft state may exceed the size at which servers should take a snapshot by this factor. */
const LOG_FACTOR = 8;

/**
 * Checks that no server's log has grown far beyond `maxRaftState`.
 *
 * @throws {TestFailure} If one has.
 */
export function checkLogSize({ cluster }: KvConfig, maxRaftState: number): void {
  const size = cluster.logSize();
  const max = LOG_FACTOR * maxRaftState;
  if (size > max) {
    throw new TestFailure(`logs were not trimmed (${size} > ${LOG_FACTOR}*${maxRaftState})`);
  }
}

/**
 * Checks that no server has taken a snapshot.
 *
 * @throws {TestFailure} If one has.
 */
export function checkNoSnapshot({ cluster }: KvConfig): void {
  const size = cluster.snapshotSize();
  if (size > 0) {
    throw new TestFailure(
      `snapshot too large (${size}), should not be used when maxraftstate = -1`,
    );
  }
}

/**
 * Checks that no server's snapshot has more than `max` bytes.
 *
 * @throws {TestFailure} If one has.
 */
export function checkSnapshotSize({ cluster }: KvConfig, max: number): void {
  const size = cluster.snapshotSize();
  if (size > max) throw new TestFailure(`snapshot too large (${size} > ${max})`);
}
