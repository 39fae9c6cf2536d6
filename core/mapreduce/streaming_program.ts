/** A streaming application as the tasks run it. */

import type { MapContext, TaskContext } from "./app.ts";
import type { KeyGroups } from "./key_groups.ts";
import { LineWriter, TAB } from "./line_writer.ts";
import { PipedCommand } from "./piped_command.ts";
import { type LinePipe, type PairSink, partitionByHash, type Program } from "./program.ts";
import { keyEndOf } from "./streaming.ts";
import type { StreamingApp } from "./streaming_app.ts";

/** So much is handed to a command at a time. */
const INPUT_BYTES = 64 * 1024;
const LINE_FEED = Uint8Array.of(10);

/** Prepares a streaming application. */
export function streamingProgram(app: StreamingApp): Program {
  const { mapper, reducer } = app;
  return {
    wholeFiles: false,
    separator: TAB,
    scan: undefined,
    combine: undefined,
    partition: partitionByHash,
    pipe: mapper === undefined
      ? undefined
      : (file, sink, context) => new MapPipe(app, mapper, file, sink, context),
    map: (_file, contents, sink) => addLines(contents, sink),
    reduce(groups, out) {
      const { keyBytes, keyStart, keyEnd } = groups;
      while (groups.nextValue()) {
        out.pair(keyBytes, keyStart, keyEnd, groups.value, groups.valueStart, groups.valueEnd);
      }
    },
    reduceAll: reducer === undefined
      ? undefined
      : (groups, out, flush, context, signal) =>
        reduceThrough(app, reducer, { groups, out, flush, context, signal }),
  };
}

/** Each line is a pair. */
function addLines(contents: Uint8Array, sink: PairSink): void {
  for (let start = 0; start < contents.length;) {
    const found = contents.indexOf(LINE_FEED[0]!, start);
    const end = found < 0 ? contents.length : found;
    addLine(sink, contents, start, end);
    start = end + 1;
  }
}

function addLine(sink: PairSink, bytes: Uint8Array, start: number, end: number): void {
  const keyEnd = keyEndOf(bytes, start, end);
  sink.add(bytes, start, keyEnd, bytes, Math.min(keyEnd + 1, end), end);
}

class MapPipe implements LinePipe {
  readonly #command: PipedCommand;
  #lastByte = LINE_FEED[0];

  constructor(
    app: StreamingApp,
    command: string,
    file: string,
    sink: PairSink,
    context: MapContext,
  ) {
    this.#command = new PipedCommand({
      app,
      command,
      variables: { mapreduce_map_input_file: file, map_input_file: file },
      context,
      onLine: (bytes, start, end) => addLine(sink, bytes, start, end),
      afterPiece: () => context.room(),
    });
  }

  async write(lines: Uint8Array): Promise<void> {
    this.#lastByte = lines.at(-1) ?? this.#lastByte;
    await this.#command.write(lines);
  }

  async end(): Promise<void> {
    if (this.#lastByte !== LINE_FEED[0]) await this.#command.write(LINE_FEED);
    await this.#command.end();
  }

  kill(): Promise<void> {
    return this.#command.kill();
  }
}

interface ReduceThrough {
  readonly groups: KeyGroups;
  readonly out: LineWriter;
  readonly flush: () => Promise<void> | undefined;
  readonly context: TaskContext;
  readonly signal: AbortSignal;
}

async function reduceThrough(
  app: StreamingApp,
  command: string,
  { groups, out, flush, context, signal }: ReduceThrough,
): Promise<void> {
  const piped = new PipedCommand({
    app,
    command,
    variables: {},
    context,
    onLine: (bytes, start, end) => out.line(bytes, start, end),
    afterPiece: flush,
  });
  const onAbort = () => void piped.kill();
  signal.addEventListener("abort", onAbort);
  try {
    const lines = new LineWriter(TAB);
    while (groups.next()) {
      const { keyBytes, keyStart, keyEnd } = groups;
      while (groups.nextValue()) {
        lines.pair(keyBytes, keyStart, keyEnd, groups.value, groups.valueStart, groups.valueEnd);
        if (lines.pending >= INPUT_BYTES) await piped.write(lines.take());
      }
    }
    await piped.write(lines.take());
    await piped.end();
  } finally {
    signal.removeEventListener("abort", onAbort);
    await piped.kill();
  }
}
