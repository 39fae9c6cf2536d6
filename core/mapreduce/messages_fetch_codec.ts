/** How pieces of files are asked for, and travel. */

import { ByteReader, ByteWriter } from "../base/bytes.ts";
import { DamagedDataError } from "../base/errors.ts";
import type { FetchReply, FetchRequest } from "./messages.ts";

const writer = new ByteWriter();

/** Encodes the request for a piece of a file. */
export function encodeFetchRequest(request: FetchRequest): Uint8Array {
  writer.text(request.path);
  writer.varint(request.offset);
  writer.varint(request.length);
  return writer.finish();
}

/**
 * Decodes the request for a piece of a file.
 *
 * @throws {DamagedDataError} If `data` is no such request.
 */
export function decodeFetchRequest(data: Uint8Array): FetchRequest {
  const reader = new ByteReader(data);
  const request = { path: reader.text(), offset: reader.varint(), length: reader.varint() };
  reader.end();
  return request;
}

/** Encodes a piece of a file: one byte in front of it. */
export function encodeFetchReply(reply: FetchReply): Uint8Array {
  const data = new Uint8Array(1 + (reply?.length ?? 0));
  if (reply === undefined) return data;
  data[0] = 1;
  data.set(reply, 1);
  return data;
}

/**
 * Decodes a piece of a file. The result is a view into `data`, not a copy.
 *
 * @throws {DamagedDataError} If `data` is not an encoded piece.
 */
export function decodeFetchReply(data: Uint8Array): FetchReply {
  const reader = new ByteReader(data);
  const exists = reader.bool();
  const piece = reader.raw(reader.remaining);
  if (exists) return piece;
  if (piece.length > 0) throw new DamagedDataError("A missing file has no bytes", 1);
  return undefined;
}
