/**
 * The ports: all that a protocol may know of the world. Each has a simulated implementation in
 * `core/sim` and a real one in `core/host`, and one behaviour suite that both pass. They take callbacks
 * where a promise would do, because a callback runs at a place in the order of events that the
 * simulator decides, and costs nothing.
 */

import type { DurableBatch, Recovered, ServerId, Term } from "./durable.ts";
import type { Instant, Millis } from "./units.ts";

/** A pending call of {@linkcode Clock.after}. */
export interface Timer {
  /** Makes sure that the function does not run any more. Harmless when it already has, or twice. */
  cancel(): void;
}

/** Time that only goes forward. */
export interface Clock {
  /** The present, in milliseconds since this clock started. */
  now(): Instant;
  /** Runs `fn` once, `span` from now or as soon after as possible; never within this call. */
  after(span: Millis, fn: () => void): Timer;
  /** Resolves `span` from now. */
  sleep(span: Millis): Promise<void>;
}

/**
 * A stream of random numbers from a seed. The same seed and the same calls give the same numbers on
 * any machine. All draws are of integers; probabilities are ratios.
 */
export interface Random {
  /** A uniform integer in `[0, bound)`, with `1 <= bound <= 2^32`. */
  below(bound: number): number;
  /** A uniform integer in `[first, last]`, both ends included. */
  between(first: number, last: number): number;
  /** True in `numerator` of `denominator` cases. */
  chance(numerator: number, denominator: number): boolean;
  /** A uniform integer in `[0, 2^53)`. */
  bits53(): number;
  /**
   * The stream called `name` below this one. It depends on this stream's seed and on the name, not on
   * how much was drawn: a new draw in one place does not shift the others.
   */
  child(name: string): Random;
}

/**
 * Answers one request: `reply` may be called within this call, later, or never; at most once. The handler may keep
 * `request`, whose bytes do not change any more.
 */
export type RequestHandler = (request: Uint8Array, reply: (reply: Uint8Array) => void) => void;

/** Remote procedure calls between the servers of one cluster. */
export interface Transport {
  /**
   * Sends `request` to the service of that name on server `to`. `onReply` runs at most once, never within
   * this call: with the reply's bytes, or with `undefined` if none came. `undefined` says nothing about
   * whether the request was handled. The transport keeps no reference to `request` afterwards.
   */
  call(
    to: ServerId,
    service: string,
    request: Uint8Array,
    onReply: (reply: Uint8Array | undefined) => void,
  ): void;
  /** Answers the requests that arrive for `service` on this server. */
  serve(service: string, handler: RequestHandler): void;
}

/** Stable storage of one server. Batches become durable in the order in which they were handed over. */
export interface Storage {
  /** What is stored. To be called once, before the first {@linkcode persist}. */
  load(): Recovered;
  /**
   * Begins to write `batch`. `onDurable` runs once, when this batch and all before it would survive a
   * crash; it may run within this call. It never runs if storage failed or the server was stopped.
   */
  persist(batch: DurableBatch, onDurable: () => void): void;
}

/** What a trace event is about. The list is closed, so that a reader can filter by it. */
export type TraceTopic =
  | "vote"
  | "term"
  | "timer"
  | "leader"
  | "log"
  | "commit"
  | "snapshot"
  | "persist"
  | "send"
  | "deliver"
  | "drop"
  | "fault"
  | "client"
  | "shard"
  | "map"
  | "test";

/** One thing that happened. Plain data, JSON-safe. */
export interface TraceEvent {
  readonly at: Instant;
  /** Where it happened: a server's number, or its name in a world of several clusters; `undefined` for what concerns none. */
  readonly server: number | string | undefined;
  /** That server's term, where it has one. */
  readonly term: Term | undefined;
  readonly topic: TraceTopic;
  /** What happened, as a short fixed phrase: `votes`, `becomes leader`, `truncates`. */
  readonly what: string;
  readonly fields?: Readonly<Record<string, string | number | boolean>>;
}

/** Receives trace events. Ask `enabled` before building an event on a hot path. */
export interface Trace {
  readonly enabled: boolean;
  emit(event: TraceEvent): void;
}

/** The trace that keeps nothing. */
export const noTrace: Trace = { enabled: false, emit() {} };

/** A file being written. Nothing of it is visible under its final name until it is renamed. */
export interface FileWriter {
  /** Appends `bytes`; the writer keeps no reference to them once the promise has resolved. */
  write(bytes: Uint8Array): Promise<void>;
  /** Ends the file. With `durable`, its content survives a crash of the machine from here on. */
  close(durable: boolean): Promise<void>;
}

/**
 * Files, by path. Paths use `/`; relative ones are below a folder that the implementation knows. What cannot be
 * done rejects with an error that names the path.
 */
export interface Files {
  /** The size in bytes, or `undefined` if there is no such file. */
  size(path: string): Promise<number | undefined>;
  /** Reads up to `length` bytes from `offset` on: fewer only at the end of the file. */
  read(path: string, offset: number, length: number): Promise<Uint8Array>;
  /** Begins a new file, in place of one of that name; makes the folders above it. */
  create(path: string): Promise<FileWriter>;
  /** Gives a file another name, in place of one of that name, in one step. */
  rename(from: string, to: string): Promise<void>;
  /** Removes a file or a folder with all below it. Harmless if there is none. */
  remove(path: string): Promise<void>;
  /** The names of the files and folders directly in a folder, sorted; empty if there is no such folder. */
  list(folder: string): Promise<string[]>;
}
