/** What goes wrong in elections (Raft §5.1, §5.2, §5.4.1). */

import { logIndex, term as asTerm } from "../../core/base/durable.ts";
import { after } from "../../core/base/units.ts";
import type { Input, RequestVote } from "../../core/raft/mod.ts";
import type { Mistake } from "./mistake.ts";

const FAR = Number.MAX_SAFE_INTEGER;

/** Mistakes in elections. */
export const ELECTION_MISTAKES: readonly Mistake[] = [
  {
    name: "vote-not-persisted",
    does: "A server that restarts has forgotten whom it voted for.",
    breaks: "votedFor is persistent state (Raft Figure 2)",
    labs: ["2C"],
    storage: (storage) => ({
      load: () => storage.load(),
      persist({ hardState, ...rest }, onDurable) {
        const forgotten = hardState && { hardState: { ...hardState, votedFor: undefined } };
        storage.persist({ ...rest, ...forgotten }, onDurable);
      },
    }),
  },
  {
    name: "term-not-persisted",
    does: "A server that restarts has forgotten its term and its vote.",
    breaks: "currentTerm is persistent state (Raft Figure 2)",
    labs: ["2C"],
    storage: (storage) => ({
      load: () => storage.load(),
      persist({ hardState: _, ...rest }, onDurable) {
        storage.persist(rest, onDurable);
      },
    }),
  },
  {
    name: "votes-twice",
    does: "A server votes for every candidate that asks, even in one and the same term.",
    breaks: "at most one vote in a term (Raft §5.2)",
    labs: ["2A"],
    raft: (state) => ({
      before: (input) =>
        onVoteRequest(input, (message) => {
          if (message.term === state.currentTerm && state.role === "follower") {
            state.votedFor = undefined;
          }
          return message;
        }),
    }),
  },
  {
    name: "no-election-restriction",
    does: "A server votes without looking at the candidate's log.",
    breaks: "the candidate's log must be at least as up-to-date as the voter's (Raft §5.4.1)",
    labs: ["2B"],
    raft: () => ({
      before: (input) =>
        onVoteRequest(input, (message) => ({
          ...message,
          lastLogTerm: asTerm(FAR),
          lastLogIndex: logIndex(FAR),
        })),
    }),
  },
  {
    name: "restriction-by-length",
    does: "Of two logs the longer one counts as more up-to-date, whatever their last terms are.",
    breaks: "the later last term wins; length decides only between equal terms (Raft §5.4.1)",
    labs: ["2B"],
    raft: (state) => ({
      before: (input) =>
        onVoteRequest(input, (message) => ({ ...message, lastLogTerm: state.log.lastTerm })),
    }),
  },
  {
    name: "restriction-by-term",
    does: "Of two logs that end in the same term the shorter one counts as up-to-date too.",
    breaks: "between equal last terms the longer log is more up-to-date (Raft §5.4.1)",
    labs: ["2B"],
    raft: () => ({
      before: (input) =>
        onVoteRequest(input, (message) => ({ ...message, lastLogIndex: logIndex(FAR) })),
    }),
  },
  {
    name: "half-is-enough",
    does: "Half of the servers, rounded down, count as a majority.",
    breaks: "a majority is more than half (Raft §5.2)",
    labs: ["2A"],
    raft(state) {
      const half = Math.max(1, Math.floor(state.servers.length / 2));
      Object.defineProperty(state, "majority", { value: half });
      return {};
    },
  },
  {
    name: "fixed-election-timeout",
    does: "All servers wait equally long before they stand for election.",
    breaks: "election timeouts are drawn at random, so that votes are rarely split (Raft §5.2)",
    labs: ["2A"],
    raft(state) {
      const reset = () => {
        state.electionDeadline = after(state.now, state.options.electionTimeoutMin);
      };
      Object.defineProperty(state, "resetElectionTimer", { value: reset });
      reset();
      return {};
    },
  },
  {
    name: "timer-reset-by-any-request",
    does: "Every request puts off the next election, also that of a candidate who gets no vote.",
    breaks: "only the leader's requests and votes that are granted reset the timer (Raft §5.2)",
    labs: ["2A"],
    raft: (state) => ({
      after(input, output) {
        if (input.kind !== "request" || state.role === "leader") return output;
        state.resetElectionTimer();
        return { ...output, wakeAt: state.electionDeadline };
      },
    }),
  },
  {
    name: "counts-old-votes",
    does: "A candidate counts votes that were meant for its candidacy of an earlier term.",
    breaks: "replies of older terms are ignored (Raft §5.1)",
    labs: ["2C"],
    first: "TestFigure8Unreliable2C",
    raft: (state) => ({
      before(input) {
        if (input.kind !== "reply" || input.message.kind !== "RequestVoteReply") return input;
        const asked = input.request.message as RequestVote;
        if (asked.term >= state.currentTerm || asked.preVote) return input;
        const message = { ...asked, term: state.currentTerm };
        return {
          kind: "reply",
          request: { ...input.request, message },
          message: { ...input.message, term: state.currentTerm },
        };
      },
    }),
  },
];

/** Changes a request for a vote on its way in. */
function onVoteRequest(input: Input, change: (message: RequestVote) => RequestVote): Input {
  if (input.kind !== "request" || input.message.kind !== "RequestVote") return input;
  return { ...input, message: change(input.message) };
}
