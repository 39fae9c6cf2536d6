/** Helpers for the tests of groups: configurations, commands and answers in few words. */

import { logIndex } from "../base/durable.ts";
import { decodeResults, encodeOperations, type KvOperation, type KvResult } from "../kv/mod.ts";
import { encodeClerkRequest } from "../rsm/messages.ts";
import type { Config, Gid } from "../shardctrler/config.ts";
import { encodeCommand, encodeOwnCommand, type ShardkvCommand } from "./commands.ts";
import type { LeavingShard, ShardPiece } from "./group.ts";
import { PieceCutter } from "./piece_cutter.ts";
import { decodeGroupReply, type ShardkvResult } from "./results.ts";
import type { ShardkvStateMachine } from "./state_machine.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Makes a configuration in which each group has one server, named after it. */
export function configOf(num: number, shards: readonly Gid[]): Config {
  const gids = [...new Set(shards)].filter((gid) => gid !== 0).sort((a, b) => a - b);
  return { num, shards, groups: new Map(gids.map((gid) => [gid, [`server-${gid}`]])) };
}

/** Has a group carry out a command of its own leader. */
export function own(
  group: ShardkvStateMachine,
  command: ShardkvCommand,
  index = 1,
): ShardkvResult | undefined {
  return decodeGroupReply(group.apply(encodeOwnCommand(command), logIndex(index)));
}

/** Has a group take a configuration. */
export function step(group: ShardkvStateMachine, config: Config): void {
  own(group, { kind: "step", config });
}

/** A client's request, once; keys are of `shard`. */
export interface ClientRequest {
  readonly clientId: number;
  readonly sequence: number;
  readonly session?: number;
  readonly shard: number;
  readonly operations: readonly KvOperation[];
}

/** Has a group carry out a client's command, or refuse to. `undefined`: the session has expired. */
export function command(
  group: ShardkvStateMachine,
  { clientId, sequence, session = 0, shard, operations }: ClientRequest,
): ShardkvResult | undefined {
  const inner = encodeCommand({
    kind: "operations",
    shard,
    operations: encodeOperations(operations),
  });
  return decodeGroupReply(
    group.apply(
      encodeClerkRequest({ kind: "command", clientId, session, sequence, command: inner }),
      logIndex(1),
    ),
  );
}

/** Appends a text to a key. */
export function append(key: string, value: string): KvOperation {
  return { kind: "append", key: encoder.encode(key), value: encoder.encode(value) };
}

/** Asks a group for the value of a key; `undefined` if it does not serve the shard. */
export function read(group: ShardkvStateMachine, shard: number, key: string): string | undefined {
  const operations = encodeOperations([{ kind: "get", key: encoder.encode(key) }]);
  const question = encodeCommand({ kind: "operations", shard, operations });
  const result = decodeGroupReply(group.query(encodeClerkRequest({ kind: "query", question })));
  return result?.kind === "done" ? valueIn(decodeResults(result.results)) : undefined;
}

/** The pieces of a frozen copy. */
export function piecesOf(copy: LeavingShard, pieceBytes = 1_000_000): ShardPiece[] {
  const cutter = new PieceCutter(copy, pieceBytes);
  const pieces = [cutter.pieceAt(0)];
  for (let last = pieces[0]!; last.offset + last.items.length < last.total;) {
    pieces.push(last = cutter.pieceAt(last.offset + last.items.length));
  }
  return pieces;
}

function valueIn([result]: readonly KvResult[]): string {
  return result?.kind === "value" && result.value !== undefined ? decoder.decode(result.value) : "";
}
