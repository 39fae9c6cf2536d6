/**
 * Keys and values, in buckets by hash. The buckets are what makes a listing possible that goes on where it ended, and
 * a capture that copies no more than it must: a bucket is copied when it is written to before the capture got there.
 */

import { ByteWriter } from "../base/bytes.ts";
import { hashKey } from "./key_hash.ts";
import { type Value, writeValue } from "./value.ts";

/** Of a hash of 32 bits, the upper ones are the number of the bucket: so many, unless told. */
const BUCKET_BITS = 12;

/** About as much is encoded in one step of a capture: some tenths of a millisecond. */
const SLICE_BYTES = 256 * 1024;

type Bucket = Map<string, Value>;

/** A part of a listing; `cursor` is where to go on, or 0 if nothing is left. */
export interface KeyListing {
  readonly keys: readonly string[];
  readonly cursor: number;
}

/** A capture under way. */
interface TableCapture {
  /** The first bucket that is not encoded yet. */
  position: number;
  /** Buckets as they were, of those that have been written to since. */
  readonly saved: Map<number, Bucket>;
}

/** See the head of this file. */
export class KvTable {
  readonly #shift: number;
  readonly #buckets: (Bucket | undefined)[];
  readonly #captures = new Set<TableCapture>();
  #size = 0;
  #bytes = 0;

  /** There are 2^`bucketBits` buckets, at least 2: fewer for a table that stays small, or where there are many. */
  constructor(bucketBits: number = BUCKET_BITS) {
    this.#shift = 32 - bucketBits;
    this.#buckets = new Array(2 ** bucketBits).fill(undefined);
  }

  /** How many keys there are. */
  get size(): number {
    return this.#size;
  }

  /** How many bytes keys and values have. */
  get bytes(): number {
    return this.#bytes;
  }

  get(key: string): Value | undefined {
    return this.#buckets[hashKey(key) >>> this.#shift]?.get(key);
  }

  /** Sets the value of a key; `old` is the one that it has, which the caller knows already. */
  set(key: string, value: Value, old: Value | undefined): void {
    const bucket = this.#bucketToChange(hashKey(key) >>> this.#shift);
    bucket.set(key, value);
    if (old === undefined) {
      this.#size++;
      this.#bytes += key.length + value.length;
    } else {
      this.#bytes += value.length - old.length;
    }
  }

  /** Removes a key that is there; `old` is its value, which the caller knows already. */
  delete(key: string, old: Value): void {
    const bucket = this.#bucketToChange(hashKey(key) >>> this.#shift);
    bucket.delete(key);
    this.#size--;
    this.#bytes -= key.length + old.length;
  }

  /**
   * Names at least `count` keys whose hash is `cursor` or more, in the order of their hashes, if there are so many, or
   * until they have `bytesMax` bytes. Keys of the same hash are named together, so the cursor never stands between them.
   */
  list(cursor: number, count: number, bytesMax: number): KeyListing {
    const keys: string[] = [];
    let bytes = 0;
    const buckets = this.#buckets;
    for (let number = cursor >>> this.#shift; number < buckets.length; number++) {
      if (cursor >= 2 ** 32) break;
      const bucket = buckets[number];
      if (bucket === undefined) continue;
      const sorted = [...bucket.keys()].map((key) => ({ key, hash: hashKey(key) }))
        .filter(({ hash }) => hash >= cursor)
        .sort((a, b) => a.hash - b.hash || (a.key < b.key ? -1 : 1));
      for (const [i, { key, hash }] of sorted.entries()) {
        const isEnough = keys.length >= Math.max(1, count) || bytes >= bytesMax;
        if (isEnough && hash !== sorted[i - 1]?.hash) return { keys, cursor: hash };
        keys.push(key);
        bytes += key.length;
      }
    }
    return { keys, cursor: 0 };
  }

  /** All keys and values. The table must not change while they are gone through. */
  *entries(): Generator<[string, Value], undefined> {
    for (const bucket of this.#buckets) if (bucket !== undefined) yield* bucket;
    return undefined;
  }

  /** Encodes all keys and values as they are now, a slice at a time. Must be gone through, or be told to return. */
  capture(): Generator<Uint8Array, void> {
    const capture: TableCapture = { position: 0, saved: new Map() };
    this.#captures.add(capture);
    return this.#encode(capture);
  }

  *#encode(capture: TableCapture): Generator<Uint8Array, void> {
    try {
      const writer = new ByteWriter(Math.min(SLICE_BYTES, 64 + this.#bytes + 8 * this.#size));
      while (capture.position < this.#buckets.length) {
        const number = capture.position++;
        const bucket = capture.saved.get(number) ?? this.#buckets[number];
        capture.saved.delete(number);
        if (bucket === undefined) continue;
        for (const [key, value] of bucket) {
          writer.latin1(key);
          writeValue(writer, value);
        }
        if (writer.length >= SLICE_BYTES) yield writer.finish();
      }
      if (writer.length > 0) yield writer.finish();
    } finally {
      this.#captures.delete(capture);
    }
  }

  #bucketToChange(number: number): Bucket {
    const bucket = this.#buckets[number] ??= new Map();
    for (const { position, saved } of this.#captures) {
      if (number >= position && !saved.has(number)) saved.set(number, new Map(bucket));
    }
    return bucket;
  }
}
