/** How parts of a shard, and the answers to them, look as bytes. */

import { ByteReader, ByteWriter } from "../base/bytes.ts";
import { DamagedDataError } from "../base/errors.ts";
import { readMany } from "../shardctrler/config.ts";
import type { PieceAnswer, ShardPiece } from "./group.ts";
import { readItem, writeItem } from "./shard_data.ts";

/** What a server of the receiving group says to a piece. */
export type PieceReply =
  | PieceAnswer
  /** It cannot take the piece now, but another server of its group may. */
  | { readonly kind: "notLeader" };

const INSTALLED = 1;
const PARTIAL = 2;
const NOT_READY = 3;
const MISDIRECTED = 4;
const NOT_LEADER = 5;

/** Writes a piece, to be read by {@linkcode readPiece}. */
export function writePiece(writer: ByteWriter, piece: ShardPiece): void {
  writer.varint(piece.num);
  writer.varint(piece.shard);
  writer.varint(piece.to);
  writer.varint(piece.offset);
  writer.varint(piece.total);
  writer.varint(piece.items.length);
  for (const item of piece.items) writeItem(writer, item);
}

/** Reads a piece. What it keeps of the bytes it has copied. */
export function readPiece(reader: ByteReader): ShardPiece {
  return {
    num: reader.varint(),
    shard: reader.varint(),
    to: reader.varint(),
    offset: reader.varint(),
    total: reader.varint(),
    items: readMany(reader, () => readItem(reader)),
  };
}

/** Encodes a piece by itself. */
export function encodePiece(piece: ShardPiece): Uint8Array {
  const writer = new ByteWriter();
  writePiece(writer, piece);
  return writer.finish();
}

/**
 * Decodes a piece.
 *
 * @throws {DamagedDataError} If the bytes are none.
 */
export function decodePiece(bytes: Uint8Array): ShardPiece {
  const reader = new ByteReader(bytes);
  const piece = readPiece(reader);
  reader.end();
  return piece;
}

/** Encodes the reply to a piece. */
export function encodePieceReply(reply: PieceReply): Uint8Array {
  const writer = new ByteWriter();
  if (reply.kind === "notLeader") writer.u8(NOT_LEADER);
  else writePieceAnswer(writer, reply);
  return writer.finish();
}

/** Decodes the reply to a piece; `undefined` if the bytes are none. */
export function decodePieceReply(bytes: Uint8Array): PieceReply | undefined {
  try {
    if (bytes[0] === NOT_LEADER) return { kind: "notLeader" };
    return readPieceAnswer(new ByteReader(bytes));
  } catch (error) {
    if (error instanceof DamagedDataError) return undefined;
    throw error;
  }
}

/** Writes what a group says to a piece. */
export function writePieceAnswer(writer: ByteWriter, answer: PieceAnswer): void {
  switch (answer.kind) {
    case "installed":
      return writer.u8(INSTALLED);
    case "partial":
      writer.u8(PARTIAL);
      return writer.varint(answer.received);
    case "notReady":
      return writer.u8(NOT_READY);
    case "misdirected":
      return writer.u8(MISDIRECTED);
  }
}

/** Reads what {@linkcode writePieceAnswer} wrote. */
export function readPieceAnswer(reader: ByteReader): PieceAnswer {
  const kind = reader.u8();
  switch (kind) {
    case INSTALLED:
      return { kind: "installed" };
    case PARTIAL:
      return { kind: "partial", received: reader.varint() };
    case NOT_READY:
      return { kind: "notReady" };
    case MISDIRECTED:
      return { kind: "misdirected" };
    default:
      throw new DamagedDataError(`There is no answer of kind ${kind} to a piece`, 0);
  }
}
