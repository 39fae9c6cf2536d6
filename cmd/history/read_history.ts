/** Reads a history from a file or from standard input, and names every line that is none. */

import { Buffer } from "node:buffer";
import { HistoryLineError, type KvOperation, parseHistoryLine } from "../../core/check/mod.ts";
import type { CommandEnv } from "../command.ts";
import { UsageError } from "../errors.ts";

/** Of more bad lines than this, only the number is told. */
const BAD_LINES_SHOWN_MAX = 20;

const LINE_END = 0x0a;

/** Operations, and the number of the line of each. */
export interface ReadHistory {
  readonly operations: readonly KvOperation[];
  readonly lines: readonly number[];
}

/**
 * Reads all operations; empty lines are skipped. `-` is standard input.
 *
 * @throws {UsageError} If the file cannot be read, or any line is no operation; bad lines are listed on standard
 * error first.
 */
export async function readHistory(path: string, env: CommandEnv): Promise<ReadHistory> {
  const operations: KvOperation[] = [];
  const lines: number[] = [];
  let number = 0;
  let bad = 0;
  const decoder = new TextDecoder("utf-8", { fatal: true });
  for await (const bytes of linesOf(path, env)) {
    number++;
    try {
      const line = textOf(bytes, decoder);
      if (line.trim() === "") continue;
      operations.push(parseHistoryLine(line));
      lines.push(number);
    } catch (error) {
      if (!(error instanceof HistoryLineError)) throw error;
      if (++bad <= BAD_LINES_SHOWN_MAX) env.stderr.write(`line ${number}: ${error.message}\n`);
    }
  }
  if (bad > 0) {
    throw new UsageError(
      `${bad} of ${number} lines ${
        bad === 1 ? "is no operation" : "are no operations"
      }: nothing was checked`,
    );
  }
  return { operations, lines };
}

function textOf(bytes: Uint8Array, decoder: TextDecoder): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new HistoryLineError("not UTF-8");
  }
}

/** Lines as bytes, without their ends; the last one need not have one. */
async function* linesOf(path: string, env: CommandEnv): AsyncGenerator<Uint8Array> {
  const chunks = path === "-" ? env.stdin : await openFile(path);
  let rest: Uint8Array[] = [];
  for await (const chunk of chunks) {
    env.interrupted.throwIfAborted();
    let from = 0;
    for (let end = chunk.indexOf(LINE_END); end >= 0; end = chunk.indexOf(LINE_END, from)) {
      yield Buffer.concat([...rest, chunk.subarray(from, end)]);
      rest = [];
      from = end + 1;
    }
    rest.push(chunk.subarray(from));
  }
  const last = Buffer.concat(rest);
  if (last.length > 0) yield last;
}

async function openFile(path: string): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  try {
    const file = await Deno.open(path);
    if (!(await file.stat()).isDirectory) return file.readable;
    file.close();
  } catch (error) {
    const isMissing = error instanceof Deno.errors.NotFound;
    const why = isMissing ? "there is no such file" : (error as Error).message;
    throw new UsageError(`cannot read '${path}': ${why}`);
  }
  throw new UsageError(`cannot read '${path}': it is a folder`);
}
