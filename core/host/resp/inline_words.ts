/**
 * Requests as people type them: words between blanks. `"…"` may hold blanks and the escapes `\n \r \t \b \a`,
 * `\xHH`, and `\` before any other character; `'…'` may hold blanks and `\'`. A quote ends its word.
 */

import { RespProtocolError } from "./request.ts";

const BACKSLASH = 92;
const DOUBLE = 34;
const SINGLE = 39;
const LOWER_X = 120;

const ESCAPES: ReadonlyMap<number | undefined, number> = new Map(
  Object.entries({ n: 10, r: 13, t: 9, b: 8, a: 7 }).map(([name, code]) => [
    name.charCodeAt(0),
    code,
  ]),
);

/**
 * Splits a line, without its end, into words.
 *
 * @throws {RespProtocolError} If a quote is not closed, or something stands right behind a closing one.
 *
 * @example
 * ```ts
 * import { inlineWords } from "./inline_words.ts";
 * import assert from "node:assert/strict";
 *
 * const words = inlineWords(new TextEncoder().encode(`set "my key" 1`));
 * assert.deepEqual(words.map((word) => new TextDecoder().decode(word)), ["set", "my key", "1"]);
 * ```
 */
export function inlineWords(line: Uint8Array): Uint8Array[] {
  const words: Uint8Array[] = [];
  let at = 0;
  for (;;) {
    while (at < line.length && isBlank(line[at])) at++;
    if (at === line.length) return words;
    const word: number[] = [];
    while (at < line.length && !isBlank(line[at])) {
      const byte = line[at]!;
      if (byte === DOUBLE) at = readQuoted(line, at + 1, DOUBLE, word);
      else if (byte === SINGLE) at = readQuoted(line, at + 1, SINGLE, word);
      else {
        word.push(byte);
        at++;
      }
    }
    words.push(Uint8Array.from(word));
  }
}

/** Reads up to the closing quote, and returns the place behind it. */
function readQuoted(line: Uint8Array, from: number, quote: number, into: number[]): number {
  let at = from;
  while (line[at] !== quote) {
    const byte = line[at];
    if (byte === undefined) throw unbalanced();
    if (byte !== BACKSLASH || at + 1 === line.length) {
      into.push(byte);
      at++;
    } else if (quote === SINGLE) at = readBackslash(line, at, into);
    else at = readEscape(line, at, into);
  }
  if (at + 1 < line.length && !isBlank(line[at + 1])) throw unbalanced();
  return at + 1;
}

/** In single quotes a backslash stands for itself, but before a quote. */
function readBackslash(line: Uint8Array, at: number, into: number[]): number {
  const quoted = line[at + 1] === SINGLE;
  into.push(quoted ? SINGLE : BACKSLASH);
  return at + (quoted ? 2 : 1);
}

function readEscape(line: Uint8Array, at: number, into: number[]): number {
  const next = line[at + 1]!;
  if (next === LOWER_X) {
    const digits = String.fromCharCode(line[at + 2] ?? 0, line[at + 3] ?? 0);
    if (/^[0-9a-f]{2}$/i.test(digits)) {
      into.push(parseInt(digits, 16));
      return at + 4;
    }
  }
  into.push(ESCAPES.get(next) ?? next);
  return at + 2;
}

function isBlank(byte: number | undefined): boolean {
  return byte === 32 || (byte !== undefined && byte >= 9 && byte <= 13) || byte === 0;
}

function unbalanced(): RespProtocolError {
  return new RespProtocolError("unbalanced quotes in request");
}
