/** Where in a store of several parts a command belongs. */

import { CommandError, type DataCommand } from "./commands/command.ts";
import type { StoreParts } from "./store_parts.ts";

/** One part, or each of them. */
export type Place = number | "everywhere";

/**
 * Returns the place of a command.
 *
 * @throws {CommandError} If it has keys of several parts, or its arguments are wrong.
 */
export function placeOf(
  command: DataCommand,
  words: readonly Uint8Array[],
  parts: StoreParts,
): Place {
  if (parts.count === 1) return 0;
  if (command.keys === undefined) return command.place?.(words, parts.count) ?? "everywhere";
  const [first, last, step] = command.keys;
  const part = parts.partOf(words[first]!);
  const end = last < 0 ? words.length + last : last;
  for (let i = first + step; i <= end; i += step) {
    if (parts.partOf(words[i]!) !== part) {
      throw new CommandError("CROSSSLOT Keys in request don't hash to the same slot");
    }
  }
  return part;
}
