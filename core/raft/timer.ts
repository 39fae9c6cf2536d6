/** What happens because time passes, and when that is next. */

import { waitForOthers } from "./abstain.ts";
import { checkQuorum, quorumDeadline } from "./check_quorum.ts";
import { onElectionTimeout } from "./election.ts";
import { expireTransfer } from "./leadership_transfer.ts";
import { broadcastRound, completeReads } from "./read_index.ts";
import { broadcastEntries, sendDue } from "./replication.ts";
import type { RaftState } from "./state.ts";
import { earlier, type Instant } from "../base/units.ts";

/** Does what is due now; nothing, if the timer was early. */
export function onTimer(raft: RaftState): void {
  if (raft.role !== "leader") {
    if (raft.now < raft.electionDeadline) return;
    if (raft.abstains) waitForOthers(raft);
    else onElectionTimeout(raft);
    return;
  }
  checkQuorum(raft);
  if (raft.role !== "leader") return;
  expireTransfer(raft);
  sendDue(raft);
}

/** Sends what earlier steps of this instant have left to be sent together. */
export function flush(raft: RaftState): void {
  const { leader } = raft;
  if (leader === undefined) return;
  if (leader.roundWaiting) {
    leader.roundWaiting = false;
    leader.entriesWaiting = false;
    broadcastRound(raft);
    completeReads(raft);
  } else if (leader.entriesWaiting) {
    leader.entriesWaiting = false;
    broadcastEntries(raft);
  }
}

/** When the server wants to be woken. */
export function wakeAt(raft: RaftState): Instant {
  const { leader } = raft;
  if (leader === undefined) return raft.electionDeadline;
  if (leader.entriesWaiting || leader.roundWaiting) return raft.now;
  let due = quorumDeadline(raft);
  for (const { heartbeatDue } of leader.progress.values()) due = earlier(due, heartbeatDue);
  if (leader.commitNoticeDue !== undefined) due = earlier(due, leader.commitNoticeDue);
  if (leader.leadershipTransfer !== undefined) {
    due = earlier(due, leader.leadershipTransfer.deadline);
  }
  return due;
}
