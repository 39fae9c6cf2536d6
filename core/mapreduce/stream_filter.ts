/**
 * An application as a mapper or reducer of Hadoop Streaming: a filter from lines to lines. The other way round than
 * `streaming_app.ts`, which makes an application of filters.
 */

import type { MapContext, MapReduceApp } from "./app.ts";
import { AppError } from "./app_error.ts";
import { KeyCollector } from "./key_collector.ts";
import { LineWriter, TAB } from "./line_writer.ts";
import { type PairSink, type Program, toProgram } from "./program.ts";
import { ScanInput } from "./scan_input.ts";
import { keyEndOf, LineSplitter } from "./streaming.ts";
import { CounterSet } from "./task_options.ts";
import { decodeText } from "./text_codec.ts";

/** Where a filter writes. */
export interface FilterOutput {
  /** Gets the lines. The bytes are valid until it returns. */
  write(bytes: Uint8Array): void;
  /** Gets lines for the framework: counters and statuses. */
  report(line: string): void;
}

/** How much is read before it is mapped, and gathers before it is written. */
const MAP_BYTES = 1024 * 1024;
const WRITE_BYTES = 64 * 1024;
const LINE_FEED = 10;
const COUNTER_GROUP = "dist824";

/**
 * Maps: lines of input in, lines `key<TAB>value` out. `file` is what the application is told to be the input's name.
 *
 * @throws {AppError} If the application emits what is no such line: a tab in a key, or a line feed.
 */
export async function filterMap(
  app: MapReduceApp,
  file: string,
  input: AsyncIterable<Uint8Array>,
  output: FilterOutput,
): Promise<void> {
  const program = toProgram(app);
  const out = new LineWriter(TAB);
  const context = new FilterContext(output);
  const sink: PairSink = {
    add(key, keyStart, keyEnd, value, valueStart, valueEnd) {
      checkBytes("key", key, keyStart, keyEnd);
      checkBytes("value", value, valueStart, valueEnd);
      out.pair(key, keyStart, keyEnd, value, valueStart, valueEnd);
      if (out.pending >= WRITE_BYTES) output.write(out.take());
    },
  };
  if (program.scan === undefined) await mapLines(program, file, input, sink, context);
  else {
    const scanned = new ScanInput(program.scan(file, sink, context));
    for await (const piece of input) scanned.add(piece);
    scanned.end();
  }
  output.write(out.take());
  context.reportCounters();
}

/**
 * Reduces: lines `key<TAB>value` in, equal keys one behind the other; lines `key<TAB>value` out, or those that the
 * application writes itself. The values of one key are in memory, unless the application can combine them.
 */
export async function filterReduce(
  app: MapReduceApp,
  input: AsyncIterable<Uint8Array>,
  output: FilterOutput,
): Promise<void> {
  const program = toProgram(app);
  const out = new LineWriter(TAB);
  const context = new FilterContext(output);
  const collected = new KeyCollector(program.combine);
  const reduce = () => collected.take((groups) => program.reduce(groups, out, context));
  const lines: { readonly bytes: Uint8Array; readonly start: number; readonly end: number }[] = [];
  const splitter = new LineSplitter((bytes, start, end) => lines.push({ bytes, start, end }));
  const takeLines = async () => {
    for (const { bytes, start, end } of lines) {
      const keyEnd = keyEndOf(bytes, start, end);
      if (!collected.accepts(bytes, start, keyEnd)) await reduce();
      collected.add(bytes, start, keyEnd, bytes, Math.min(keyEnd + 1, end), end);
      if (out.pending >= WRITE_BYTES) output.write(out.take());
    }
    lines.length = 0;
  };
  for await (const piece of input) {
    splitter.add(piece);
    await takeLines();
  }
  splitter.end();
  await takeLines();
  await reduce();
  output.write(out.take());
  context.reportCounters();
}

/** Calls `map` with whole lines, about a megabyte at a time, or with everything. */
async function mapLines(
  program: Program,
  file: string,
  input: AsyncIterable<Uint8Array>,
  sink: PairSink,
  context: FilterContext,
): Promise<void> {
  const wanted = program.wholeFiles ? Infinity : MAP_BYTES;
  let parts: Uint8Array[] = [];
  let length = 0;
  const map = async (end: number) => {
    const bytes = joined(parts, length);
    await program.map(file, bytes.subarray(0, end), sink, context);
    context.offset += end;
    parts = end < length ? [bytes.subarray(end)] : [];
    length -= end;
  };
  for await (const piece of input) {
    const lineEnd = length + piece.lastIndexOf(LINE_FEED) + 1;
    const hasLineEnd = lineEnd > length;
    parts.push(piece);
    length += piece.length;
    if (length >= wanted && hasLineEnd) await map(lineEnd);
  }
  if (length > 0 || program.wholeFiles) await map(length);
}

class FilterContext implements MapContext {
  readonly #output: FilterOutput;
  readonly #counters = new CounterSet();
  offset = 0;

  constructor(output: FilterOutput) {
    this.#output = output;
  }

  count(name: string, amount?: number): void {
    this.#counters.count(name, amount);
  }

  status(text: string): void {
    this.#output.report(`reporter:status:${oneLine(text)}`);
  }

  room(): undefined {}

  reportCounters(): void {
    for (const [name, amount] of Object.entries(this.#counters.counts())) {
      const counter = oneLine(name).replaceAll(",", ";");
      this.#output.report(`reporter:counter:${COUNTER_GROUP},${counter},${amount}`);
    }
  }
}

function oneLine(text: string): string {
  return text.replaceAll("\n", " ");
}

function checkBytes(what: "key" | "value", bytes: Uint8Array, start: number, end: number): void {
  for (let i = start; i < end; i++) {
    const byte = bytes[i];
    if (byte !== LINE_FEED && (byte !== TAB || what === "value")) continue;
    const shown = JSON.stringify(decodeText(bytes, start, Math.min(end, start + 60)));
    const which = byte === TAB ? "a tab" : "a line feed";
    throw new AppError(
      `Streaming cannot carry ${which} in a ${what}: the application emits ${shown}`,
    );
  }
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
