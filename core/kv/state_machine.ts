/** The key/value store as a replicated state machine: lists of operations in, lists of results out. */

import { ByteReader, ByteWriter, latin1Of } from "../base/bytes.ts";
import type { LogIndex } from "../base/durable.ts";
import { DamagedDataError } from "../base/errors.ts";
import { type Capture, joinInSteps, type StateMachine } from "../rsm/mod.ts";
import { addIntegers, parseInteger } from "./integer.ts";
import { isQuestion, type KvOperation } from "./operations.ts";
import { decodeOperations } from "./operations_codec.ts";
import { ResultsWriter } from "./results_codec.ts";
import { KvTable } from "./table.ts";
import { appended, equalsValue, type Value, valueOf } from "./value.ts";

/** How a store behaves. All replicas must be told the same. */
export interface KvOptions {
  /** A value does not grow beyond this; 8 MiB unless told. */
  readonly valueBytesMax?: number;
  /** An answer that has become longer than this ends soon; 4 MiB unless told. */
  readonly resultBytesMax?: number;
  /** How finely the store is divided for listings and snapshots; see {@linkcode KvTable}. */
  readonly bucketBits?: number;
}

type Operation<Kind extends KvOperation["kind"]> = Extract<KvOperation, { kind: Kind }>;

const FORMAT = 1;

/**
 * See the head of this file.
 *
 * @example
 * ```ts
 * import { logIndex } from "../base/durable.ts";
 * import { decodeResults, encodeOperations, KvStateMachine } from "./mod.ts";
 * import assert from "node:assert/strict";
 *
 * const bytes = (text: string) => new TextEncoder().encode(text);
 * const store = new KvStateMachine();
 * const results = store.apply(
 *   encodeOperations([
 *     { kind: "put", key: bytes("visits"), value: bytes("41") },
 *     { kind: "increment", key: bytes("visits"), by: 1 },
 *     { kind: "get", key: bytes("visits") },
 *   ]),
 *   logIndex(1),
 * );
 * assert.deepEqual(decodeResults(results), [
 *   { kind: "changed", changed: true, old: undefined },
 *   { kind: "integer", value: 42 },
 *   { kind: "value", value: bytes("42") },
 * ]);
 * ```
 */
export class KvStateMachine implements StateMachine {
  readonly #valueBytesMax: number;
  readonly #resultBytesMax: number;
  readonly #results = new ResultsWriter();
  readonly #bucketBits: number | undefined;
  #table: KvTable;

  constructor(
    { valueBytesMax = 8 * 1024 * 1024, resultBytesMax = 4 * 1024 * 1024, bucketBits }: KvOptions =
      {},
  ) {
    this.#valueBytesMax = valueBytesMax;
    this.#resultBytesMax = resultBytesMax;
    this.#bucketBits = bucketBits;
    this.#table = new KvTable(bucketBits);
  }

  /** How many keys there are. */
  get keys(): number {
    return this.#table.size;
  }

  /** How many bytes keys and values have. */
  get bytes(): number {
    return this.#table.bytes;
  }

  apply(command: Uint8Array, _index: LogIndex): Uint8Array {
    return this.#carryOut(command, true);
  }

  query(question: Uint8Array): Uint8Array {
    return this.#carryOut(question, false);
  }

  /** All keys and values. The store must not change while they are gone through. */
  entries(): Generator<[string, Value], undefined> {
    return this.#table.entries();
  }

  /** Sets a value that comes from another store. Says whether the key is new. */
  add(key: string, value: Value): boolean {
    const old = this.#table.get(key);
    this.#table.set(key, value, old);
    return old === undefined;
  }

  capture(): Capture & Generator<undefined, Uint8Array> {
    return encodeSlices(this.#table.size, this.#table.capture());
  }

  restore(data: Uint8Array): void {
    const reader = new ByteReader(data);
    const format = reader.u8();
    if (format !== FORMAT) {
      throw new DamagedDataError(`A store of format ${format} cannot be read`, 0);
    }
    const table = new KvTable(this.#bucketBits);
    for (let count = reader.varint(); count > 0; count--) {
      const key = reader.latin1();
      table.set(key, valueOf(reader.bytes()), table.get(key));
    }
    reader.end();
    this.#table = table;
  }

  #carryOut(list: Uint8Array, mayChange: boolean): Uint8Array {
    const operations = decode(list);
    const results = this.#results;
    if (operations === undefined) {
      results.begin(1);
      results.error("damaged");
      return results.finish();
    }
    results.begin(operations.length);
    let isOver = false;
    for (const operation of operations) {
      isOver ||= results.bytes > this.#resultBytesMax && isAnsweredAtLength(operation);
      if (isOver) results.error("notCarriedOut");
      else if (mayChange || isQuestion(operation)) this.#carryOutOne(operation);
      else results.error("notAQuestion");
    }
    return results.finish();
  }

  #carryOutOne(operation: KvOperation): void {
    const results = this.#results;
    switch (operation.kind) {
      case "get":
        return results.value(this.#table.get(latin1Of(operation.key)));
      case "length":
        return results.length(this.#table.get(latin1Of(operation.key))?.length);
      case "put":
        return this.#put(operation);
      case "append":
        return this.#append(operation);
      case "delete":
        return this.#delete(operation);
      case "cas":
        return this.#cas(operation);
      case "increment":
        return this.#increment(operation);
      case "listing": {
        const { keys, cursor } = this.#table.list(
          operation.cursor,
          operation.count,
          this.#resultBytesMax,
        );
        return results.listing(keys, cursor);
      }
      case "size":
        return results.size(this.#table.size, this.#table.bytes);
    }
  }

  #put({ key: bytes, value, onlyIf, wantsOld }: Operation<"put">): void {
    if (value.length > this.#valueBytesMax) return this.#results.error("valueTooLarge");
    const key = latin1Of(bytes);
    const old = this.#table.get(key);
    const may = onlyIf === undefined || (onlyIf === "present") === (old !== undefined);
    if (may) this.#table.set(key, valueOf(value), old);
    this.#results.changed(may, wantsOld === true ? old : undefined);
  }

  #append({ key: bytes, value }: Operation<"append">): void {
    const key = latin1Of(bytes);
    const old = this.#table.get(key);
    const length = (old?.length ?? 0) + value.length;
    if (length > this.#valueBytesMax) return this.#results.error("valueTooLarge");
    this.#table.set(key, old === undefined ? valueOf(value) : appended(old, value), old);
    this.#results.length(length);
  }

  #delete({ key: bytes, wantsOld }: Operation<"delete">): void {
    const key = latin1Of(bytes);
    const old = this.#table.get(key);
    if (old !== undefined) this.#table.delete(key, old);
    this.#results.changed(old !== undefined, wantsOld === true ? old : undefined);
  }

  #cas({ key: bytes, expect, value, wantsOld }: Operation<"cas">): void {
    if (value !== undefined && value.length > this.#valueBytesMax) {
      return this.#results.error("valueTooLarge");
    }
    const key = latin1Of(bytes);
    const old = this.#table.get(key);
    const may = expect === undefined || old === undefined
      ? expect === old
      : equalsValue(old, expect);
    if (may) this.#replace(key, value, old);
    this.#results.changed(may, wantsOld === true ? old : undefined);
  }

  #replace(key: string, value: Uint8Array | undefined, old: Value | undefined): void {
    if (value !== undefined) this.#table.set(key, valueOf(value), old);
    else if (old !== undefined) this.#table.delete(key, old);
  }

  #increment({ key: bytes, by }: Operation<"increment">): void {
    const key = latin1Of(bytes);
    const old = this.#table.get(key);
    const value = old === undefined ? 0 : typeof old === "string" ? parseInteger(old) : undefined;
    if (value === undefined) return this.#results.error("notAnInteger");
    const sum = addIntegers(value, by);
    if (sum === undefined) return this.#results.error("overflow");
    this.#table.set(key, String(sum), old);
    this.#results.integer(sum);
  }
}

function* encodeSlices(
  size: number,
  slices: Iterable<Uint8Array>,
): Generator<undefined, Uint8Array> {
  const writer = new ByteWriter();
  writer.u8(FORMAT);
  writer.varint(size);
  const pieces = [writer.finish()];
  for (const slice of slices) {
    pieces.push(slice);
    yield;
  }
  return yield* joinInSteps(pieces);
}

/** Whether the answer may hold what is stored. */
function isAnsweredAtLength(operation: KvOperation): boolean {
  switch (operation.kind) {
    case "get":
    case "listing":
      return true;
    case "put":
    case "delete":
    case "cas":
      return operation.wantsOld === true;
    default:
      return false;
  }
}

function decode(list: Uint8Array): KvOperation[] | undefined {
  try {
    return decodeOperations(list);
  } catch (error) {
    if (error instanceof DamagedDataError) return undefined;
    throw error;
  }
}
