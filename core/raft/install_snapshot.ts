/** The follower's side of a snapshot transfer (Figure 13, InstallSnapshot RPC; Raft §7). */

import type { Snapshot } from "../base/durable.ts";
import { followLeader } from "./follow_leader.ts";
import type { InstallSnapshot } from "./messages.ts";
import type { IncomingSnapshot, RaftState } from "./state.ts";

/** Takes a piece; with the last one, replaces the state machine's state. */
export function onInstallSnapshot(raft: RaftState, callId: number, message: InstallSnapshot): void {
  if (!followLeader(raft, message.term, message.leaderId)) return reply(raft, callId, 0, false);
  // What is committed here needs no snapshot. The leader must hear that, or it would send it for ever.
  if (message.lastIncludedIndex <= raft.commitIndex) return reply(raft, callId, 0, true);
  const incoming = incomingFor(raft, message);
  if (message.offset !== incoming.bytesStored) {
    return reply(raft, callId, incoming.bytesStored, false);
  }
  incoming.pieces.push(message.data);
  incoming.bytesStored += message.data.length;
  if (message.done) install(raft, incoming);
  reply(raft, callId, incoming.bytesStored, message.done);
}

/** The transfer that the piece belongs to; a piece of another one starts over. */
function incomingFor(raft: RaftState, message: InstallSnapshot): IncomingSnapshot {
  const { incomingSnapshot: incoming } = raft;
  const belongs = incoming?.term === message.term &&
    incoming.lastIncludedIndex === message.lastIncludedIndex &&
    incoming.lastIncludedTerm === message.lastIncludedTerm;
  if (belongs) return incoming;
  raft.incomingSnapshot = {
    term: message.term,
    lastIncludedIndex: message.lastIncludedIndex,
    lastIncludedTerm: message.lastIncludedTerm,
    pieces: [],
    bytesStored: 0,
  };
  return raft.incomingSnapshot;
}

/** Steps 5 to 8: everything that the snapshot covers is replaced; entries behind it stay if they match. */
function install(raft: RaftState, incoming: IncomingSnapshot): void {
  const snapshot: Snapshot = {
    lastIncludedIndex: incoming.lastIncludedIndex,
    lastIncludedTerm: incoming.lastIncludedTerm,
    data: join(incoming),
  };
  raft.incomingSnapshot = undefined;
  const keptLog = raft.log.compact(snapshot);
  raft.durability.snapshotChanged(snapshot, !keptLog);
  raft.commitIndex = snapshot.lastIncludedIndex;
  raft.lastApplied = snapshot.lastIncludedIndex;
  raft.applied.push({ kind: "snapshot", snapshot });
  raft.trace("snapshot", "installs", { lastIncludedIndex: snapshot.lastIncludedIndex, keptLog });
}

function join(incoming: IncomingSnapshot): Uint8Array {
  if (incoming.pieces.length === 1) return incoming.pieces[0]!;
  const data = new Uint8Array(incoming.bytesStored);
  let offset = 0;
  for (const piece of incoming.pieces) {
    data.set(piece, offset);
    offset += piece.length;
  }
  return data;
}

function reply(raft: RaftState, callId: number, bytesStored: number, installed: boolean): void {
  raft.reply(callId, {
    kind: "InstallSnapshotReply",
    term: raft.currentTerm,
    bytesStored,
    installed,
  });
}
