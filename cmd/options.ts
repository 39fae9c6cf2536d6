/**
 * The options that mean the same in every command. Each function makes a new option, because an option
 * belongs to one parser.
 */

import { InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { integer } from "./values.ts";

const SEED_LIMIT = 1n << 64n;

/** `--seed <seed>`: a `bigint` in `[0, 2^64)`, decimal or `0x…`; absent if not given. */
export function seedOption(): Option<"--seed <seed>", undefined, undefined, bigint> {
  return new Option(
    "--seed <seed>",
    "seed of all random choices, decimal or 0x… (default: a new one)",
  ).argParser(parseSeedValue);
}

/** `--seed <seed>`, which must be given: the seed of something that happened. */
export function knownSeedOption(): Option<"--seed <seed>", undefined, undefined, bigint, true> {
  return new Option("--seed <seed>", "the seed with which it fails, decimal or 0x…")
    .argParser(parseSeedValue).makeOptionMandatory();
}

/** `--jobs <n>`: the number of processes that work at the same time; absent means one per core. */
export function jobsOption(): Option<"--jobs <n>", undefined, undefined, number> {
  return new Option("--jobs <n>", "work in <n> processes at a time (default: one per core)")
    .argParser(integer({ min: 1, max: 1024 }));
}

/** `--json <file>`: where to write the results as JSON; `-` is standard output. */
export function jsonOption(): Option<"--json <file>"> {
  return new Option("--json <file>", "write the results as JSON to <file>; - is standard output");
}

/** `--trace <dir>`: where to leave the traces of what failed, one JSON object a line. */
export function traceOption(): Option<"--trace <dir>"> {
  return new Option("--trace <dir>", "write the traces of failures (JSON lines) into <dir>");
}

/** `--insecure`. */
export function insecureOption(): Option<"--insecure"> {
  return new Option("--insecure", "let other machines in: nothing is encrypted, nobody is asked");
}

function parseSeedValue(text: string): bigint {
  if (/^(\d+|0x[0-9a-f]+)$/i.test(text)) {
    const seed = BigInt(text);
    if (seed < SEED_LIMIT) return seed;
  }
  throw new InvalidArgumentError("Expected an integer from 0 to 2^64 - 1, decimal or 0x…");
}
