/** What a group answers, inside of a service's reply. */

import { ByteReader, ByteWriter } from "../base/bytes.ts";
import { DamagedDataError } from "../base/errors.ts";
import { decodeClerkReply } from "../rsm/messages.ts";
import type { PieceAnswer } from "./group.ts";
import { readPieceAnswer, writePieceAnswer } from "./piece_codec.ts";

/** The answer to a command or a question. */
export type ShardkvResult =
  /** Carried out; the key/value store's results, encoded. */
  | { readonly kind: "done"; readonly results: Uint8Array }
  /** The client's session in this shard. */
  | { readonly kind: "opened"; readonly session: number }
  /** The group does not serve the shard as of configuration `num`: not its own, or not yet arrived. Nothing was done. */
  | { readonly kind: "wrongGroup"; readonly num: number }
  /** The request makes no sense: it is damaged, or has keys of several shards. Nothing was done. */
  | { readonly kind: "refused" }
  /** What came of a piece of a shard. */
  | { readonly kind: "piece"; readonly answer: PieceAnswer }
  /** A command of the group itself was carried out, or was out of date. */
  | { readonly kind: "ok" };

const DONE = 1;
const OPENED = 2;
const WRONG_GROUP = 3;
const REFUSED = 4;
const PIECE = 5;
const OK = 6;

/** Encodes a result. */
export function encodeResult(result: ShardkvResult): Uint8Array {
  const writer = new ByteWriter();
  switch (result.kind) {
    case "done":
      writer.u8(DONE);
      writer.raw(result.results);
      break;
    case "opened":
      writer.u8(OPENED);
      writer.varint(result.session);
      break;
    case "wrongGroup":
      writer.u8(WRONG_GROUP);
      writer.varint(result.num);
      break;
    case "refused":
      writer.u8(REFUSED);
      break;
    case "piece":
      writer.u8(PIECE);
      writePieceAnswer(writer, result.answer);
      break;
    case "ok":
      writer.u8(OK);
      break;
  }
  return writer.finish();
}

/**
 * Decodes a result. Its byte strings are views into `bytes`.
 *
 * @throws {DamagedDataError} If the bytes are none.
 */
export function decodeResult(bytes: Uint8Array): ShardkvResult {
  const reader = new ByteReader(bytes);
  const result = readResult(reader);
  reader.end();
  return result;
}

function readResult(reader: ByteReader): ShardkvResult {
  const kind = reader.u8();
  switch (kind) {
    case DONE:
      return { kind: "done", results: reader.raw(reader.remaining) };
    case OPENED:
      return { kind: "opened", session: reader.varint() };
    case WRONG_GROUP:
      return { kind: "wrongGroup", num: reader.varint() };
    case REFUSED:
      return { kind: "refused" };
    case PIECE:
      return { kind: "piece", answer: readPieceAnswer(reader) };
    case OK:
      return { kind: "ok" };
    default:
      throw new DamagedDataError(`A group gives no answer of kind ${kind}`, 0);
  }
}

/** The result in a service's reply; `undefined` if the reply is another one. */
export function decodeGroupReply(bytes: Uint8Array): ShardkvResult | undefined {
  const reply = decodeClerkReply(bytes);
  return reply.kind === "done" ? decodeResult(reply.result) : undefined;
}
