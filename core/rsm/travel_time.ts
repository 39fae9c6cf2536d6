/** How much longer than a short one a long request may take. */

import { type Millis, ms } from "../base/units.ts";

/** Bytes per millisecond that the way to an answer takes at least, through a log and several disks. */
const SLOWEST_RATE = 4096;

/**
 * The time to add to a call's for a request of so many bytes. One that is sent again while it is still on its way only
 * makes the way longer.
 */
export function travelTime(bytes: number): Millis {
  return ms(Math.floor(bytes / SLOWEST_RATE));
}
