/** Texts for commands and names. */

import type { Random } from "../../../core/base/ports.ts";

/** The URL-safe alphabet of base64. */
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** Draws a text of `length` characters, each a byte in UTF-8. */
export function randomText(random: Random, length: number): string {
  let text = "";
  for (let i = 0; i < length; i++) text += ALPHABET[random.below(ALPHABET.length)];
  return text;
}
