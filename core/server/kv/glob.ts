/**
 * Patterns for keys, as in Redis: `*` is any bytes, `?` any one, `[abc]`, `[^abc]` and `[a-z]` one of a set, `\`
 * takes the special meaning from what follows. Where Redis is lenient (a set that does not end), so is this.
 */

const STAR = 42;
const QUESTION = 63;
const OPEN = 91;
const CLOSE = 93;
const CARET = 94;
const DASH = 45;
const BACKSLASH = 92;

/** One step of a pattern: which bytes match, or `*`. */
type Step = "any bytes" | ((byte: number) => boolean);

/**
 * Compiles a pattern into a test of keys. The time of a test is at most proportional to the length of the pattern
 * times that of the key.
 *
 * @example
 * ```ts
 * import { globMatcher } from "./glob.ts";
 * import assert from "node:assert/strict";
 *
 * const bytes = (text: string) => new TextEncoder().encode(text);
 * const matches = globMatcher(bytes("user:[0-9]*"));
 * assert.ok(matches(bytes("user:42")));
 * assert.ok(!matches(bytes("user:x")));
 * ```
 */
export function globMatcher(pattern: Uint8Array): (key: Uint8Array) => boolean {
  const steps = parse(pattern);
  if (steps.length === 1 && steps[0] === "any bytes") return () => true;
  return (key) => matches(steps, key);
}

/** After a mismatch only the last star needs to take one byte more: what it took before cannot help. */
function matches(steps: readonly Step[], key: Uint8Array): boolean {
  let step = 0;
  let at = 0;
  let starStep = -1;
  let starAt = 0;
  while (at < key.length) {
    const present = steps[step];
    if (present === "any bytes") {
      starStep = step++;
      starAt = at;
    } else if (present?.(key[at]!)) {
      step++;
      at++;
    } else if (starStep >= 0) {
      step = starStep + 1;
      at = ++starAt;
    } else return false;
  }
  while (steps[step] === "any bytes") step++;
  return step === steps.length;
}

function parse(pattern: Uint8Array): Step[] {
  const steps: Step[] = [];
  for (let at = 0; at < pattern.length;) {
    const byte = pattern[at]!;
    if (byte === STAR) {
      if (steps.at(-1) !== "any bytes") steps.push("any bytes");
      at++;
    } else if (byte === QUESTION) {
      steps.push(() => true);
      at++;
    } else if (byte === OPEN) {
      const set = parseSet(pattern, at + 1);
      steps.push(set.has);
      at = set.next;
    } else {
      const literal = byte === BACKSLASH && at + 1 < pattern.length ? pattern[++at]! : byte;
      steps.push((other) => other === literal);
      at++;
    }
  }
  return steps;
}

/** Parses a set behind its bracket. */
function parseSet(
  pattern: Uint8Array,
  from: number,
): { readonly has: (byte: number) => boolean; readonly next: number } {
  const members = new Set<number>();
  const negated = pattern[from] === CARET;
  let at = negated ? from + 1 : from;
  while (at < pattern.length && pattern[at] !== CLOSE) {
    if (pattern[at] === BACKSLASH && at + 1 < pattern.length) members.add(pattern[++at]!);
    else if (pattern[at + 1] === DASH && at + 2 < pattern.length) {
      const ends = [pattern[at]!, pattern[at + 2]!];
      for (let byte = Math.min(...ends); byte <= Math.max(...ends); byte++) members.add(byte);
      at += 2;
    } else members.add(pattern[at]!);
    at++;
  }
  return { has: (byte) => members.has(byte) !== negated, next: at + 1 };
}
