/** From one request to the operations that it wants, and from their results to its reply. */

import type { ReplyWriter } from "../../host/resp/mod.ts";
import type { KvOperation } from "../../kv/mod.ts";
import { CommandError, type DataCommand } from "./commands/command.ts";
import type { FlightOutcome } from "./flight.ts";

/** What is to be answered to one request: an error, or what its operations will give. */
export type Plan = string | PlannedCommand;

interface PlannedCommand {
  readonly command: DataCommand;
  readonly words: readonly Uint8Array[];
  /** Which of the flight's operations are its own. */
  readonly first: number;
  readonly count: number;
}

/** What an operation has beside its words, about, in bytes. */
const OPERATION_BYTES = 16;

/** A flight while it is put together. */
export class Draft {
  readonly plans: Plan[] = [];
  readonly operations: KvOperation[] = [];
  bytes = 0;
  writes = false;

  /** Adds a command, with its operations. */
  add(command: DataCommand, words: readonly Uint8Array[]): void {
    const first = this.operations.length;
    try {
      command.operations(words, this.operations);
    } catch (error) {
      this.operations.length = first;
      this.plans.push(messageOf(error));
      return;
    }
    const count = this.operations.length - first;
    this.plans.push({ command, words, first, count });
    this.bytes += OPERATION_BYTES * count;
    for (let i = 1; i < words.length; i++) this.bytes += words[i]!.length;
    this.writes ||= command.writes;
  }
}

/** Whether all operations of a plan have been carried out. */
export function isCarriedOut(plan: Plan, outcome: FlightOutcome): boolean {
  if (typeof plan === "string" || outcome.kind !== "done") return true;
  const last = outcome.results[plan.first + plan.count - 1];
  return last?.kind !== "error" || last.error !== "notCarriedOut";
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
  { command, words, first, count }: PlannedCommand,
  { results }: Extract<FlightOutcome, { kind: "done" }>,
): void {
  const before = replies.length;
  try {
    command.reply(replies, { words, results, first, count });
  } catch (error) {
    replies.backTo(before);
    replies.error(messageOf(error));
  }
}

/** The reply to a command that cannot be carried out. */
export function messageOf(error: unknown): string {
  return error instanceof CommandError ? error.message : `ERR internal error: ${error}`;
}
