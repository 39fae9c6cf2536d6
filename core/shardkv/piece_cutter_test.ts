import assert from "node:assert/strict";
import { ByteReader, ByteWriter } from "../base/bytes.ts";
import { DamagedDataError } from "../base/errors.ts";
import { append, command, configOf, own, piecesOf, step } from "./_test_groups.ts";
import type { LeavingShard, ShardPiece } from "./group.ts";
import { decodePiece, encodePiece } from "./piece_codec.ts";
import { PieceCutter } from "./piece_cutter.ts";
import { readItem, writeItem } from "./shard_data.ts";
import { ShardkvStateMachine } from "./state_machine.ts";

/** A frozen shard with so many entries of 100 bytes, and one session. */
function frozen(entries: number): LeavingShard {
  const group = new ShardkvStateMachine({ gid: 1, shardCount: 1, keyToShard: () => 0 });
  step(group, configOf(1, [1]));
  for (let i = 0; i < entries; i++) {
    const operations = [append(`key${i}`, "v".repeat(100))];
    command(group, { clientId: 7, sequence: i + 1, shard: 0, operations });
  }
  step(group, configOf(2, [2]));
  return [...group.group.leaving][0]!;
}

Deno.test("PieceCutter cuts a shard into pieces of bounded size that hold all of it, in order", () => {
  const copy = frozen(50);
  const items = [...copy.data.items()];
  for (const pieceBytes of [1, 100, 250, 1000, 1_000_000]) {
    const pieces = piecesOf(copy, pieceBytes);
    assert.deepEqual(pieces.flatMap((piece) => piece.items), items);
    let offset = 0;
    for (const piece of pieces) {
      assert.deepEqual([piece.offset, piece.total, piece.to], [offset, 51, 2]);
      assert.ok(piece.items.length === 1 || encodePiece(piece).length < pieceBytes + 50);
      offset += piece.items.length;
    }
  }
});

Deno.test("PieceCutter goes back and forth", () => {
  const copy = frozen(20);
  const items = [...copy.data.items()];
  const cutter = new PieceCutter(copy, 300);
  for (const offset of [0, 2, 2, 10, 5, 0, 20, 21, 3]) {
    const piece = cutter.pieceAt(offset);
    assert.equal(piece.offset, offset);
    assert.deepEqual(piece.items, items.slice(offset, offset + piece.items.length));
    assert.equal(piece.items.length > 0, offset < 21);
  }
});

Deno.test("PieceCutter: an empty shard is one piece without items", () => {
  assert.deepEqual(piecesOf(frozen(0)).map(({ items, total }) => [items, total]), [[[], 0]]);
});

Deno.test("pieces survive the way through bytes; what was cut short is refused", () => {
  const [piece] = piecesOf(frozen(3));
  const bytes = encodePiece(piece!);
  assert.deepEqual(decodePiece(bytes), piece);
  for (let length = 0; length < bytes.length; length++) {
    assert.throws(() => decodePiece(bytes.subarray(0, length)), DamagedDataError);
  }
  const writer = new ByteWriter();
  writeItem(writer, piece!.items[0]!);
  const item = writer.finish();
  assert.deepEqual(readItem(new ByteReader(item)), piece!.items[0]);
  item[0] = 9;
  assert.throws(() => readItem(new ByteReader(item)), DamagedDataError);
});

Deno.test("Group.take() begins a shard anew when pieces overlap, rather than lose an item", () => {
  const [whole] = piecesOf(frozen(2)) as [ShardPiece];
  const receiver = new ShardkvStateMachine({ gid: 2, shardCount: 1, keyToShard: () => 0 });
  step(receiver, configOf(1, [1]));
  step(receiver, configOf(2, [2]));
  const take = (offset: number, ...items: number[]) => {
    const piece = { ...whole, offset, items: items.map((i) => whole.items[i]!) };
    const result = own(receiver, { kind: "take", piece });
    return result?.kind === "piece" ? result.answer : undefined;
  };
  assert.deepEqual(take(0, 0, 1), { kind: "partial", received: 2 });
  assert.deepEqual(take(2, 0), { kind: "partial", received: 0 });
  assert.equal(receiver.group.serving(0), undefined);
  assert.deepEqual(take(0, 0, 1, 2), { kind: "installed" });
  assert.equal(receiver.group.serving(0)?.size, 3);
});
