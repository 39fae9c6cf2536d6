/** Finds the line that something fails on, if it only tells whether it fails on several. */

import type { InputPiece } from "./map_input.ts";

const LINE_FEED = 10;

/**
 * Halves `piece`, on which `fails` is true, until one line is left. `undefined` if no half fails: then it takes several
 * lines together.
 */
export async function findBadLine(
  piece: InputPiece,
  fails: (piece: InputPiece) => Promise<boolean>,
): Promise<InputPiece | undefined> {
  const middle = middleOf(piece.bytes);
  if (middle === 0) return piece;
  const halves = [
    { bytes: piece.bytes.subarray(0, middle), offset: piece.offset },
    { bytes: piece.bytes.subarray(middle), offset: piece.offset + middle },
  ];
  for (const half of halves) if (await fails(half)) return findBadLine(half, fails);
  return undefined;
}

/** The beginning of a line in about the middle; 0 if there is only one line. */
function middleOf(bytes: Uint8Array): number {
  const half = bytes.length >>> 1;
  const behind = bytes.indexOf(LINE_FEED, half) + 1;
  if (behind > 0 && behind < bytes.length) return behind;
  return bytes.lastIndexOf(LINE_FEED, half - 1) + 1;
}
