/** Chance for what need not be repeated. */

import { SeededRandom } from "../base/random.ts";

/** Returns a stream of random numbers from a seed of the operating system. */
export function systemRandom(): SeededRandom {
  return new SeededRandom(crypto.getRandomValues(new BigUint64Array(1))[0]!);
}
