/** From results of the store to replies. */

import type { KvError, KvResult } from "../../../kv/mod.ts";
import type { ReplyWriter } from "../../../host/resp/mod.ts";
import { type Answer, CommandError } from "./command.ts";

/** What Redis says of what the store does not do. */
const ERRORS: Readonly<Record<KvError, string>> = {
  notAnInteger: "ERR value is not an integer or out of range",
  overflow: "ERR increment or decrement would overflow",
  valueTooLarge: "ERR string exceeds maximum allowed size (proto-max-bulk-len)",
  notAQuestion: "ERR internal error",
  damaged: "ERR internal error",
  notCarriedOut: "ERR the reply would be too long",
};

/**
 * Returns the result at `offset` of an answer, which is of the kind that its operation is answered with.
 *
 * @throws {CommandError} If the operation was not carried out.
 */
export function resultOf<Kind extends KvResult["kind"]>(
  { results, first }: Answer,
  kind: Kind,
  offset = 0,
): Extract<KvResult, { kind: Kind }> {
  const result = results[first + offset];
  if (hasKind(result, kind)) return result;
  throw new CommandError(result?.kind === "error" ? ERRORS[result.error] : "ERR internal error");
}

function hasKind<Kind extends KvResult["kind"]>(
  result: KvResult | undefined,
  kind: Kind,
): result is Extract<KvResult, { kind: Kind }> {
  return result?.kind === kind;
}

/** Replies with a value, or that there is none. */
export function replyValue(replies: ReplyWriter, value: Uint8Array | undefined): void {
  if (value === undefined) replies.null();
  else replies.bulk(value);
}

/** Replies how many of an answer's operations have changed something. */
export function replyChanged(replies: ReplyWriter, answer: Answer): void {
  let changed = 0;
  for (let i = 0; i < answer.count; i++) if (resultOf(answer, "changed", i).changed) changed++;
  replies.integer(changed);
}

/** Replies how many of the keys asked about are there. */
export function replyPresent(replies: ReplyWriter, answer: Answer): void {
  let present = 0;
  for (let i = 0; i < answer.count; i++) {
    if (resultOf(answer, "length", i).length !== undefined) present++;
  }
  replies.integer(present);
}
