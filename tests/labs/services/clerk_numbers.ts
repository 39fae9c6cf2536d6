/**
 * A clerk that sends a command again keeps its number, or servers could not tell that they have carried it out (Raft §8).
 * A clerk does one thing at a time, so what it sends while its last command is not answered is that command again.
 */

import { equalBytes } from "../../../core/base/bytes.ts";
import type { ServerId } from "../../../core/base/durable.ts";
import { invariant } from "../../../core/base/errors.ts";
import { type ClerkRequest, decodeClerkReply } from "../../../core/rsm/messages.ts";
import { clerkRequestOf } from "./execution_watch.ts";

type Command = Extract<ClerkRequest, { kind: "command" }>;

/** Calls servers, whatever they are called. */
interface Way<Name> {
  call(
    to: Name,
    service: string,
    request: Uint8Array,
    onReply: (reply: Uint8Array | undefined) => void,
  ): void;
}

/** The way of one clerk to its servers. */
export class ClerkNumbers<Name = ServerId> implements Way<Name> {
  readonly #way: Way<Name>;
  readonly #isOver: (reply: Uint8Array) => boolean;
  /** The last command, while it has no answer. */
  #unanswered: Command | undefined;

  /** Looks at what goes through to `way`. `isOver` says whether the clerk does not ask again behind a reply. */
  constructor(way: Way<Name>, isOver: (reply: Uint8Array) => boolean = isOverReply) {
    this.#way = way;
    this.#isOver = isOver;
  }

  /** @throws {InvariantError} If a command that has no answer is sent under another number. */
  call(
    to: Name,
    service: string,
    request: Uint8Array,
    onReply: (reply: Uint8Array | undefined) => void,
  ): void {
    const sent = clerkRequestOf(request);
    if (sent?.kind !== "command") return this.#way.call(to, service, request, onReply);
    this.#check(sent);
    this.#unanswered = sent;
    this.#way.call(to, service, request, (reply) => {
      if (reply !== undefined && this.#isOver(reply)) this.#onAnswered(sent);
      onReply(reply);
    });
  }

  #check({ clientId, sequence, command }: Command): void {
    const before = this.#unanswered;
    if (before === undefined) return;
    invariant(
      sequence === before.sequence || !equalBytes(command, before.command),
      "ClerkKeepsNumber",
      () =>
        `client ${clientId} sends a command as number ${sequence}; it has sent the same command as ` +
        `number ${before.sequence}, and has had no answer to that`,
    );
  }

  #onAnswered({ sequence }: Command): void {
    if (this.#unanswered?.sequence === sequence) this.#unanswered = undefined;
  }
}

/** Behind any other reply a clerk asks again. */
export function isOverReply(reply: Uint8Array): boolean {
  const { kind } = decodeClerkReply(reply);
  return kind === "done" || kind === "expired";
}
