/**
 * Time as the protocols see it: branded milliseconds, so that a span, a point on a clock and a plain
 * number cannot be confused. Where the milliseconds come from is the business of a {@linkcode Clock}.
 */

declare const unit: unique symbol;

/** A span of time in milliseconds, `>= 0`; fractions are allowed (a hop in a LAN is below one). */
export type Millis = number & { readonly [unit]: "ms" };

/** A point in time, in milliseconds since the owning clock started. */
export type Instant = number & { readonly [unit]: "instant-ms" };

/** The instant that never comes. */
export const NEVER: Instant = Infinity as Instant;

/**
 * Makes a span of `value` milliseconds.
 *
 * @throws {RangeError} If `value` is negative or not a number.
 *
 * @example
 * ```ts
 * import { ms } from "./units.ts";
 * const heartbeatInterval = ms(100);
 * ```
 */
export function ms(value: number): Millis {
  if (!(value >= 0)) {
    throw new RangeError(`A span of time must be >= 0 ms: current value is ${value}`);
  }
  return value as Millis;
}

/** Makes the point `value` milliseconds after the start of a clock. */
export function instant(value: number): Instant {
  return value as Instant;
}

/** Returns the point `span` after `at`. */
export function after(at: Instant, span: Millis): Instant {
  return (at + span) as Instant;
}

/** Returns the span from `start` to `end`, or 0 if `end` lies before `start`. */
export function between(start: Instant, end: Instant): Millis {
  return Math.max(0, end - start) as Millis;
}

/** Returns the earlier of two points. */
export function earlier(a: Instant, b: Instant): Instant {
  return a < b ? a : b;
}
