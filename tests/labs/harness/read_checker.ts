/**
 * How a leader answers reads without writing to its log (Raft §8): it has committed an entry of its own term, and a
 * majority has answered what it has sent since the read came. An answer to something older proves nothing: it may have
 * been on its way when another server became leader.
 */

import type { ServerId } from "../../../core/base/durable.ts";
import { invariant } from "../../../core/base/errors.ts";
import type { Input, OutgoingRequest, Output } from "../../../core/raft/io.ts";
import type { RaftObserver, RaftView } from "../../../core/raft/view.ts";

/** What a server is asked, says and hears. Times are counts of what has happened to it. */
class Listener {
  time = 0;
  /** When each read came that is not answered yet. */
  readonly asked = new Map<number, number>();
  /** When each request was sent; of those only that were sent while there were reads. */
  readonly sent = new Map<OutgoingRequest, number>();
  /** When the newest request was sent that each of the others has answered in the present term. */
  readonly heard = new Map<ServerId, number>();
}

/** Listens to what a leader sends, and to the answers, between a read and its own answer. */
export class ReadChecker implements RaftObserver {
  readonly #listeners = new Map<ServerId, Listener>();

  onStart(raft: RaftView): void {
    this.#listeners.set(raft.id, new Listener());
  }

  onStep(raft: RaftView, input: Input, output: Output): void {
    const listener = this.#listeners.get(raft.id);
    if (listener === undefined) return;
    const { asked, sent, heard } = listener;
    if (input.kind === "read") asked.set(input.readId, ++listener.time);
    else if (input.kind === "reply" && input.message.term === raft.currentTerm) {
      const { request } = input;
      heard.set(request.to, Math.max(sent.get(request) ?? 0, heard.get(request.to) ?? 0));
    }
    if (asked.size === 0) return;
    for (const request of output.requests) sent.set(request, ++listener.time);
    for (const { readId, index } of output.reads) {
      const since = asked.get(readId);
      asked.delete(readId);
      if (index !== undefined && since !== undefined) check(raft, listener, since);
    }
    if (asked.size === 0) sent.clear();
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
      `${count}, itself included, have answered what it has sent since the read came`,
  );
}
