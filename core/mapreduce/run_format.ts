/**
 * How sorted pairs are laid down in a file: blocks, one behind the other, each
 *
 *     length    4 bytes: of the payload
 *     checksum  4 bytes: CRC-32 of the payload
 *     payload   pairs: varint shared, varint rest, varint valueLength, `rest` bytes of key, `valueLength` of value
 *
 * A key is the first `shared` bytes of the one before it and then `rest` more; the first key of a block shares nothing,
 * so that a block can be read by itself. Fixed-size integers have their least significant byte first. The size of a
 * sorted file is always known from elsewhere, so it has no end mark.
 */

/** The bytes of a block before its payload. */
export const BLOCK_HEADER_BYTES = 8;

/** A block is closed with the first pair that brings its payload here; only a large pair makes a larger one. */
export const BLOCK_BYTES = 32 * 1024;

/** Reads four bytes, least significant first. */
export function readU32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | bytes[at + 1]! << 8 | bytes[at + 2]! << 16 | bytes[at + 3]! << 24) >>> 0;
}

/** Writes four bytes, least significant first. */
export function writeU32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value >>> 16;
  bytes[at + 3] = value >>> 24;
}
