/** One client: its requests become flights, and the results of flights become its replies. */

import type { ReplyWriter, RespClient, RespRequest, RespSession } from "../../host/resp/mod.ts";
import type { Batches } from "./batches.ts";
import type { ClientState } from "./client_state.ts";
import type { LocalCommand, RedisCommand } from "./commands/command.ts";
import { findCommand, isArityRight, unknownCommand } from "./commands/command_table.ts";
import { upperCase } from "./commands/words.ts";
import type { FlightOutcome } from "./flight.ts";
import { Draft, isCarriedOut, messageOf, type Plan, writeReply } from "./plan.ts";
import type { ServerFacts } from "./server_facts.ts";

/** A flight takes requests as long as it has fewer bytes than this, and fewer operations. */
const FLIGHT_BYTES = 256 * 1024;
const FLIGHT_OPERATIONS = 1024;

const NO_AUTH = "NOAUTH Authentication required.";

/** See the head of this file. */
export class KvSession implements RespSession, ClientState {
  readonly connection: RespClient;
  readonly server: ServerFacts;
  readonly #batches: Batches;
  readonly #onClose: (session: KvSession) => void;
  clientName = "";
  version: 2 | 3 = 2;

  constructor(
    connection: RespClient,
    server: ServerFacts,
    batches: Batches,
    onClose: (session: KvSession) => void,
  ) {
    this.connection = connection;
    this.server = server;
    this.#batches = batches;
    this.#onClose = onClose;
  }

  answer(
    requests: readonly RespRequest[],
    from: number,
    replies: ReplyWriter,
    done: (next: number) => void,
  ): void {
    const start = this.#answerLocally(requests, from, replies);
    if (start > from) return done(start);
    const draft = this.#draft(requests, start);
    if (draft.operations.length === 0) {
      for (const plan of draft.plans) writeReply(replies, plan, NOTHING_DONE);
      done(start + draft.plans.length);
    } else this.#fly(draft, replies, (answered) => done(start + answered));
  }

  close(): void {
    this.#onClose(this);
  }

  /** Answers the commands that stand first and do not concern the store; returns the place behind them. */
  #answerLocally(requests: readonly RespRequest[], from: number, replies: ReplyWriter): number {
    let at = from;
    for (; at < requests.length && !this.connection.isEnding; at++) {
      const { words, refusal } = requests[at]!;
      const command = refusal === undefined ? findCommand(words[0]!) : undefined;
      if (command?.kind === "local") this.#run(command, words, replies);
      else if (isHttp(words)) this.connection.end();
      else break;
    }
    return this.connection.isEnding ? requests.length : at;
  }

  #run(command: LocalCommand, words: readonly Uint8Array[], replies: ReplyWriter): void {
    const before = replies.length;
    const objection = this.#objection(command, words);
    if (objection !== undefined) return replies.error(objection);
    try {
      command.run(words, this, replies);
    } catch (error) {
      replies.backTo(before);
      replies.error(messageOf(error));
    }
  }

  /** Takes requests up to the first that does not concern the store: one like AUTH decides about those behind it. */
  #draft(requests: readonly RespRequest[], from: number): Draft {
    const draft = new Draft();
    for (let at = from; at < requests.length; at++) {
      if (draft.bytes >= FLIGHT_BYTES || draft.operations.length >= FLIGHT_OPERATIONS) break;
      const { words, refusal } = requests[at]!;
      const command = refusal === undefined ? findCommand(words[0]!) : undefined;
      if (command?.kind === "local") break;
      const objection = refusal === undefined ? this.#objection(command, words) : `ERR ${refusal}`;
      if (objection !== undefined) draft.plans.push(objection);
      else draft.add(command!, words);
    }
    return draft;
  }

  /** Why a command is not carried out, if it is not. */
  #objection(
    command: RedisCommand | undefined,
    words: readonly Uint8Array[],
  ): string | undefined {
    if (!this.connection.isTrusted && !(command?.kind === "local" && command.forStrangers)) {
      return NO_AUTH;
    }
    if (command === undefined) return unknownCommand(words);
    if (isArityRight(command, words.length)) return undefined;
    return `ERR wrong number of arguments for '${command.name}' command`;
  }

  /** Has a flight carried out, and tells how many of its requests are answered. */
  #fly(draft: Draft, replies: ReplyWriter, done: (answered: number) => void): void {
    const { plans, operations, bytes, writes } = draft;
    this.#batches.add({
      operations,
      bytes,
      writes,
      onOutcome: (outcome) => {
        const answered = answer(plans, outcome, replies);
        // Others had taken all the room: once more.
        if (answered === 0) this.#fly(draft, replies, done);
        else done(answered);
      },
    });
  }
}

/** A browser that somebody has tricked into sending commands begins like this, and must not get any further. */
function isHttp([name]: readonly Uint8Array[]): boolean {
  return name?.length === 4 && upperCase(name) === "POST" ||
    name?.length === 5 && upperCase(name) === "HOST:";
}

const NOTHING_DONE: FlightOutcome = { kind: "done", results: [], hadAllRoom: true };

/** Writes replies up to the first command that was not carried out; returns how many. */
function answer(plans: readonly Plan[], outcome: FlightOutcome, replies: ReplyWriter): number {
  const hadAllRoom = outcome.kind === "done" && outcome.hadAllRoom;
  for (const [i, plan] of plans.entries()) {
    // Even alone it would not fit.
    const isHopeless = i === 0 && hadAllRoom;
    if (!isCarriedOut(plan, outcome) && !isHopeless) return i;
    writeReply(replies, plan, outcome);
  }
  return plans.length;
}
