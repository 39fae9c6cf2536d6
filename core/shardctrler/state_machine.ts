/** The controller's replicated state: all configurations there ever were. */

import { ByteReader, ByteWriter } from "../base/bytes.ts";
import { DamagedDataError } from "../base/errors.ts";
import type { Capture, StateMachine } from "../rsm/state_machine.ts";
import { type Change, nextConfig } from "./change.ts";
import {
  type Config,
  firstConfig,
  LAB_SHARDS,
  NEWEST,
  readConfig,
  readMany,
  writeConfig,
} from "./config.ts";
import {
  type ChangeResult,
  decodeChange,
  decodeQuery,
  encodeChangeResult,
  encodeConfig,
} from "./messages.ts";

/** How many configurations are encoded at a time while a snapshot is made. */
const CAPTURE_STEP = 100;

/** The controller: commands are changes, questions are numbers of configurations. */
export class ShardctrlerStateMachine implements StateMachine {
  /** `#configs[n]` is configuration n. */
  #configs: Config[];

  constructor(shardCount: number = LAB_SHARDS) {
    this.#configs = [firstConfig(shardCount)];
  }

  /** All configurations, from 0 on. */
  get history(): readonly Config[] {
    return this.#configs;
  }

  /** The newest configuration. */
  get newest(): Config {
    return this.#configs.at(-1)!;
  }

  apply(command: Uint8Array): Uint8Array {
    return encodeChangeResult(this.#change(command));
  }

  /** Answers with a configuration; beyond the newest number, and for {@linkcode NEWEST}, with the newest. */
  query(question: Uint8Array): Uint8Array {
    const num = decodeOr(NEWEST, () => decodeQuery(question));
    return encodeConfig(this.#configs[num] ?? this.newest);
  }

  capture(): Capture {
    return encodeHistory(this.#configs.slice());
  }

  restore(data: Uint8Array): void {
    const reader = new ByteReader(data);
    const configs = readMany(reader, () => readConfig(reader));
    reader.end();
    if (configs.length === 0) throw new DamagedDataError("There is no configuration at all", 0);
    this.#configs = configs;
  }

  #change(command: Uint8Array): ChangeResult {
    const { num } = this.newest;
    const change = decodeOr<Change | undefined>(undefined, () => decodeChange(command));
    if (change === undefined) return { kind: "refused", num, reason: "no change is known as this" };
    const next = nextConfig(this.newest, change);
    if ("refused" in next) return { kind: "refused", num, reason: next.refused };
    this.#configs.push(next);
    return { kind: "changed", num: next.num };
  }
}

function* encodeHistory(configs: readonly Config[]): Capture {
  const writer = new ByteWriter();
  writer.varint(configs.length);
  for (const [num, config] of configs.entries()) {
    writeConfig(writer, config);
    if (num % CAPTURE_STEP === CAPTURE_STEP - 1) yield;
  }
  return writer.finish();
}

/** Replicas must agree on what comes of bytes that cannot be decoded. */
function decodeOr<T>(otherwise: T, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (error instanceof DamagedDataError) return otherwise;
    throw error;
  }
}
