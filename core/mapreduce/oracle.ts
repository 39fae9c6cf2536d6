/**
 * The right answer, obtained the slow way (lab 1, §6): one file after the other, one list of all pairs, one sort. It
 * shares nothing with the tasks but the application.
 */

import type { ByteApp, MapContext, MapReduceApp, TextApp } from "./app.ts";
import { compareBytes } from "./byte_order.ts";

/** An input file. */
export interface OracleInput {
  readonly file: string;
  readonly contents: Uint8Array;
}

interface Pair {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Runs an application without any of the machinery. The result is the output's lines in the order of the keys. */
export async function runSequentially(
  app: MapReduceApp,
  inputs: Iterable<OracleInput>,
): Promise<Uint8Array[]> {
  const pairs: Pair[] = [];
  for (const { file, contents } of inputs) {
    if (app.bytes) {
      const emit = (key: Uint8Array, value: Uint8Array) =>
        pairs.push({ key: key.slice(), value: value.slice() });
      await app.map(file, contents, emit, context);
    } else {
      for (const { key, value } of await app.map(file, decoder.decode(contents), context)) {
        pairs.push({ key: encoder.encode(key), value: encoder.encode(value) });
      }
    }
  }
  pairs.sort((a, b) => compareBytes(a.key, b.key));
  const lines: Uint8Array[] = [];
  for (let i = 0; i < pairs.length;) {
    const { key } = pairs[i]!;
    const values: Uint8Array[] = [];
    while (i < pairs.length && compareBytes(pairs[i]!.key, key) === 0) {
      values.push(pairs[i++]!.value);
    }
    lines.push(
      ...app.bytes ? await reduceBytes(app, key, values) : [
        await reduceText(app, key, values),
      ],
    );
  }
  return lines;
}

async function reduceBytes(
  app: ByteApp,
  key: Uint8Array,
  values: Uint8Array[],
): Promise<Uint8Array[]> {
  if (app.reduceLines === undefined) {
    return [line(key, (await app.reduce(key, values, context)).slice())];
  }
  const lines: Uint8Array[] = [];
  app.reduceLines(key, values, (written) => lines.push(written.slice()));
  return lines;
}

async function reduceText(
  app: TextApp,
  key: Uint8Array,
  values: Uint8Array[],
): Promise<Uint8Array> {
  const texts = values.map((value) => decoder.decode(value));
  return line(key, encoder.encode(await app.reduce(decoder.decode(key), texts, context)));
}

function line(key: Uint8Array, value: Uint8Array): Uint8Array {
  return Uint8Array.from([...key, 0x20, ...value]);
}

const context: MapContext = { offset: 0, room: () => undefined, count() {}, status() {} };
