import assert from "node:assert/strict";
import { DamagedDataError } from "../base/errors.ts";
import { configOf } from "./_test_groups.ts";
import { decodeCommand, encodeCommand, mayBeAsked, type ShardkvCommand } from "./commands.ts";
import { decodePieceReply, encodePieceReply, type PieceReply } from "./piece_codec.ts";
import { decodeResult, encodeResult, type ShardkvResult } from "./results.ts";

const COMMANDS: readonly ShardkvCommand[] = [
  { kind: "operations", shard: 3, operations: Uint8Array.of(1, 2) },
  { kind: "open", shard: 300, clientId: 2 ** 52 },
  { kind: "step", config: configOf(7, [1, 2, 1]) },
  {
    kind: "take",
    piece: { num: 1, shard: 2, to: 3, offset: 4, total: 5, items: [] },
  },
  { kind: "remove", num: 1000, shard: 9 },
];

const RESULTS: readonly ShardkvResult[] = [
  { kind: "done", results: Uint8Array.of(1, 2, 3) },
  { kind: "opened", session: 2 ** 40 },
  { kind: "wrongGroup", num: 12 },
  { kind: "refused" },
  { kind: "piece", answer: { kind: "partial", received: 77 } },
  { kind: "ok" },
];

const REPLIES: readonly PieceReply[] = [
  { kind: "installed" },
  { kind: "partial", received: 1_000_000 },
  { kind: "notReady" },
  { kind: "misdirected" },
  { kind: "notLeader" },
];

Deno.test("commands, results and replies survive the way through bytes", () => {
  for (const each of COMMANDS) assert.deepEqual(decodeCommand(encodeCommand(each)), each);
  for (const each of RESULTS) assert.deepEqual(decodeResult(encodeResult(each)), each);
  for (const each of REPLIES) assert.deepEqual(decodePieceReply(encodePieceReply(each)), each);
});

Deno.test("decoders refuse kinds that they do not know", () => {
  for (const bytes of [Uint8Array.of(), Uint8Array.of(99)]) {
    assert.throws(() => decodeCommand(bytes), DamagedDataError);
    assert.throws(() => decodeResult(bytes), DamagedDataError);
    assert.equal(decodePieceReply(bytes), undefined);
  }
  assert.throws(
    () => decodeCommand(Uint8Array.of(...encodeCommand(COMMANDS[4]!), 0)),
    DamagedDataError,
  );
});

Deno.test("mayBeAsked(): clients open sessions; what the group does of its own accord is not for them", () => {
  const asked = COMMANDS.filter((command) =>
    mayBeAsked({ kind: "bare", command: encodeCommand(command) })
  );
  assert.deepEqual(asked.map(({ kind }) => kind), ["open"]);
  assert.equal(mayBeAsked({ kind: "bare", command: Uint8Array.of(99) }), false);
  const command = encodeCommand(COMMANDS[0]!);
  assert.ok(mayBeAsked({ kind: "command", clientId: 1, session: 0, sequence: 1, command }));
  assert.ok(mayBeAsked({ kind: "query", question: command }));
});
