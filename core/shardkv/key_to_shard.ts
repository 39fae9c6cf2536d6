/** Which shard a key belongs to. All servers and clients of a store must use the same function. */

/** Returns the shard of a key, in `[0, shardCount)`. */
export type KeyToShard = (key: Uint8Array, shardCount: number) => number;

/** The labs' function: the first byte; the empty key is in shard 0. */
export function firstByteShard(key: Uint8Array, shardCount: number): number {
  return (key[0] ?? 0) % shardCount;
}

const OPEN = "{".charCodeAt(0);
const CLOSE = "}".charCodeAt(0);

/**
 * What servers use: a hash of the whole key or, if it has something between `{` and the next `}`, of that, so that
 * keys that belong together can be put into one shard. The rule and the hash (CRC-16/XMODEM) are those of Redis
 * Cluster.
 */
export function hashedShard(key: Uint8Array, shardCount: number): number {
  return crc16(hashTag(key)) % shardCount;
}

function hashTag(key: Uint8Array): Uint8Array {
  const open = key.indexOf(OPEN);
  if (open < 0) return key;
  const close = key.indexOf(CLOSE, open + 1);
  return close > open + 1 ? key.subarray(open + 1, close) : key;
}

function crc16(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) {
      crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021;
    }
    crc &= 0xffff;
  }
  return crc;
}
