/** What goes wrong in replication and commitment (Raft §5.3, §5.4.2). */

import { type LogIndex, logIndex } from "../../core/base/durable.ts";
import type { AppendEntries, Input } from "../../core/raft/mod.ts";
import type { RaftState } from "../../core/raft/state.ts";
import type { Mistake } from "./mistake.ts";

/** Mistakes in replication. */
export const REPLICATION_MISTAKES: readonly Mistake[] = [
  {
    name: "log-not-persisted",
    does: "A server that restarts has forgotten its log.",
    breaks: "log[] is persistent state (Raft Figure 2)",
    labs: ["2C"],
    storage: (storage) => ({
      load: () => ({ ...storage.load(), entries: [] }),
      persist: (batch, onDurable) => storage.persist(batch, onDurable),
    }),
  },
  {
    name: "no-consistency-check",
    does: "A follower does not look whether its entry at prevLogIndex is of prevLogTerm.",
    breaks: "reply false unless the log holds prevLogTerm at prevLogIndex (Raft Figure 2, step 2)",
    labs: ["2B"],
    raft: (state) => ({
      before: (input) =>
        onAppend(input, (message) => {
          const prevLogTerm = state.log.termAt(message.prevLogIndex) ?? message.prevLogTerm;
          return { ...message, prevLogTerm };
        }),
    }),
  },
  {
    name: "obeys-old-leaders",
    does: "A follower accepts AppendEntries also from a leader of an earlier term.",
    breaks: "reply false if term < currentTerm (Raft Figure 2, AppendEntries step 1)",
    labs: ["2B", "2C"],
    raft: (state) => ({
      before: (input) =>
        onAppend(
          input,
          (message) =>
            state.role !== "leader" && message.term < state.currentTerm
              ? { ...message, term: state.currentTerm }
              : message,
        ),
    }),
  },
  {
    name: "heartbeat-is-always-accepted",
    does: "A follower accepts an AppendEntries without entries whatever its own log holds.",
    breaks: "heartbeats are checked like all AppendEntries (Raft Figure 2, step 2)",
    labs: ["2B"],
    raft: (state) => ({
      before: (input) =>
        onAppend(input, (message) => {
          if (message.entries.length > 0) return message;
          const { lastIndex: prevLogIndex, lastTerm: prevLogTerm } = state.log;
          return { ...message, prevLogIndex, prevLogTerm };
        }),
    }),
  },
  {
    name: "truncates-always",
    does: "A follower cuts its log behind prevLogIndex before it appends, conflict or not.",
    breaks: "only an existing entry that conflicts is deleted (Raft Figure 2, step 3)",
    labs: ["2C"],
    raft: (state) => ({
      before: (input) =>
        onAppend(input, (message) => {
          if (message.entries.length > 0 && matches(state, message)) {
            state.writeLog(message.entries);
          }
          return message;
        }),
    }),
  },
  {
    name: "commits-beyond-what-was-sent",
    does:
      "A follower takes over leaderCommit, bounded by its own log rather than by what was checked.",
    breaks: "commitIndex = min(leaderCommit, index of last new entry) (Raft Figure 2, step 5)",
    labs: ["2B"],
    raft: (state) => ({
      before: (input) =>
        onAppend(input, (message) => {
          if (message.term >= state.currentTerm) {
            state.commitTo(logIndex(Math.min(message.leaderCommit, state.log.lastIndex)));
          }
          return message;
        }),
    }),
  },
  {
    name: "applies-uncommitted",
    does: "A follower applies entries as soon as it has them.",
    breaks: "only committed entries are applied (Raft §5.3)",
    labs: ["2B"],
    raft: (state) => ({
      before(input) {
        if (state.role === "follower") state.commitTo(state.log.lastIndex);
        return input;
      },
    }),
  },
  {
    name: "commits-old-terms-by-counting",
    does: "A leader commits an entry of an earlier term because a majority holds it.",
    breaks:
      "only entries of the leader's own term are committed by counting (Raft §5.4.2, Figure 8)",
    labs: ["2C"],
    raft: (state) => ({
      before(input) {
        if (state.role === "leader") state.commitTo(majorityIndex(state, state.durableIndex));
        return input;
      },
    }),
  },
  {
    name: "leader-counts-itself-early",
    does: "A leader counts itself for entries that its own disk does not hold yet.",
    breaks: "the leader's entries count when they are on its own disk (thesis §10.2.1)",
    labs: ["2C"],
    first: "TestStrictChurnWal2C",
    raft: (state) => ({
      before(input) {
        if (state.role !== "leader") return input;
        const index = majorityIndex(state, state.log.lastIndex);
        if (state.log.termAt(index) === state.currentTerm) state.commitTo(index);
        return input;
      },
    }),
  },
  {
    name: "match-index-from-own-log",
    does: "A leader takes an answer as proof of all that it has by now, not of what it had sent.",
    breaks: "matchIndex is prevLogIndex plus the number of entries sent (Raft §5.3)",
    labs: ["2B"],
    raft: (state) => ({
      before(input) {
        if (input.kind !== "reply" || input.message.kind !== "AppendEntriesReply") return input;
        if (!input.message.success || !state.isCurrent(input.request)) return input;
        const progress = state.progressOf(input.request.to);
        progress.matchIndex = state.log.lastIndex;
        progress.nextIndex = logIndex(state.log.lastIndex + 1);
        return input;
      },
    }),
  },
  {
    name: "match-index-goes-back",
    does: "The answer that came last decides what a follower has, also if it was overtaken.",
    breaks: "matchIndex increases monotonically (Raft Figure 2, volatile state on leaders)",
    labs: ["2B", "2C"],
    first: "TestStrictRPCBytesInFlight2B",
    raft: (state) => ({
      after(input, output) {
        if (input.kind !== "reply" || input.message.kind !== "AppendEntriesReply") return output;
        if (!input.message.success || !state.isCurrent(input.request)) return output;
        const { prevLogIndex, entries } = input.request.message as AppendEntries;
        const matched = logIndex(prevLogIndex + entries.length);
        const progress = state.progressOf(input.request.to);
        if (matched >= progress.matchIndex) return output;
        progress.matchIndex = matched;
        progress.nextIndex = logIndex(matched + 1);
        return output;
      },
    }),
  },
  {
    name: "next-index-goes-back",
    does: "A refusal that was overtaken takes the leader back to entries that the follower has.",
    breaks: "nextIndex stays above matchIndex, whatever comes late (Raft §5.3)",
    labs: ["2B", "2C"],
    raft: (state) => ({
      after(input, output) {
        if (input.kind !== "reply" || input.message.kind !== "AppendEntriesReply") return output;
        if (input.message.success || !state.isCurrent(input.request)) return output;
        const progress = state.progressOf(input.request.to);
        const { conflictIndex } = input.message;
        if (conflictIndex < progress.nextIndex) progress.nextIndex = conflictIndex;
        return output;
      },
    }),
  },
  {
    name: "old-replies-not-ignored",
    does: "A leader believes answers to requests that it sent in an earlier term.",
    breaks: "a reply counts in the term of its request (Raft §5.1)",
    labs: ["2C"],
    first: "TestStrictOldReply2C",
    raft(state) {
      Object.defineProperty(state, "isCurrent", { value: () => state.role === "leader" });
      return {};
    },
  },
  {
    name: "acknowledges-before-disk",
    does: "A server answers while its disk is still writing.",
    breaks: "persistent state is on stable storage before the answer leaves (Raft Figure 2)",
    labs: ["2C"],
    first: "TestStrictFigure8SlowDisk2C",
    storage: (storage) => ({
      load: () => storage.load(),
      persist(batch, onDurable) {
        storage.persist(batch, () => {});
        onDurable();
      },
    }),
  },
];

/** Changes an AppendEntries on its way in. */
function onAppend(input: Input, change: (message: AppendEntries) => AppendEntries): Input {
  if (input.kind !== "request" || input.message.kind !== "AppendEntries") return input;
  return { ...input, message: change(input.message) };
}

function matches(state: RaftState, message: AppendEntries): boolean {
  return message.term >= state.currentTerm && message.prevLogIndex >= state.commitIndex &&
    state.log.termAt(message.prevLogIndex) === message.prevLogTerm;
}

/** What a majority holds, if the leader itself holds `own`. */
function majorityIndex(state: RaftState, own: LogIndex): LogIndex {
  const matched: number[] = [own];
  for (const { matchIndex } of state.leading.progress.values()) matched.push(matchIndex);
  matched.sort((a, b) => b - a);
  return logIndex(matched[state.majority - 1]!);
}
