/**
 * How the header of a file lies in it:
 *
 *     magic       8 bytes
 *     version     4 bytes, least significant first, as all fixed numbers
 *     length      4 bytes: of the body
 *     crc         4 bytes: CRC-32 of the body
 *     body
 *
 * It is written and synced before the file gets its name, so it is never torn.
 */

import { ByteReader } from "../../base/bytes.ts";
import { DamagedDataError } from "../../base/errors.ts";
import { crcOf } from "./crc.ts";
import { damaged, WalError } from "./errors.ts";

/** The version of all formats of the log. */
const VERSION = 1;

const PREFIX_BYTES = 20;
const encoder = new TextEncoder();

/** A header that is what was written. */
export interface Frame {
  readonly body: Uint8Array;
  readonly end: number;
}

/** Returns how long the header of a body of that length is. */
export function frameBytes(bodyLength: number): number {
  return PREFIX_BYTES + bodyLength;
}

/** Encodes a header; `magic` has eight characters of ASCII. */
export function encodeFrame(magic: string, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(PREFIX_BYTES + body.length);
  const view = new DataView(bytes.buffer);
  bytes.set(encoder.encode(magic));
  view.setUint32(8, VERSION, true);
  view.setUint32(12, body.length, true);
  view.setUint32(16, crcOf(body), true);
  bytes.set(body, PREFIX_BYTES);
  return bytes;
}

/**
 * Reads the header of `file` in the folder `path`.
 *
 * @throws {WalError} If it is damaged, or of a version that is not known here.
 */
export function readFrame(path: string, file: string, data: Uint8Array, magic: string): Frame {
  const differs = encoder.encode(magic).findIndex((byte, i) => data[i] !== byte);
  if (differs >= 0) {
    throw damaged(path, file, differs, `it does not begin with "${magic}" as it should`);
  }
  if (data.length < PREFIX_BYTES) {
    throw damaged(path, file, data.length, "it ends within its header");
  }
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const version = view.getUint32(8, true);
  const length = view.getUint32(12, true);
  const body = data.subarray(PREFIX_BYTES, PREFIX_BYTES + length);
  const isSound = body.length === length && crcOf(body) === view.getUint32(16, true);
  if (version !== VERSION) {
    // The header of another version would hardly pass the check of this one.
    if (isSound) throw damaged(path, file, 8, `its version, ${version}, is not what was written`);
    throw new WalError(
      "version",
      `Cannot open the log in "${path}": ${file} has format version ${version} at byte 8, this program ` +
        `knows version ${VERSION}. Nothing was changed. Use the program that wrote it`,
      { file, offset: 8 },
    );
  }
  if (!isSound) throw damaged(path, file, 12, "its header is not what was written");
  return { body, end: PREFIX_BYTES + length };
}

/**
 * Decodes the body of a header.
 *
 * @throws {WalError} If it makes no sense.
 */
export function decodeFramed<T>(
  path: string,
  file: string,
  { body }: Frame,
  decode: (reader: ByteReader) => T,
): T {
  const reader = new ByteReader(body);
  try {
    const value = decode(reader);
    reader.end();
    return value;
  } catch (error) {
    if (!(error instanceof DamagedDataError)) throw error;
    throw damaged(path, file, PREFIX_BYTES + error.offset, error.message);
  }
}
