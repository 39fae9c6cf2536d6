/** Comparing secrets without telling by the time it takes how much of a guess is right. */

import { createHash, timingSafeEqual } from "node:crypto";

/** Says whether two secrets are equal, in a time that depends on their lengths at most. */
export function sameSecret(a: Uint8Array, b: Uint8Array): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

function digest(secret: Uint8Array): Uint8Array {
  return createHash("sha256").update(secret).digest();
}
