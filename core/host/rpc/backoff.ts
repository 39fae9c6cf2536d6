/** How long to wait before the next attempt: longer each time, and not the same for everybody. */

import type { Random } from "../../base/ports.ts";
import { type Millis, ms } from "../../base/units.ts";

/** Pauses that double from `min` up to `max`, each between one half and the whole of that. */
export class Backoff {
  readonly #min: Millis;
  readonly #max: Millis;
  readonly #random: Random;
  #failures = 0;

  constructor(min: Millis, max: Millis, random: Random) {
    this.#min = min;
    this.#max = max;
    this.#random = random;
  }

  /** There was a failure: returns the pause before the next attempt. */
  next(): Millis {
    const micros = Math.ceil(Math.min(this.#max, this.#min * 2 ** this.#failures) * 1000);
    if (micros < this.#max * 1000) this.#failures++;
    const half = Math.floor(micros / 2);
    return ms(this.#random.between(half, micros) / 1000);
  }

  /** There was a success: the next failure is the first one again. */
  reset(): void {
    this.#failures = 0;
  }
}
