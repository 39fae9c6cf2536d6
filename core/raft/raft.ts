/**
 * A Raft server: one input in, one output out. It does no I/O, reads no clock and never waits; the same inputs
 * give the same outputs. This file only dispatches; each handler has a file of its own.
 */

import type { Instant } from "../base/units.ts";
import { onAbstain } from "./abstain.ts";
import { onAppendEntries } from "./append_entries.ts";
import { onAppendEntriesReply, onNoAppendReply } from "./append_entries_reply.ts";
import { maybeAdvanceCommit } from "./commit.ts";
import { onCompact } from "./compaction.ts";
import { maybeWin, onRequestVoteReply, onTimeoutNow } from "./election.ts";
import { onInstallSnapshot } from "./install_snapshot.ts";
import { onInstallSnapshotReply, onNoSnapshotReply } from "./install_snapshot_reply.ts";
import { checkInvariants } from "./invariants.ts";
import type { Input, OutgoingRequest, Output, Proposed } from "./io.ts";
import { onTransferLeadership } from "./leadership_transfer.ts";
import type { Reply, Request } from "./messages.ts";
import { onPropose } from "./proposal.ts";
import { onRead } from "./read_index.ts";
import { onRequestVote } from "./request_vote.ts";
import { becomeFollower } from "./roles.ts";
import { type RaftSetup, RaftState } from "./state.ts";
import { flush, onTimer, wakeAt } from "./timer.ts";
import type { RaftView } from "./view.ts";

/**
 * The state machine of the paper.
 *
 * @example
 * ```ts
 * import { Raft, SERVER_OPTIONS } from "./mod.ts";
 * import { serverId } from "../base/durable.ts";
 * import { SeededRandom } from "../base/random.ts";
 * import { instant } from "../base/units.ts";
 * import assert from "node:assert/strict";
 *
 * const raft = new Raft({
 *   id: serverId(0),
 *   servers: [serverId(0)],
 *   options: SERVER_OPTIONS,
 *   random: new SeededRandom(1n),
 *   recovered: { hardState: undefined, snapshot: undefined, entries: [] },
 * }, instant(0));
 * const output = raft.step({ kind: "timer" }, raft.wakeAt);
 * assert.equal(output.persist?.hardState?.currentTerm, 1);
 * raft.step({ kind: "durable", sequence: 1 }, raft.wakeAt);
 * assert.equal(raft.view.role, "leader"); // A cluster of one elects itself.
 * ```
 */
export class Raft {
  readonly #state: RaftState;

  /** Starts from what storage holds. The first thing to do is to wait until {@linkcode wakeAt}. */
  constructor(setup: RaftSetup, now: Instant) {
    this.#state = new RaftState(setup, now);
  }

  /** The state, for observers. */
  get view(): RaftView {
    return this.#state;
  }

  /** When the server wants the input `timer`, as of the last step. */
  get wakeAt(): Instant {
    return wakeAt(this.#state);
  }

  /** Turns `input` into what must be done. `now` never goes back. */
  step(input: Input, now: Instant): Output {
    const raft = this.#state;
    raft.now = now;
    const proposed = this.#dispatch(input);
    // Commands and reads of one instant are sent together, when the timer comes at once.
    if (input.kind !== "propose" && input.kind !== "read") flush(raft);
    raft.applyCommitted();
    checkInvariants(raft);
    return this.#takeOutput(input, proposed);
  }

  #dispatch(input: Input): Proposed | undefined {
    const raft = this.#state;
    switch (input.kind) {
      case "timer":
        onTimer(raft);
        return undefined;
      case "request":
        onRequest(raft, input.callId, input.message);
        return undefined;
      case "reply":
        onReply(raft, input.request, input.message);
        return undefined;
      case "noReply":
        onNoReply(raft, input.request);
        return undefined;
      case "propose":
        return onPropose(raft, input.command);
      case "read":
        onRead(raft, input.readId);
        return undefined;
      case "compact":
        onCompact(raft, input.index, input.data);
        return undefined;
      case "durable":
        raft.durability.onDurable(input.sequence);
        if (raft.role === "leader") maybeAdvanceCommit(raft);
        else if (raft.role === "candidate") maybeWin(raft);
        return undefined;
      case "transferLeadership":
        onTransferLeadership(raft, input.to);
        return undefined;
      case "abstain":
        onAbstain(raft, input.yes);
        return undefined;
    }
  }

  #takeOutput(input: Input, proposed: Proposed | undefined): Output {
    const raft = this.#state;
    const { durability } = raft;
    const persist = input.kind === "propose" ? undefined : durability.takeBatch(raft, raft.log);
    const last = durability.sequence > durability.durableSequence ? durability.sequence : 0;
    const output: Output = {
      persist,
      requests: raft.requests.map(({ to, message, waits, round }) => ({
        to,
        message,
        afterDurable: waits ? last : 0,
        round,
      })),
      replies: raft.replies.map(({ callId, message }) => ({ callId, message, afterDurable: last })),
      apply: raft.applied,
      reads: raft.reads,
      wakeAt: wakeAt(raft),
      proposed,
    };
    raft.requests = [];
    raft.replies = [];
    raft.applied = [];
    raft.reads = [];
    return output;
  }
}

/** Somebody who is no other server of the cluster gets no answer: whatever it says, it is not to us. */
function onRequest(raft: RaftState, callId: number, message: Request): void {
  const sender = message.kind === "RequestVote" ? message.candidateId : message.leaderId;
  if (!raft.peers.includes(sender)) return raft.trace("drop", "ignores a stranger", { sender });
  switch (message.kind) {
    case "RequestVote":
      return onRequestVote(raft, callId, message);
    case "AppendEntries":
      return onAppendEntries(raft, callId, message);
    case "InstallSnapshot":
      return onInstallSnapshot(raft, callId, message);
    case "TimeoutNow":
      return onTimeoutNow(raft, callId, message);
  }
}

/** A reply of another kind than the request's is a peer's mistake, and says nothing. */
function onReply(raft: RaftState, request: OutgoingRequest, reply: Reply): void {
  const sent = request.message;
  if (sent.kind === "RequestVote" && reply.kind === "RequestVoteReply") {
    onRequestVoteReply(raft, request, sent, reply);
  } else if (sent.kind === "AppendEntries" && reply.kind === "AppendEntriesReply") {
    onAppendEntriesReply(raft, request, sent, reply);
  } else if (sent.kind === "InstallSnapshot" && reply.kind === "InstallSnapshotReply") {
    onInstallSnapshotReply(raft, request, sent, reply);
  } else if (sent.kind === "TimeoutNow" && reply.kind === "TimeoutNowReply") {
    if (reply.term > raft.currentTerm) becomeFollower(raft, reply.term, undefined);
  } else {
    raft.trace("drop", "ignores a reply of the wrong kind", {
      request: sent.kind,
      reply: reply.kind,
    });
  }
}

function onNoReply(raft: RaftState, request: OutgoingRequest): void {
  switch (request.message.kind) {
    case "AppendEntries":
      return onNoAppendReply(raft, request);
    case "InstallSnapshot":
      return onNoSnapshotReply(raft, request);
    case "RequestVote":
    case "TimeoutNow":
      // The next election timeout, or the end of the transfer, looks after these.
      return;
  }
}
