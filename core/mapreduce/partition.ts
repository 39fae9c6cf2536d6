/** The default partition function (the paper's §4.1): FNV-1a over the key's bytes, as in the labs. */

const OFFSET_BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

/**
 * Returns the 32-bit FNV-1a hash of `bytes[start, end)`, as an integer in `[0, 2^32)`.
 *
 * @example
 * ```ts
 * import { fnv1a } from "./partition.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(fnv1a(new TextEncoder().encode("hello")), 1335831723);
 * ```
 */
export function fnv1a(bytes: Uint8Array, start = 0, end: number = bytes.length): number {
  let hash = OFFSET_BASIS | 0;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, PRIME);
  return hash >>> 0;
}

/** Returns the labs' hash of a key: FNV-1a without its top bit, in `[0, 2^31)`. */
export function ihash(key: Uint8Array): number {
  return fnv1a(key) & 0x7fffffff;
}

/** Returns which of `nReduce` partitions a key belongs to, from 0. */
export function partition(key: Uint8Array, nReduce: number): number {
  return ihash(key) % nReduce;
}
