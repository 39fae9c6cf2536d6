/**
 * The errors that every layer shares. A broken invariant is never handled: the runner records the seed
 * and the trace, a server stops.
 */

/** A property of the protocol does not hold. The message carries the facts that contradict each other. */
export class InvariantError extends Error {
  override readonly name = "InvariantError";
  /** The property's name, as in the paper where it has one (`ElectionSafety`, `LogMatching`, …). */
  readonly property: string;

  constructor(property: string, detail: string) {
    super(`${property}: ${detail}`);
    this.property = property;
  }
}

/**
 * Throws {@linkcode InvariantError} unless `holds`; `detail` runs only on failure.
 *
 * @example
 * ```ts
 * import { invariant } from "./errors.ts";
 * const commitIndex = 3, lastIndex = 5;
 * invariant(commitIndex <= lastIndex, "CommitBound", () => `${commitIndex} > ${lastIndex}`);
 * ```
 */
export function invariant(
  holds: boolean,
  property: string,
  detail: () => string,
): asserts holds {
  if (!holds) throw new InvariantError(property, detail());
}

/** Bytes that cannot be what they claim to be: cut short, of another version, or damaged. */
export class DamagedDataError extends Error {
  override readonly name = "DamagedDataError";
  /** Where in the data the damage was noticed, in bytes from its beginning. */
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(`${message} (at byte ${offset})`);
    this.offset = offset;
  }
}
