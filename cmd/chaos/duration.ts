/** Spans of time on the command line. */

import { InvalidArgumentError } from "@commander-js/extra-typings";

const UNITS: Readonly<Record<string, number>> = {
  "": 1000,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** Parses a span of time above 0, as in `90`, `90s`, `1.5m` or `500ms`; the result is in milliseconds. */
export function duration(text: string): number {
  const parts = /^(\d+(?:\.\d+)?)(ms|s|m|h|)$/.exec(text);
  const value = Number(parts?.[1]) * (UNITS[parts?.[2] ?? ""] ?? 0);
  if (parts === null || !(value > 0)) {
    throw new InvalidArgumentError("Expected a span of time above 0, as in 90s or 2m");
  }
  return value;
}
