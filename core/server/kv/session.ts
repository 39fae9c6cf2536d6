/** One client: its requests become flights, and the results of flights become its replies. */

import type { ReplyWriter, RespClient, RespRequest, RespSession } from "../../host/resp/mod.ts";
import type { ClientState } from "./client_state.ts";
import type { DataCommand, LocalCommand, RedisCommand } from "./commands/command.ts";
import { findCommand, isArityRight, unknownCommand } from "./commands/command_table.ts";
import { upperCase } from "./commands/words.ts";
import type { Flight, FlightOutcome } from "./flight.ts";
import { Draft, isCarriedOut, messageOf, type Plan, writeReply } from "./plan.ts";
import { placeOf } from "./place.ts";
import type { ServerFacts } from "./server_facts.ts";
import { addEverywhere, type StoreParts } from "./store_parts.ts";

/** A flight takes requests as long as it has fewer bytes than this, and fewer operations. */
const FLIGHT_BYTES = 256 * 1024;
const FLIGHT_OPERATIONS = 1024;

const NO_AUTH = "NOAUTH Authentication required.";

/** See the head of this file. */
export class KvSession implements RespSession, ClientState {
  readonly connection: RespClient;
  readonly server: ServerFacts;
  readonly #parts: StoreParts;
  readonly #onClose: (session: KvSession) => void;
  clientName = "";
  version: 2 | 3 = 2;

  constructor(
    connection: RespClient,
    server: ServerFacts,
    parts: StoreParts,
    onClose: (session: KvSession) => void,
  ) {
    this.connection = connection;
    this.server = server;
    this.#parts = parts;
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
    const ask = () => this.#ask(this.#draft(requests, start), replies, (n) => done(start + n));
    if (this.#parts.count > 0) ask();
    else this.#parts.whenKnown(ask);
  }

  close(): void {
    this.#onClose(this);
  }

  /** Answers the requests of a draft, perhaps not all, and tells how many. */
  #ask(draft: Draft, replies: ReplyWriter, done: (answered: number) => void): void {
    const isKnown = this.#parts.count > 0;
    if (isKnown && draft.operations.length > 0) return this.#fly(draft, replies, done);
    const outcome = isKnown ? NOTHING_DONE : NOBODY_KNOWS;
    for (const plan of draft.plans) writeReply(replies, plan, outcome);
    done(draft.plans.length);
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

  /**
   * Takes requests up to the first that does not concern the store (one like AUTH decides about those behind it), or
   * concerns another part of it.
   */
  #draft(requests: readonly RespRequest[], from: number): Draft {
    const draft = new Draft(this.#parts.count);
    for (let at = from; at < requests.length; at++) {
      if (draft.bytes >= FLIGHT_BYTES || draft.operations.length >= FLIGHT_OPERATIONS) break;
      const { words, refusal } = requests[at]!;
      const command = refusal === undefined ? findCommand(words[0]!) : undefined;
      if (command?.kind === "local") break;
      const objection = refusal === undefined ? this.#objection(command, words) : `ERR ${refusal}`;
      if (objection !== undefined) draft.plans.push(objection);
      else if (!this.#add(draft, command!, words)) break;
    }
    return draft;
  }

  /** Says whether there was a place for the command. */
  #add(draft: Draft, command: DataCommand, words: readonly Uint8Array[]): boolean {
    try {
      const place = this.#parts.count === 0 ? 0 : placeOf(command, words, this.#parts);
      if (!draft.takes(place)) return false;
      draft.add(command, words, place);
    } catch (error) {
      draft.plans.push(messageOf(error));
    }
    return true;
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
    const { plans, operations, bytes, writes, place } = draft;
    const flight: Flight = {
      operations,
      bytes,
      writes,
      onOutcome: (outcome) => {
        const answered = answer(plans, outcome, replies);
        // Others had taken all the room: once more.
        if (answered === 0) this.#fly(draft, replies, done);
        else done(answered);
      },
    };
    if (place === "everywhere") addEverywhere(this.#parts, flight);
    else this.#parts.add(place!, flight);
  }
}

/** A browser that somebody has tricked into sending commands begins like this, and must not get any further. */
function isHttp([name]: readonly Uint8Array[]): boolean {
  return name?.length === 4 && upperCase(name) === "POST" ||
    name?.length === 5 && upperCase(name) === "HOST:";
}

const NOTHING_DONE: FlightOutcome = { kind: "done", results: [], hadAllRoom: true };
const NOBODY_KNOWS: FlightOutcome = {
  kind: "failed",
  reason: "nobody has told how the keys are spread",
};

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
