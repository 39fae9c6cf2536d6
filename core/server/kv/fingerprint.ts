/** What a replica has applied, in so few bytes that replicas can be compared. */

import { crc32 } from "node:zlib";
import { latin1Of } from "../../base/mod.ts";
import type { KvStateMachine } from "../../kv/mod.ts";

/** JSON-safe. Replicas that have applied the same entries have the same fingerprint. */
export interface KvFingerprint {
  readonly lastApplied: number;
  readonly keys: number;
  /** Of all keys and values, whatever the order in which they are kept. */
  readonly contents: string;
  /** Clients that are remembered, and the bytes of what they were answered. */
  readonly sessions: number;
  readonly sessionBytes: number;
}

/** The service under which a server tells it, as JSON. */
export const KV_FINGERPRINT_SERVICE = "KvFingerprint";

const MODULUS = 2 ** 32;

/** Takes the fingerprint of all keys and values. Reads all of them: for stores that are small, or at rest. */
export function contentsOf(store: Pick<KvStateMachine, "entries">): string {
  let sum = 0;
  let mixed = 0;
  for (const [key, value] of store.entries()) {
    const text = typeof value === "string" ? value : latin1Of(value);
    const hash = crc32(`${key.length} ${key}${text}`);
    sum = (sum + hash) % MODULUS;
    mixed = (mixed + (Math.imul(hash ^ hash >>> 15, 0x2c1b3c6d) >>> 0)) % MODULUS;
  }
  return [sum, mixed].map((half) => half.toString(16).padStart(8, "0")).join("");
}

/** Encodes a fingerprint. */
export function encodeKvFingerprint(fingerprint: KvFingerprint): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(fingerprint));
}

/**
 * Decodes a fingerprint.
 *
 * @throws {SyntaxError} If it is none.
 */
export function decodeKvFingerprint(bytes: Uint8Array): KvFingerprint {
  return JSON.parse(new TextDecoder().decode(bytes)) as KvFingerprint;
}
