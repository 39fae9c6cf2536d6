/**
 * What stands in the log of a group, and what is asked of it. Inside of a clerk's request comes the shard, then the
 * operations as the key/value store knows them; what a group's own leader proposes comes as a bare command.
 */

import { ByteReader, ByteWriter } from "../base/bytes.ts";
import { DamagedDataError } from "../base/errors.ts";
import { type ClerkRequest, encodeClerkRequest } from "../rsm/messages.ts";
import { type Config, readConfig, writeConfig } from "../shardctrler/config.ts";
import type { ShardPiece } from "./group.ts";
import { readPiece, writePiece } from "./piece_codec.ts";

/** A command of a group, or a question. */
export type ShardkvCommand =
  /** A list of key/value operations, encoded, on keys of one shard. */
  | { readonly kind: "operations"; readonly shard: number; readonly operations: Uint8Array }
  /** Opens a session for a client in one shard. Answered with its number. */
  | { readonly kind: "open"; readonly shard: number; readonly clientId: number }
  /** Takes the next configuration. */
  | { readonly kind: "step"; readonly config: Config }
  /** Takes a part of an arriving shard. */
  | { readonly kind: "take"; readonly piece: ShardPiece }
  /** Deletes the frozen copy of a shard that was lost in configuration `num`. */
  | { readonly kind: "remove"; readonly num: number; readonly shard: number };

const OPERATIONS = 1;
const OPEN = 2;
const STEP = 3;
const TAKE = 4;
const REMOVE = 5;

/** Encodes a command by itself: what a clerk puts into its request. */
export function encodeCommand(command: ShardkvCommand): Uint8Array {
  const writer = new ByteWriter();
  switch (command.kind) {
    case "operations":
      writer.u8(OPERATIONS);
      writer.varint(command.shard);
      writer.raw(command.operations);
      break;
    case "open":
      writer.u8(OPEN);
      writer.varint(command.shard);
      writer.varint(command.clientId);
      break;
    case "step":
      writer.u8(STEP);
      writeConfig(writer, command.config);
      break;
    case "take":
      writer.u8(TAKE);
      writePiece(writer, command.piece);
      break;
    case "remove":
      writer.u8(REMOVE);
      writer.varint(command.num);
      writer.varint(command.shard);
      break;
  }
  return writer.finish();
}

/** Encodes a command as its group's leader proposes it. Each of them may stand in the log any number of times. */
export function encodeOwnCommand(command: ShardkvCommand): Uint8Array {
  return encodeClerkRequest({ kind: "bare", command: encodeCommand(command) });
}

/**
 * Whether a client may ask for it. Configurations, pieces of shards and deletions stand in the log as bare commands,
 * and only this server's own driver and receiver put them there: a client could make the group forget a shard.
 */
export function mayBeAsked(request: ClerkRequest): boolean {
  if (request.kind !== "bare") return true;
  try {
    return decodeCommand(request.command).kind === "open";
  } catch (error) {
    if (error instanceof DamagedDataError) return false;
    throw error;
  }
}

/**
 * Decodes a command. Its byte strings are views into `bytes`.
 *
 * @throws {DamagedDataError} If the bytes are none.
 */
export function decodeCommand(bytes: Uint8Array): ShardkvCommand {
  const reader = new ByteReader(bytes);
  const command = readCommand(reader);
  reader.end();
  return command;
}

function readCommand(reader: ByteReader): ShardkvCommand {
  const kind = reader.u8();
  switch (kind) {
    case OPERATIONS:
      return {
        kind: "operations",
        shard: reader.varint(),
        operations: reader.raw(reader.remaining),
      };
    case OPEN:
      return { kind: "open", shard: reader.varint(), clientId: reader.varint() };
    case STEP:
      return { kind: "step", config: readConfig(reader) };
    case TAKE:
      return { kind: "take", piece: readPiece(reader) };
    case REMOVE:
      return { kind: "remove", num: reader.varint(), shard: reader.varint() };
    default:
      throw new DamagedDataError(`A group knows no command of kind ${kind}`, 0);
  }
}
