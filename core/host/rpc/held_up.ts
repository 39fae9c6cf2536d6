/** Telling a peer that is silent from a program that did not listen. */

import { between, type Instant, type Millis, ms } from "../../base/units.ts";

/** A timer that fires later than this was held up by something. */
const LATE = ms(100);

/** The pause that lets what has arrived in the meantime be read. */
export const CATCH_UP = ms(10);

/**
 * Notices that this program was held up itself, by a long computation or because it was stopped: what its peers
 * sent meanwhile has arrived, but nobody has read it, so nothing can be held against them yet.
 */
export class HeldUpCheck {
  #excused = false;

  /** A timer that was due at `due` fires at `now`: true if it should fire again a little later. Not twice in a row. */
  isHeldUp(due: Instant, now: Instant): boolean {
    this.#excused = !this.#excused && isLate(between(due, now));
    return this.#excused;
  }
}

function isLate(delay: Millis): boolean {
  return delay > LATE;
}
