/**
 * The services on top of the Raft servers of a lab test: they take what is applied, check it, and in the
 * snapshot tests make Raft compact its log.
 *
 * In the labs a peer hands over one message at a time and waits until it is taken. Our server never
 * waits: an applier keeps what it has not yet taken, and takes the next message when it is done with the
 * one before.
 */

import type { LogEntry, Snapshot } from "../../../core/base/durable.ts";
import type { Clock, Random, Timer } from "../../../core/base/ports.ts";
import { ms } from "../../../core/base/units.ts";
import type { Applied } from "../../../core/raft/io.ts";
import type { AppliedLogs } from "./applied_logs.ts";
import { type Command, decodeCommand, decodeSnapshot, encodeSnapshot } from "./codec.ts";

/** A snapshot is taken behind every index with `(index + 1) % SNAPSHOT_INTERVAL == 0`. */
export const SNAPSHOT_INTERVAL = 10;

/** How long a service may be at work, at most, before it hands its snapshot to Raft. */
const SNAPSHOT_DELAY_MAX_MICROS = 2_000;

/** Consumes what one incarnation of one server applies. */
export interface Applier {
  /** Takes the next message of the server. */
  deliver(applied: Applied): void;
  /** The server has crashed: what was not taken is gone, and nothing may be delivered any more. */
  stop(): void;
}

/** What an applier knows of its surroundings. */
export interface ApplierOptions {
  readonly server: number;
  readonly logs: AppliedLogs;
  /** Is told of each command that was taken. */
  readonly onApplied: (index: number) => void;
  /** Is told what the server did wrong. */
  readonly onError: (error: string) => void;
}

/** What a snapshot applier needs beyond that. */
export interface SnapshotApplierOptions extends ApplierOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** The index of the snapshot that the server restarted with; 0 without one. */
  readonly lastApplied: number;
  /** Tells Raft that everything up to `index` is in `data`. */
  readonly compact: (index: number, data: Uint8Array) => void;
}

/** Checks commands and ignores snapshots. A restarted server may apply again from 1. */
export class PlainApplier implements Applier {
  readonly #options: ApplierOptions;
  #stopped = false;

  constructor(options: ApplierOptions) {
    this.#options = options;
  }

  deliver(applied: Applied): void {
    const { server, onError } = this.#options;
    if (this.#stopped) return onError(deadDelivery(server));
    if (applied.kind === "entry") recordEntry(this.#options, applied.entry);
  }

  stop(): void {
    this.#stopped = true;
  }
}

/** Checks that commands come without a gap, and makes a snapshot of every tenth. */
export class SnapshotApplier implements Applier {
  readonly #options: SnapshotApplierOptions;
  #lastApplied: number;
  #untaken: Applied[] = [];
  /** Runs while a snapshot is being made; nothing is taken meanwhile. */
  #work: Timer | undefined;
  #stopped = false;

  constructor(options: SnapshotApplierOptions) {
    this.#options = options;
    this.#lastApplied = options.lastApplied;
  }

  deliver(applied: Applied): void {
    const { server, onError } = this.#options;
    if (this.#stopped) return onError(deadDelivery(server));
    this.#untaken.push(applied);
    if (this.#work === undefined) this.#takeAll();
  }

  stop(): void {
    this.#stopped = true;
    this.#untaken = [];
    this.#work?.cancel();
  }

  #takeAll(): void {
    while (this.#work === undefined) {
      const applied = this.#untaken.shift();
      if (applied === undefined) return;
      if (applied.kind === "entry") this.#takeEntry(applied.entry);
      else this.#takeSnapshot(applied.snapshot);
    }
  }

  #takeEntry(entry: LogEntry): void {
    const { server, onError } = this.#options;
    const { index } = entry;
    if (index !== this.#lastApplied + 1) {
      onError(
        `server ${server} apply out of order, expected index ${
          this.#lastApplied + 1
        }, got ${index}`,
      );
    } else {
      recordEntry(this.#options, entry);
    }
    this.#lastApplied = index;
    if ((index + 1) % SNAPSHOT_INTERVAL === 0) this.#makeSnapshot(index);
  }

  /**
   * The reference asks its peer whether the snapshot is still wanted (CondInstallSnapshot). Ours hands
   * snapshots and commands over in one ordered stream, so a snapshot is never out of date here, and the
   * answer would always be yes, which the labs allow.
   */
  #takeSnapshot(snapshot: Snapshot): void {
    const { server, logs, onError } = this.#options;
    const { lastIncludedIndex, data } = snapshot;
    const ingested = ingestSnapshot(logs, server, data, lastIncludedIndex);
    if (typeof ingested === "string") onError(ingested);
    else this.#lastApplied = ingested;
  }

  #makeSnapshot(index: number): void {
    const { server, logs, clock, random, compact } = this.#options;
    const data = encodeSnapshot({ index, commands: logs.upTo(server, index) });
    const delay = ms(random.below(SNAPSHOT_DELAY_MAX_MICROS) / 1000);
    this.#work = clock.after(delay, () => {
      compact(index, data);
      this.#work = undefined;
      this.#takeAll();
    });
  }
}

/**
 * Replaces what is known of `server` by the snapshot in `data`. Returns the snapshot's index, or what is wrong
 * with it. Without `expectedIndex` any index is right.
 */
export function ingestSnapshot(
  logs: AppliedLogs,
  server: number,
  data: Uint8Array,
  expectedIndex: number | undefined,
): number | string {
  if (data.length === 0) return `server ${server} has an empty snapshot`;
  try {
    const { index, commands } = decodeSnapshot(data);
    if (expectedIndex !== undefined && expectedIndex !== index) {
      return `server ${server} snapshot does not match its index: ${index}, not ${expectedIndex}`;
    }
    logs.replace(server, commands);
    return index;
  } catch (error) {
    return `server ${server} snapshot cannot be decoded: ${message(error)}`;
  }
}

function recordEntry(options: ApplierOptions, entry: LogEntry): void {
  const { server, logs, onApplied, onError } = options;
  onApplied(entry.index);
  let command: Command;
  try {
    command = decodeCommand(entry.command);
  } catch (error) {
    return onError(
      `server ${server} command ${entry.index} cannot be decoded: ${message(error)}`,
    );
  }
  const { error, hasPrevious } = logs.record(server, entry.index, command);
  if (error !== undefined) onError(error);
  else if (entry.index > 1 && !hasPrevious) {
    onError(`server ${server} apply out of order ${entry.index}`);
  }
}

function deadDelivery(server: number): string {
  return `server ${server} applied after it was killed`;
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
