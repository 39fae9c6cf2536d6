/** A follower's patience: what puts off the next election, and what must not (Raft §5.2). */

import type { ServerId } from "../../../core/base/durable.ts";
import { invariant } from "../../../core/base/errors.ts";
import type { Instant } from "../../../core/base/units.ts";
import type { Input, Output } from "../../../core/raft/io.ts";
import type { RaftObserver, RaftView, Role } from "../../../core/raft/view.ts";

/** Watches that a request for a vote that is refused leaves the election timer as it was. */
export class ElectionTimerChecker implements RaftObserver {
  readonly #last = new Map<ServerId, { readonly role: Role; readonly wakeAt: Instant }>();

  onStart(raft: RaftView): void {
    this.#last.delete(raft.id);
  }

  onStep(raft: RaftView, input: Input, output: Output): void {
    const before = this.#last.get(raft.id);
    this.#last.set(raft.id, { role: raft.role, wakeAt: output.wakeAt });
    if (before === undefined || before.role === "leader" || !isRefusedVote(input, output)) return;
    invariant(
      output.wakeAt <= before.wakeAt,
      "ElectionTimer",
      () =>
        `server ${raft.id} refuses a vote in term ${raft.currentTerm} and puts off its own election ` +
        `from ${before.wakeAt.toFixed(3)} ms to ${output.wakeAt.toFixed(3)} ms`,
    );
  }
}

function isRefusedVote(input: Input, output: Output): boolean {
  return input.kind === "request" && input.message.kind === "RequestVote" &&
    output.replies.some(({ message }) =>
      message.kind === "RequestVoteReply" && !message.voteGranted
    );
}
