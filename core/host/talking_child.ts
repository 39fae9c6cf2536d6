/** Child processes that somebody listens to, line by line. */

import { HeardChild } from "./heard_child.ts";
import { LineSplitter } from "./line_splitter.ts";
import type { SelfCommand } from "./self_command.ts";

/** Hears one line of what a child says. */
export type OnLine = (stream: "stdout" | "stderr", line: string) => void;

/** A running child, in a group of its own. */
export class TalkingChild extends HeardChild {
  /** @throws If it cannot be started. */
  constructor(command: SelfCommand, onLine: OnLine) {
    super(command, (stream, name) => readLines(stream, (line) => onLine(name, line)), true);
  }
}

async function readLines(
  stream: ReadableStream<Uint8Array>,
  onLine: (line: string) => void,
): Promise<void> {
  const splitter = new LineSplitter(onLine);
  for await (const bytes of stream) splitter.push(bytes);
  splitter.end();
}
