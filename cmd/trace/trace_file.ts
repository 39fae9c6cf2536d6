/** Reads the trace that `dist824 test --trace` leaves: a line about the run, then a line for each event. */

import type { TraceEvent } from "../../core/base/ports.ts";
import { FailedError } from "../errors.ts";

/** What is known of the run. Everything may be missing. */
export interface TraceHeader {
  readonly lab?: string;
  readonly test?: string;
  readonly seed?: string;
  readonly verdict?: string;
  readonly reason?: string;
  readonly bug?: string;
  /** The plan that the run followed. */
  readonly plan?: string;
}

/** A whole trace. */
export interface TraceFile {
  readonly header: TraceHeader;
  readonly events: readonly TraceEvent[];
}

/**
 * Parses the text of a trace.
 *
 * @throws {FailedError} Naming the first line that is none of a trace.
 */
export function parseTrace(text: string): TraceFile {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  const [first, ...rest] = lines;
  if (first === undefined) throw new FailedError("the trace is empty");
  const header = parseLine(first, 1);
  if ("at" in header) {
    throw new FailedError("line 1 is an event: the line about the run is missing");
  }
  const events = rest.map((line, index) => {
    const event = parseLine(line, index + 2);
    if (!isEvent(event)) throw new FailedError(`line ${index + 2} is no event of a trace`);
    return event;
  });
  return { header: header as TraceHeader, events };
}

function parseLine(line: string, number: number): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {
    // Reported below, like what is JSON and no object.
  }
  throw new FailedError(`line ${number} is no JSON object: ${line.slice(0, 60)}`);
}

function isEvent(value: Record<string, unknown>): value is TraceEvent & Record<string, unknown> {
  return typeof value.at === "number" && typeof value.topic === "string" &&
    typeof value.what === "string";
}
