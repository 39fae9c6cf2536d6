/** An application as the tasks run it: both kinds in one form, which makes no object for a pair. */

import type {
  ByteApp,
  MapContext,
  MapReduceApp,
  Scanner,
  TaskContext,
  TextApp,
  WriteLine,
} from "./app.ts";
import { sumOf, toDecimal } from "./decimal.ts";
import type { KeyGroups } from "./key_groups.ts";
import { type LineWriter, SPACE } from "./line_writer.ts";
import type { ValueCursor } from "./pair_cursor.ts";
import { fnv1a } from "./partition.ts";
import type { StreamingApp } from "./streaming_app.ts";
import { streamingProgram } from "./streaming_program.ts";
import { decodeText, TextScratch } from "./text_codec.ts";
import { bytesOf, textsOf } from "./value_iterables.ts";

/** Takes pairs, by where their bytes are. It copies them. */
export interface PairSink {
  add(
    key: Uint8Array,
    keyStart: number,
    keyEnd: number,
    value: Uint8Array,
    valueStart: number,
    valueEnd: number,
  ): void;
}

/** Joins the values of the key `bytes[start, end)`. The result is valid until the next call. */
export type Combine = (
  bytes: Uint8Array,
  start: number,
  end: number,
  values: ValueCursor,
) => Uint8Array;

/** An application, ready to be run. */
export interface Program {
  readonly wholeFiles: boolean;
  /** The byte between key and value in the output. */
  readonly separator: number;
  map(
    file: string,
    contents: Uint8Array,
    sink: PairSink,
    context: MapContext,
  ): void | Promise<void>;
  /** In place of `map`, if the application reads in pieces. */
  readonly scan:
    | ((file: string, sink: PairSink, context: MapContext) => Scanner)
    | undefined;
  /** In place of `map`, if a command does it. */
  readonly pipe:
    | ((file: string, sink: PairSink, context: MapContext) => LinePipe)
    | undefined;
  readonly combine: Combine | undefined;
  /** Which of `nReduce` partitions `key[start, end)` belongs to. */
  partition(key: Uint8Array, start: number, end: number, nReduce: number): number;
  /** Reduces the key that `groups` stands on. */
  reduce(groups: KeyGroups, out: LineWriter, context: TaskContext): void | Promise<void>;
  /** In place of `reduce`, takes all keys. It calls `flush` between lines when `out` has much. */
  readonly reduceAll:
    | ((
      groups: KeyGroups,
      out: LineWriter,
      flush: () => Promise<void> | undefined,
      context: TaskContext,
      signal: AbortSignal,
    ) => Promise<void>)
    | undefined;
}

/** A command that takes the lines of one split. */
export interface LinePipe {
  write(lines: Uint8Array): Promise<void>;
  /** Resolves when all that the lines lead to has reached the sink. */
  end(): Promise<void>;
  /** Gives up; resolves when the command is gone. Harmless if it has ended. */
  kill(): Promise<void>;
}

/** Prepares an application. The result is for one task at a time. */
export function toProgram(app: MapReduceApp | StreamingApp): Program {
  if ("streaming" in app) return streamingProgram(app);
  return app.bytes ? byteProgram(app) : textProgram(app);
}

function byteProgram(app: ByteApp): Program {
  const { combine, scan, partition, reduceLines, sums } = app;
  let target: LineWriter | undefined;
  const writeLine: WriteLine = (line) => target!.line(line);
  return {
    wholeFiles: app.wholeFiles ?? false,
    separator: SPACE,
    map: (file, contents, sink, context) => app.map(file, contents, emitTo(sink), context),
    scan: scan && ((file, sink, context) => scan(file, emitTo(sink), context)),
    pipe: undefined,
    reduceAll: undefined,
    combine: sums ? (_bytes, _start, _end, values) => toDecimal(sumOf(values)) : combine &&
      ((bytes, start, end, values) => combine(bytes.subarray(start, end), bytesOf(values))),
    partition: partition === undefined
      ? partitionByHash
      : (key, start, end, nReduce) => partition(key.subarray(start, end), nReduce),
    reduce(groups, out, context) {
      if (sums) {
        const { keyBytes, keyStart, keyEnd } = groups;
        const sum = toDecimal(sumOf(groups));
        return out.pair(keyBytes, keyStart, keyEnd, sum, 0, sum.length);
      }
      const key = groups.key();
      if (reduceLines !== undefined) {
        target = out;
        return reduceLines(key, bytesOf(groups), writeLine);
      }
      return whenKnown(app.reduce(key, bytesOf(groups), context), (value) => {
        if (!(value instanceof Uint8Array)) throw wrongType("reduce returned", value, "bytes");
        out.pair(key, 0, key.length, value, 0, value.length);
      });
    },
  };
}

function emitTo(sink: PairSink): (key: Uint8Array, value: Uint8Array) => void {
  return (key, value) => sink.add(key, 0, key.length, value, 0, value.length);
}

function textProgram(app: TextApp): Program {
  const { combine, partition } = app;
  const keys = new TextScratch();
  const values = new TextScratch();
  // Combining happens while a pair waits to be added.
  const results = new TextScratch();
  return {
    wholeFiles: app.wholeFiles ?? false,
    separator: SPACE,
    async map(file, contents, sink, context) {
      for (const { key, value } of await app.map(file, decodeText(contents), context)) {
        if (typeof key !== "string") throw wrongType("map emitted", key, "text as key");
        if (typeof value !== "string") throw wrongType("map emitted", value, "text as value");
        const keyLength = keys.encode(key);
        const valueLength = values.encode(value);
        sink.add(keys.bytes, 0, keyLength, values.bytes, 0, valueLength);
        const room = context.room();
        if (room !== undefined) await room;
      }
    },
    scan: undefined,
    pipe: undefined,
    reduceAll: undefined,
    combine: combine && ((bytes, start, end, combined) => {
      const value = combine(decodeText(bytes, start, end), textsOf(combined));
      if (typeof value !== "string") throw wrongType("combine returned", value, "text");
      const length = results.encode(value);
      return results.bytes.subarray(0, length);
    }),
    partition: partition === undefined
      ? partitionByHash
      : (key, start, end, nReduce) => partition(decodeText(key, start, end), nReduce),
    reduce(groups, out, context) {
      const { keyBytes, keyStart, keyEnd } = groups;
      const key = decodeText(keyBytes, keyStart, keyEnd);
      return whenKnown(app.reduce(key, textsOf(groups), context), (value) => {
        if (typeof value !== "string") throw wrongType("reduce returned", value, "text");
        const length = results.encode(value);
        out.pair(keyBytes, keyStart, keyEnd, results.bytes, 0, length);
      });
    },
  };
}

/** Goes on at once with what is at hand: millions of keys must not wait one turn of the event loop each. */
function whenKnown<T>(value: T | Promise<T>, then: (value: T) => void): void | Promise<void> {
  return value instanceof Promise ? value.then(then) : then(value);
}

function wrongType(whoDidWhat: string, value: unknown, wanted: string): TypeError {
  const kind = value === null ? "null" : typeof value;
  return new TypeError(`The application's ${whoDidWhat} ${kind}, where ${wanted} is expected`);
}

/** The default partition function, for a key by where its bytes are. */
export function partitionByHash(
  key: Uint8Array,
  start: number,
  end: number,
  nReduce: number,
): number {
  return (fnv1a(key, start, end) & 0x7fffffff) % nReduce;
}
