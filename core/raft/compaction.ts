/** Compaction by the server's own state machine (Raft §7). */

import type { LogIndex, Snapshot } from "../base/durable.ts";
import { invariant } from "../base/errors.ts";
import type { RaftState } from "./state.ts";

/** Puts the state machine's snapshot in place of the log up to `index`; an outdated one is ignored. */
export function onCompact(raft: RaftState, index: LogIndex, data: Uint8Array): void {
  if (index <= raft.log.lastIncludedIndex) return;
  invariant(
    index <= raft.lastApplied,
    "SnapshotOfApplied",
    () => `a snapshot of ${index} was taken, only ${raft.lastApplied} is applied`,
  );
  const lastIncludedTerm = raft.log.termAt(index);
  invariant(lastIncludedTerm !== undefined, "SnapshotOfApplied", () => `no term at ${index}`);
  const snapshot: Snapshot = { lastIncludedIndex: index, lastIncludedTerm, data };
  raft.log.compact(snapshot);
  raft.durability.snapshotChanged(snapshot, false);
  raft.trace("snapshot", "compacts", { lastIncludedIndex: index });
}
