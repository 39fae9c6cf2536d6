/** Help for captures: joins what was encoded piece by piece. */

import { ByteSlab } from "../base/byte_slab.ts";

/** How much is copied at a time: well below a millisecond. */
const STEP_BYTES = 1024 * 1024;

const slab = new ByteSlab();

/** Joins byte strings, a little in every step. */
export function* joinInSteps(pieces: readonly Uint8Array[]): Generator<undefined, Uint8Array> {
  const only = pieces.filter((piece) => piece.length > 0);
  if (only.length === 1) return only[0]!;
  const bytes = slab.take(only.reduce((sum, piece) => sum + piece.length, 0));
  let offset = 0;
  let copied = 0;
  for (const piece of only) {
    for (let start = 0; start < piece.length; start += STEP_BYTES) {
      const part = piece.subarray(start, start + STEP_BYTES);
      bytes.set(part, offset);
      offset += part.length;
      copied += part.length;
      if (copied >= STEP_BYTES) {
        copied = 0;
        yield;
      }
    }
  }
  return bytes;
}
