/**
 * How a leader answers reads without writing to its log (Raft §8): it has committed an entry of its own term, and a
 * majority has answered it since the read came.
 */

import type { ServerId } from "../../../core/base/durable.ts";
import { invariant } from "../../../core/base/errors.ts";
import type { Input, Output } from "../../../core/raft/io.ts";
import type { RaftObserver, RaftView } from "../../../core/raft/view.ts";

/** What a server has heard, and is asked. Times are counts of what has happened to it. */
class Listener {
  time = 0;
  /** When each of the others has last answered in the present term. */
  readonly heard = new Map<ServerId, number>();
  /** When each read came that is not answered yet. */
  readonly asked = new Map<number, number>();
}

/** Listens to the answers that come between a read and its own answer. */
export class ReadChecker implements RaftObserver {
  readonly #listeners = new Map<ServerId, Listener>();

  onStart(raft: RaftView): void {
    this.#listeners.set(raft.id, new Listener());
  }

  onStep(raft: RaftView, input: Input, output: Output): void {
    const listener = this.#listeners.get(raft.id);
    if (listener === undefined) return;
    if (input.kind === "read") listener.asked.set(input.readId, ++listener.time);
    else if (input.kind === "reply" && input.message.term === raft.currentTerm) {
      listener.heard.set(input.request.to, ++listener.time);
    }
    if (output.reads.length === 0) return;
    for (const { readId, index } of output.reads) {
      const since = listener.asked.get(readId);
      listener.asked.delete(readId);
      if (index !== undefined && since !== undefined) check(raft, listener, since);
    }
  }
}

function check(raft: RaftView, { heard }: Listener, since: number): void {
  const { id, currentTerm, commitIndex, servers } = raft;
  const committed = raft.log.termAt(commitIndex);
  invariant(
    committed === currentTerm,
    "ReadsInOwnTerm",
    () =>
      `server ${id} leads term ${currentTerm} and answers a read, but all that it knows to be ` +
      `committed ends with entry ${commitIndex} of term ${committed}`,
  );
  let count = 1;
  for (const time of heard.values()) if (time > since) count++;
  invariant(
    count > servers.length / 2,
    "ReadsAreConfirmed",
    () =>
      `server ${id} answers a read as leader of term ${currentTerm}; of ${servers.length} servers ` +
      `${count}, itself included, took it for the leader since the read came`,
  );
}
