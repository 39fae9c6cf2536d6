/** Which clients' requests are in the log and have no outcome yet, so that a repeated one is not proposed again. */

import { type ClerkRequest, encodeClerkReply } from "./messages.ts";

type Reply = (reply: Uint8Array) => void;

/** How many arrivals of one request wait for its outcome. When another comes, the oldest is told that it is unknown. */
const REPLIES_MAX = 4;

/** One request that waits, and all who sent it. */
interface Pending {
  readonly session: number;
  /** 0 for the opening of a session. */
  readonly sequence: number;
  readonly replies: Reply[];
}

/**
 * The newest request of each client that has one pending. A replica gives up what waits when it loses leadership, so
 * all of this is of the present term.
 */
export class PendingCommands {
  readonly #pending = new Map<number, Pending>();

  /** Lets `reply` have the outcome of the same request, if that is pending. */
  join(request: ClerkRequest, reply: Reply): boolean {
    if (request.kind !== "open" && request.kind !== "command") return false;
    const { session, sequence } = numbersOf(request);
    const pending = this.#pending.get(request.clientId);
    if (pending?.sequence !== sequence || pending.session !== session) return false;
    pending.replies.push(reply);
    if (pending.replies.length > REPLIES_MAX) {
      pending.replies.shift()!(encodeClerkReply({ kind: "unknown", leaderId: undefined }));
    }
    return true;
  }

  /** Remembers a request that is about to be proposed. What is returned is to be called with its outcome. */
  add(request: ClerkRequest, reply: Reply): Reply {
    if (request.kind !== "open" && request.kind !== "command") return reply;
    const { clientId } = request;
    const pending: Pending = { ...numbersOf(request), replies: [reply] };
    this.#pending.set(clientId, pending);
    return (outcome) => {
      if (this.#pending.get(clientId) === pending) this.#pending.delete(clientId);
      for (const waiting of pending.replies) waiting(outcome);
    };
  }
}

function numbersOf(
  request: Extract<ClerkRequest, { kind: "open" | "command" }>,
): { readonly session: number; readonly sequence: number } {
  return request.kind === "open" ? { session: 0, sequence: 0 } : request;
}
