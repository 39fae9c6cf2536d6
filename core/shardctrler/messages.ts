/** How changes, what comes of them, questions and answers look as bytes. */

import { ByteReader, ByteWriter } from "../base/bytes.ts";
import { DamagedDataError } from "../base/errors.ts";
import type { Change } from "./change.ts";
import {
  type Config,
  NEWEST,
  readConfig,
  readGroups,
  readMany,
  writeConfig,
  writeGroups,
} from "./config.ts";

/** What came of a change. */
export type ChangeResult =
  /** It led to the configuration of this number. */
  | { readonly kind: "changed"; readonly num: number }
  /** It could not be done; the newest configuration is still that of this number. */
  | { readonly kind: "refused"; readonly num: number; readonly reason: string };

const JOIN = 1;
const LEAVE = 2;
const MOVE = 3;

/** Encodes a change. */
export function encodeChange(change: Change): Uint8Array {
  const writer = new ByteWriter();
  switch (change.kind) {
    case "join":
      writer.u8(JOIN);
      writeGroups(writer, change.groups);
      break;
    case "leave":
      writer.u8(LEAVE);
      writer.varint(change.gids.length);
      for (const gid of change.gids) writer.varint(gid);
      break;
    case "move":
      writer.u8(MOVE);
      writer.varint(change.shard);
      writer.varint(change.gid);
      break;
  }
  return writer.finish();
}

/**
 * Decodes a change.
 *
 * @throws {DamagedDataError} If the bytes are none.
 */
export function decodeChange(bytes: Uint8Array): Change {
  const reader = new ByteReader(bytes);
  const change = readChange(reader);
  reader.end();
  return change;
}

/** Encodes what came of a change. */
export function encodeChangeResult(result: ChangeResult): Uint8Array {
  const writer = new ByteWriter();
  writer.varint(result.num);
  writer.text(result.kind === "refused" ? result.reason : "");
  return writer.finish();
}

/**
 * Decodes what came of a change.
 *
 * @throws {DamagedDataError} If the bytes do not say.
 */
export function decodeChangeResult(bytes: Uint8Array): ChangeResult {
  const reader = new ByteReader(bytes);
  const num = reader.varint();
  const reason = reader.text();
  reader.end();
  return reason === "" ? { kind: "changed", num } : { kind: "refused", num, reason };
}

/** Encodes the question for the configuration `num`, or for the newest one. */
export function encodeQuery(num: number): Uint8Array {
  const writer = new ByteWriter();
  writer.varint(num - NEWEST);
  return writer.finish();
}

/**
 * Decodes a question.
 *
 * @throws {DamagedDataError} If the bytes are none.
 */
export function decodeQuery(bytes: Uint8Array): number {
  const reader = new ByteReader(bytes);
  const num = reader.varint() + NEWEST;
  reader.end();
  return num;
}

/** Encodes one configuration by itself. */
export function encodeConfig(config: Config): Uint8Array {
  const writer = new ByteWriter();
  writeConfig(writer, config);
  return writer.finish();
}

/**
 * Decodes a configuration.
 *
 * @throws {DamagedDataError} If the bytes are none.
 */
export function decodeConfig(bytes: Uint8Array): Config {
  const reader = new ByteReader(bytes);
  const config = readConfig(reader);
  reader.end();
  return config;
}

function readChange(reader: ByteReader): Change {
  const kind = reader.u8();
  switch (kind) {
    case JOIN:
      return { kind: "join", groups: readGroups(reader) };
    case LEAVE:
      return { kind: "leave", gids: readMany(reader, () => reader.varint()) };
    case MOVE:
      return { kind: "move", shard: reader.varint(), gid: reader.varint() };
    default:
      throw new DamagedDataError(`There is no change of kind ${kind}`, 0);
  }
}
