/**
 * The running hash of a simulation: two runs did the same things in the same order if, but for chance,
 * their hashes are equal. 64 bits in two 32-bit lanes; fast, and not cryptographic.
 */

/**
 * What can be folded into the hash beside the events themselves. Kinds from `other` on are free for
 * whoever builds on the simulator.
 */
export const FoldKind = {
  event: 0,
  send: 1,
  drop: 2,
  deliver: 3,
  reply: 4,
  fault: 5,
  write: 6,
  sync: 7,
  crash: 8,
  other: 16,
} as const;

const KIND_NAMES = new Map<number, string>(
  Object.entries(FoldKind).map(([name, kind]) => [kind, name]),
);

/** Returns the name of a kind: its key in {@linkcode FoldKind}, or its number. */
export function foldKindName(kind: number): string {
  return kind < FoldKind.other ? KIND_NAMES.get(kind) ?? `${kind}` : `${kind}`;
}

/** Folds triples of 32-bit integers into 64 bits. */
export class EventHash {
  readonly #lanes = new Int32Array([0x243f6a88, 0x85a308d3]);

  /** Folds in three numbers, each taken modulo 2^32. */
  fold(kind: number, a: number, b: number): void {
    const lanes = this.#lanes;
    let high = lanes[0]!;
    let low = lanes[1]!;
    high = Math.imul(high ^ a, 0x9e3779b1) + kind;
    high ^= high >>> 15;
    low = Math.imul(low ^ b, 0x85ebca77) + high;
    low ^= low >>> 13;
    lanes[0] = Math.imul(high, 0xc2b2ae3d) ^ low;
    lanes[1] = low;
  }

  /** The hash so far, as 16 hexadecimal digits. */
  digest(): string {
    const [high, low] = this.#lanes;
    return hex(high! ^ Math.imul(low!, 0x27d4eb2f)) + hex(low!);
  }
}

/**
 * Returns 32 bits that depend on the length of `bytes` and on their values: on each of them up to 64
 * bytes, on about 64 spread over the whole beyond that.
 */
export function digestBytes(bytes: Uint8Array): number {
  const length = bytes.length;
  const step = (length >>> 6) + 1;
  let digest = length + 0x7ed55d16;
  for (let i = 0; i < length; i += step) digest = Math.imul(digest ^ bytes[i]!, 0x01000193);
  return digest ^ (digest >>> 15);
}

function hex(lane: number): string {
  return (lane >>> 0).toString(16).padStart(8, "0");
}
