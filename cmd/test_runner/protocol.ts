/**
 * What the runner and its worker processes say to each other: JSON, one value a line. A worker gets tasks
 * on standard input, does one after the other, and answers each on standard output, in the same order.
 */

import type { Outcome } from "../../tests/labs/run_lab_test.ts";

/** One test to be run once. */
export interface Task {
  readonly id: number;
  readonly lab: string;
  /** The test's function name. */
  readonly test: string;
  /** The seed of the iteration, in decimal digits. */
  readonly seed: string;
  /** Answer with all events of the run, instead of finding out whether a failure repeats. */
  readonly recordEvents: boolean;
  /** Play the test in the real world, though it could be simulated. */
  readonly real: boolean;
  /** The name of the mistake that every server makes; none without. */
  readonly bug?: string;
  /** Where to leave the trace of a failure. */
  readonly traceFile: string | undefined;
}

/** The worker has started and waits for tasks. */
export interface ReadyMessage {
  readonly type: "ready";
}

/** The test failed, and is being run a second time. Should that never end, this is what is known. */
export interface FailingMessage {
  readonly type: "failing";
  readonly id: number;
  readonly outcome: Outcome;
}

/** A task is done. */
export interface DoneMessage {
  readonly type: "done";
  readonly id: number;
  readonly outcome: Outcome;
  /** The trace that was written. */
  readonly traceFile?: string;
  /** Why there is no trace although one was asked for. */
  readonly traceError?: string;
  /** All events, if they were asked for. */
  readonly events?: readonly string[];
}

/** What a worker says. */
export type WorkerMessage = ReadyMessage | FailingMessage | DoneMessage;

/** Writes a task or a message as one line. */
export function encodeLine(value: Task | WorkerMessage): string {
  return `${JSON.stringify(value)}\n`;
}

/** Reads a line from the runner. Its sender is this program, so a line that is no task is a `SyntaxError`. */
export function parseTask(line: string): Task {
  const value: unknown = JSON.parse(line);
  if (isRecord(value) && typeof value.id === "number" && typeof value.test === "string") {
    return { traceFile: undefined, ...value } as unknown as Task;
  }
  throw new SyntaxError(`Not a task: ${line.slice(0, 100)}`);
}

/** Reads a line from a worker; `undefined` if it is none of its messages, as when a test wrote it. */
export function parseMessage(line: string): WorkerMessage | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!isRecord(value)) return undefined;
  if (value.type === "ready") return { type: "ready" };
  const known = value.type === "failing" || value.type === "done";
  if (!known || typeof value.id !== "number" || !isRecord(value.outcome)) return undefined;
  return value as unknown as FailingMessage | DoneMessage;
}

/** Splits text that arrives in pieces into lines, without their ends; an unfinished last line is dropped. */
export async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream() as TextDecoding)) {
    rest += text;
    // Lines can be megabytes long: they are not searched again with every piece.
    if (!text.includes("\n")) continue;
    const lines = rest.split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
}

type TextDecoding = TransformStream<Uint8Array, string>;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
