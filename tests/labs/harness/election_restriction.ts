/** The election restriction: a server votes for nobody whose log is less up-to-date than its own (Raft §5.4.1). */

import { invariant } from "../../../core/base/errors.ts";
import type { Input, Output } from "../../../core/raft/io.ts";
import type { RaftObserver, RaftView } from "../../../core/raft/view.ts";

/** Compares the logs of the voter and the candidate at every vote, and at every promise of one. */
export class ElectionRestriction implements RaftObserver {
  onStart(): void {}

  onStep({ id, log }: RaftView, input: Input, output: Output): void {
    if (input.kind !== "request" || input.message.kind !== "RequestVote") return;
    const isGranted = output.replies.some(({ message }) =>
      message.kind === "RequestVoteReply" && message.voteGranted
    );
    if (!isGranted) return;
    const { candidateId, lastLogIndex, lastLogTerm } = input.message;
    invariant(
      lastLogTerm > log.lastTerm || lastLogTerm === log.lastTerm && lastLogIndex >= log.lastIndex,
      "ElectionRestriction",
      () =>
        `server ${id} votes for server ${candidateId}, whose log ends with entry ${lastLogIndex} of ` +
        `term ${lastLogTerm}; its own ends with entry ${log.lastIndex} of term ${log.lastTerm}`,
    );
  }
}
