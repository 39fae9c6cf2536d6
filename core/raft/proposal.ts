/** Taking new entries into the leader's log (Figure 2, "leaders"). */

import { type EntryKind, logIndex } from "../base/durable.ts";
import { NO_BYTES } from "../base/bytes.ts";
import type { Proposed } from "./io.ts";
import type { RaftState } from "./state.ts";

/**
 * Appends a client's command. Nothing is written or sent yet: everything proposed in the same instant goes into one
 * batch and one request per follower.
 */
export function onPropose(raft: RaftState, command: Uint8Array): Proposed | undefined {
  const { leader } = raft;
  if (leader === undefined || leader.leadershipTransfer !== undefined) return undefined;
  return append(raft, "command", command);
}

/** Opens the leader's term with an empty entry, which commits what came before (Raft §8). */
export function proposeNoOp(raft: RaftState): void {
  append(raft, "noOp", NO_BYTES);
}

function append(raft: RaftState, kind: EntryKind, command: Uint8Array): Proposed {
  const index = logIndex(raft.log.lastIndex + 1);
  raft.writeLog([{ index, term: raft.currentTerm, kind, command }]);
  raft.leading.entriesWaiting = true;
  return { index, term: raft.currentTerm };
}
