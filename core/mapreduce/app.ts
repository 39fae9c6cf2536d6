/**
 * What a MapReduce application is (the paper's section 2.1 and 4): the interface that modules export and built-in
 * applications implement.
 */

/** One pair of intermediate data. */
export interface KeyValue {
  readonly key: string;
  readonly value: string;
}

/**
 * An application over text. A module by path exports these names.
 *
 * @example
 * ```ts
 * import type { TextApp } from "./app.ts";
 *
 * export const longLines: TextApp = {
 *   map: (_file, contents) =>
 *     contents.split("\\n").filter((line) => line.length > 80).map((line) => ({ key: line, value: "1" })),
 *   reduce: (_line, values) => String([...values].length),
 * };
 * ```
 */
export interface TextApp {
  /**
   * Called with one split of one input file (whole lines, about 32 MiB; the whole file if `wholeFiles`), and the
   * file's name as it was given to the master.
   */
  readonly map: (
    file: string,
    contents: string,
  ) => Iterable<KeyValue> | Promise<Iterable<KeyValue>>;
  /** Called once for each key, with all its values in no particular order. They can be walked once. */
  readonly reduce: (key: string, values: Iterable<string>) => string | Promise<string>;
  /** Joins values of one key on the map's side (the paper's §4.3). The result is one value. */
  readonly combine?: (key: string, values: Iterable<string>) => string;
  /** Which of `reduceTasks` partitions a key belongs to, from 0 (§4.1). By default FNV-1a, as in the labs. */
  readonly partition?: (key: string, reduceTasks: number) => number;
  /** True if `map` must see whole files. */
  readonly wholeFiles?: boolean;
}

/** Receives pairs. The bytes may be reused by the caller after the call. */
export type EmitBytes = (key: Uint8Array, value: Uint8Array) => void;

/**
 * An application over bytes: nothing is decoded on the way, so it is fast, and safe for any data.
 */
export interface ByteApp {
  readonly bytes: true;
  readonly map: (file: string, contents: Uint8Array, emit: EmitBytes) => void | Promise<void>;
  readonly reduce: (
    key: Uint8Array,
    values: Iterable<Uint8Array>,
  ) => Uint8Array | Promise<Uint8Array>;
  readonly combine?: (key: Uint8Array, values: Iterable<Uint8Array>) => Uint8Array;
  readonly partition?: (key: Uint8Array, reduceTasks: number) => number;
  readonly wholeFiles?: boolean;
}

/** An application of either kind. */
export type MapReduceApp = TextApp | ByteApp;
