/** What goes wrong with snapshots (Raft §7) and reads (Raft §8). */

import { logIndex } from "../../core/base/durable.ts";
import type { Input, Output } from "../../core/raft/mod.ts";
import type { InstallSnapshot } from "../../core/raft/messages.ts";
import type { RaftState } from "../../core/raft/state.ts";
import type { Mistake } from "./mistake.ts";

/** Mistakes in compaction and in the transfer of snapshots. */
export const SNAPSHOT_MISTAKES: readonly Mistake[] = [
  {
    name: "never-compacts",
    does: "The log keeps its entries although a snapshot stands for them.",
    breaks: "a snapshot replaces the log up to its last included entry (Raft §7)",
    labs: ["2D", "3B"],
    raft: () => ({
      before: (input) => input.kind === "compact" ? { ...input, index: logIndex(0) } : input,
    }),
  },
  {
    name: "snapshot-off-by-one",
    does: "A snapshot is filed under the index before the last entry that it holds.",
    breaks: "lastIncludedIndex is the last entry in the snapshot (Raft §7)",
    labs: ["2D"],
    raft: () => ({
      before: (input) =>
        input.kind === "compact" ? { ...input, index: logIndex(input.index - 1) } : input,
    }),
  },
  {
    name: "compaction-resets-last-applied",
    does: "Taking a snapshot sets lastApplied back to its last included entry.",
    breaks: "lastApplied increases monotonically (Raft Figure 2)",
    labs: ["2D"],
    raft: (state) => ({
      after(input, output) {
        if (input.kind === "compact") state.lastApplied = state.log.lastIncludedIndex;
        return output;
      },
    }),
  },
  {
    name: "accepts-old-snapshots",
    does: "A snapshot that comes late replaces a state that is further.",
    breaks: "a snapshot of what is committed here already changes nothing (Raft §7, Figure 13)",
    labs: ["3B"],
    first: "TestSnapshotRecoverManyClients3B",
    raft: (state) => ({
      before(input) {
        const old = oldSnapshot(state, input);
        if (old !== undefined) state.commitIndex = logIndex(old.lastIncludedIndex - 1);
        return input;
      },
    }),
  },
  {
    name: "restart-forgets-the-snapshot",
    does: "A server that restarts begins to apply at the first entry, not behind its snapshot.",
    breaks: "a restarted server starts from its snapshot (Raft §7)",
    labs: ["2D"],
    raft(state) {
      state.lastApplied = logIndex(0);
      return {};
    },
  },
];

/** A snapshot that a leader sends to a server that needs none. */
function oldSnapshot(state: RaftState, input: Input): InstallSnapshot | undefined {
  if (input.kind !== "request" || input.message.kind !== "InstallSnapshot") return undefined;
  const { message } = input;
  const isOld = message.lastIncludedIndex < state.commitIndex &&
    message.lastIncludedIndex > state.log.lastIncludedIndex;
  return isOld && message.term >= state.currentTerm ? message : undefined;
}

/** Mistakes in reads without log entries. */
export const READ_MISTAKES: readonly Mistake[] = [
  {
    name: "read-without-asking-others",
    does: "A server that takes itself for the leader answers reads at once.",
    breaks: "a leader confirms with a majority that it still leads before it answers (Raft §8)",
    labs: ["3A"],
    raft: (state) => ({
      after: (input, output) =>
        state.role === "leader" ? answersAtOnce(state, input, output) : output,
    }),
  },
  {
    name: "read-confirmed-by-old-answers",
    does: "A leader counts answers that were on their way to it when the read came.",
    breaks: "a leader confirms by heartbeats that it sends after the read has come (Raft §8)",
    labs: ["3A"],
    raft: (state) => ({
      before(input) {
        if (input.kind !== "reply" || state.leader === undefined) return input;
        return { ...input, request: { ...input.request, round: state.leader.round } };
      },
    }),
  },
  {
    name: "read-before-own-term-commits",
    does:
      "A new leader answers reads before it knows which entries of earlier terms are committed.",
    breaks: "a leader must have committed an entry of its own term before it reads (Raft §8)",
    labs: ["3A"],
    first: "TestManyPartitionsManyClients3A",
    raft: (state) => ({
      after: (input, output) =>
        state.role === "leader" && state.log.termAt(state.commitIndex) !== state.currentTerm
          ? answersAtOnce(state, input, output)
          : output,
    }),
  },
];

/** Answers the read that has just come with what is committed here. */
function answersAtOnce(state: RaftState, input: Input, output: Output): Output {
  if (input.kind !== "read") return output;
  const { readId } = input;
  const { reads } = state.leading;
  const waiting = reads.findIndex((read) => read.readId === readId);
  if (waiting >= 0) reads.splice(waiting, 1);
  const answer = { readId, index: state.commitIndex, leaderId: state.id };
  return { ...output, reads: [...output.reads.filter((read) => read.readId !== readId), answer] };
}
