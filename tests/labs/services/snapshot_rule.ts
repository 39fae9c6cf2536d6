/** When the servers of a service take snapshots: as they were told, or never. */

import type { RaftObserver } from "../../../core/raft/view.ts";
import { NoSnapshots } from "./no_snapshots.ts";
import type { Site } from "./site.ts";
import { SnapshotDuty } from "./snapshot_duty.ts";

/** Makes what watches one life of a server that takes snapshots at `maxRaftState` bytes; `undefined`: never. */
export function snapshotRule(
  maxRaftState: number | undefined,
  { raftStateBytes }: Pick<Site, "raftStateBytes">,
): RaftObserver {
  return maxRaftState === undefined
    ? new NoSnapshots()
    : new SnapshotDuty(maxRaftState, raftStateBytes);
}
