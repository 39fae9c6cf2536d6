/** Parsers for the values of options and arguments: what needs no I/O is checked here, once. */

import { Argument, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { closest } from "./suggest.ts";

/** The bounds of an integer, both included. */
export interface IntegerBounds {
  readonly min?: number;
  readonly max?: number;
}

/** Parses a decimal integer within bounds (by default 0 and 2^53 - 1). */
export function integer(bounds: IntegerBounds = {}): (text: string) => number {
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = bounds;
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  return (text) => {
    const value = Number(text);
    if (!/^-?\d+$/.test(text) || value < min || value > max) {
      throw new InvalidArgumentError(`Expected an integer ${range}`);
    }
    return value;
  };
}

/** Parses a number of seconds, with or without a fraction, `> 0`. */
export function seconds(text: string): number {
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || !(value > 0)) {
    throw new InvalidArgumentError("Expected a number of seconds above 0");
  }
  return value;
}

/** Parses a number of bytes: `1000`, `64K`, `32M`, `2G`, in powers of 1024. */
export function size(text: string): number {
  const parts = /^(\d+)([kmg]?)(i?b)?$/i.exec(text);
  const exponent = parts === null ? 0 : ["", "k", "m", "g"].indexOf(parts[2]!.toLowerCase());
  const bytes = Number(parts?.[1]) * 1024 ** exponent;
  if (parts === null || !(bytes >= 1) || !Number.isSafeInteger(bytes)) {
    throw new InvalidArgumentError(
      "Expected a number of bytes above 0, as in 1000, 64K, 32M or 2G",
    );
  }
  return bytes;
}

/** Checks that a value is one of `known`, without regard to upper and lower case. */
export function oneOf<const T extends string>(known: readonly T[]): (text: string) => T {
  return (text) => {
    const found = known.find((value) => value.toLowerCase() === text.toLowerCase());
    if (found !== undefined) return found;
    const near = closest(text, known);
    const hint = near === undefined ? "" : ` (did you mean ${near}?)`;
    throw new InvalidArgumentError(`Expected one of ${listed(known)}${hint}`);
  };
}

/** Of more values than this, help and errors show none or a few. */
export const CHOICES_SHOWN_MAX = 16;

function listed(known: readonly string[]): string {
  if (known.length <= CHOICES_SHOWN_MAX) return known.join(", ");
  return `${known.slice(0, 4).join(", ")}, and ${known.length - 4} more`;
}

/** Applies `parse` to each value of an option that may be given several times or with several values. */
export function eachOf<T>(parse: (text: string) => T): (text: string, before?: T[]) => T[] {
  return (text, before) => [...(before ?? []), parse(text)];
}

/** An option with a fixed set of values, which help and completions show. */
export function choiceOption<const Flags extends string, const T extends string>(
  flags: Flags,
  description: string,
  known: readonly T[],
): Option<Flags, undefined, undefined, T> {
  const option = new Option(flags, description).argParser(oneOf(known));
  option.argChoices = [...known];
  return option;
}

/** The same for several values: `--lab <lab...>`. */
export function choicesOption<const Flags extends string, const T extends string>(
  flags: Flags,
  description: string,
  known: readonly T[],
): Option<Flags, undefined, undefined, T[]> {
  const option = new Option(flags, description).argParser(eachOf(oneOf(known)));
  option.argChoices = [...known];
  return option;
}

/** A positional argument with a fixed set of values. */
export function choiceArgument<const Name extends string, const T extends string>(
  name: Name,
  description: string,
  known: readonly T[],
): Argument<Name, undefined, T> {
  const argument = new Argument(name, description).argParser(oneOf(known));
  argument.argChoices = [...known];
  return argument;
}
