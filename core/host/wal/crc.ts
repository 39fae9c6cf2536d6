/**
 * CRC-32 (the polynomial of zip and Ethernet). Two ways to the same value: the library's is fast on many bytes, but a
 * call costs more than a dozen bytes do here.
 */

import { crc32 } from "node:zlib";

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** Returns the CRC of a few bytes in `[start, end)`, going on from the CRC of what is before them. */
export function crcOfFew(bytes: Uint8Array, start: number, end: number, before: number): number {
  let value = ~before;
  for (let i = start; i < end; i++) value = TABLE[(value ^ bytes[i]!) & 0xff]! ^ (value >>> 8);
  return ~value >>> 0;
}

/** Returns the CRC of any number of bytes, going on from the CRC of what is before them. */
export function crcOf(bytes: Uint8Array, before = 0): number {
  return crc32(bytes, before);
}
