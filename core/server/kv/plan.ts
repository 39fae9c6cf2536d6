/** From one request to the operations that it wants, and from their results to its reply. */

import type { ReplyWriter } from "../../host/resp/mod.ts";
import type { KvOperation } from "../../kv/mod.ts";
import { CommandError, type DataCommand } from "./commands/command.ts";
import type { FlightOutcome } from "./flight.ts";
import type { Place } from "./place.ts";

/** What is to be answered to one request: an error, or what its operations will give. */
export type Plan = string | PlannedCommand;

interface PlannedCommand {
  readonly command: DataCommand;
  readonly words: readonly Uint8Array[];
  /** Which of the flight's operations are its own. */
  readonly first: number;
  readonly count: number;
  /** How many parts the store has. */
  readonly parts: number;
}

/** What an operation has beside its words, about, in bytes. */
const OPERATION_BYTES = 16;

/** A flight while it is put together. */
export class Draft {
  readonly plans: Plan[] = [];
  readonly operations: KvOperation[] = [];
  readonly #parts: number;
  /** Where the operations are carried out; `undefined` as long as there are none. */
  place: Place | undefined;
  bytes = 0;
  writes = false;

  /** Of a store of so many parts. */
  constructor(parts: number) {
    this.#parts = parts;
  }

  /** Whether a command of a place can be added. One that goes everywhere goes alone. */
  takes(place: Place): boolean {
    if (this.place === undefined) return place !== "everywhere" || this.plans.length === 0;
    return place === this.place && place !== "everywhere";
  }

  /** Adds a command, with its operations. */
  add(command: DataCommand, words: readonly Uint8Array[], place: Place): void {
    const first = this.operations.length;
    const parts = this.#parts;
    try {
      command.operations(words, this.operations, parts);
    } catch (error) {
      this.operations.length = first;
      this.plans.push(messageOf(error));
      return;
    }
    this.place = place;
    const operations = this.operations.length - first;
    const count = place === "everywhere" ? operations * parts : operations;
    this.plans.push({ command, words, first, count, parts });
    this.bytes += OPERATION_BYTES * operations;
    for (let i = 1; i < words.length; i++) this.bytes += words[i]!.length;
    this.writes ||= command.writes;
  }
}

/** Whether all operations of a plan have been carried out. */
export function isCarriedOut(plan: Plan, outcome: FlightOutcome): boolean {
  if (typeof plan === "string" || outcome.kind !== "done") return true;
  for (let i = plan.first; i < plan.first + plan.count; i++) {
    const result = outcome.results[i];
    if (result?.kind === "error" && result.error === "notCarriedOut") return false;
  }
  return true;
}

/** Writes the reply to one request. */
export function writeReply(replies: ReplyWriter, plan: Plan, outcome: FlightOutcome): void {
  if (typeof plan === "string") return replies.error(plan);
  switch (outcome.kind) {
    case "failed":
      return replies.error(`TRYAGAIN the command was not carried out: ${outcome.reason}`);
    case "uncertain":
      // Nothing was lost with a question, even if it travelled together with commands.
      return plan.command.writes
        ? replies.error(`UNCERTAIN the command may have been carried out: ${outcome.reason}`)
        : replies.error(`TRYAGAIN the question was not answered: ${outcome.reason}`);
    case "done":
      return writeResult(replies, plan, outcome);
  }
}

function writeResult(
  replies: ReplyWriter,
  { command, words, first, count, parts }: PlannedCommand,
  { results }: Extract<FlightOutcome, { kind: "done" }>,
): void {
  const before = replies.length;
  try {
    command.reply(replies, { words, results, first, count, parts });
  } catch (error) {
    replies.backTo(before);
    replies.error(messageOf(error));
  }
}

/** The reply to a command that cannot be carried out. */
export function messageOf(error: unknown): string {
  return error instanceof CommandError ? error.message : `ERR internal error: ${error}`;
}
