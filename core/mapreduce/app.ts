/**
 * What a MapReduce application is (the paper's section 2.1 and 4): the interface that modules export and built-in
 * applications implement.
 */

/** One pair of intermediate data. */
export interface KeyValue {
  readonly key: string;
  readonly value: string;
}

/** What an application may tell, and ask for, while it works. */
export interface TaskContext {
  /** Adds `amount`, by default 1, to a counter of the job (the paper's §4.8). */
  count(name: string, amount?: number): void;
  /** Says what it is doing, in a few words for people. */
  status(text: string): void;
}

/** What `map` may tell and ask for. */
export interface MapContext extends TaskContext {
  /** Where `contents` begins in the file, in bytes (of a compressed file: of what it holds). */
  readonly offset: number;
  /**
   * Resolves when there is room for more pairs; `undefined` if there is now. A `map` that emits far more than it was
   * given waits for it now and then, so that memory stays bounded.
   */
  room(): Promise<void> | undefined;
}

/**
 * An application over text: UTF-8, in which anything else becomes the replacement character. A module by path exports
 * these names. Keys are in the order of their UTF-8 bytes.
 *
 * @example
 * ```ts
 * import type { TextApp } from "./app.ts";
 *
 * export const longLines: TextApp = {
 *   map: (_file, contents) =>
 *     contents.split("\n").filter((line) => line.length > 80).map((line) => ({ key: line, value: "1" })),
 *   reduce: (_line, values) => String([...values].length),
 * };
 * ```
 */
export interface TextApp {
  readonly bytes?: false;
  /**
   * Called with some lines of one input file, whole and about 64 KiB at a time (the whole file if `wholeFiles`), and the
   * file's name as it was given to the master. Pairs may come from a generator: then they need not fit into memory.
   */
  readonly map: (
    file: string,
    contents: string,
    context: MapContext,
  ) => Iterable<KeyValue> | Promise<Iterable<KeyValue>>;
  /**
   * Called once for each key, with all its values in the order of the input: of the files as they were named, and of the
   * pairs as they were emitted. They can be walked once.
   */
  readonly reduce: (
    key: string,
    values: Iterable<string>,
    context: TaskContext,
  ) => string | Promise<string>;
  /** Joins values of one key on the map's side (the paper's §4.3). The result is one value. */
  readonly combine?: (key: string, values: Iterable<string>) => string;
  /** Which of `reduceTasks` partitions a key belongs to, from 0 (§4.1). By default FNV-1a, as in the labs. */
  readonly partition?: (key: string, reduceTasks: number) => number;
  /** True if `map` must see whole files. */
  readonly wholeFiles?: boolean;
}

/** Receives pairs. The bytes may be reused by the caller after the call. */
export type EmitBytes = (key: Uint8Array, value: Uint8Array) => void;

/** Receives one line of output, without its line feed. The bytes may be reused by the caller after the call. */
export type WriteLine = (line: Uint8Array) => void;

/** Sees one split of a file in pieces, for an application that need not see whole lines. */
export interface Scanner {
  /**
   * Takes the next piece, which is cut anywhere and must not be kept. The result says how many of its bytes are done
   * with; the others come again, in front of the next piece. All are, if this is the last one.
   */
  scan(piece: Uint8Array, isLast: boolean): number;
  /** How many line feeds it has passed, if it counts them anyway. */
  readonly lineFeeds?: number;
}

/**
 * An application over bytes: nothing is decoded on the way, so it is fast, and safe for any data.
 */
export interface ByteApp {
  readonly bytes: true;
  /** See {@linkcode TextApp.map}. */
  readonly map: (
    file: string,
    contents: Uint8Array,
    emit: EmitBytes,
    context: MapContext,
  ) => void | Promise<void>;
  /** In place of `map`, begins to read one split. */
  readonly scan?: (file: string, emit: EmitBytes, context: MapContext) => Scanner;
  /** See {@linkcode TextApp.reduce}. The values may be kept. */
  readonly reduce: (
    key: Uint8Array,
    values: Iterable<Uint8Array>,
    context: TaskContext,
  ) => Uint8Array | Promise<Uint8Array>;
  /** In place of `reduce`, for output that is not one line `key value` for each key. */
  readonly reduceLines?: (
    key: Uint8Array,
    values: Iterable<Uint8Array>,
    write: WriteLine,
  ) => void;
  /** See {@linkcode TextApp.combine}. Key and values are valid during the call, the result until the next one. */
  readonly combine?: (key: Uint8Array, values: Iterable<Uint8Array>) => Uint8Array;
  /**
   * True if values are whole numbers in decimal, and `combine` and `reduce` add them up. Then neither is called: the
   * same is done without making an object for a value.
   */
  readonly sums?: boolean;
  readonly partition?: (key: Uint8Array, reduceTasks: number) => number;
  readonly wholeFiles?: boolean;
}

/** An application of either kind. */
export type MapReduceApp = TextApp | ByteApp;
