/** The data of one shard, with the memory of what its clients had carried out: what moves when the shard moves. */

import type { ByteReader, ByteWriter } from "../base/bytes.ts";
import { DamagedDataError } from "../base/errors.ts";
import { KvStateMachine, type Value, valueOf, writeValue } from "../kv/mod.ts";
import { type Session, type SessionLimits, Sessions } from "../rsm/sessions.ts";

/** One thing in a shard. */
export type ShardItem =
  | { readonly kind: "entry"; readonly key: string; readonly value: Value }
  | { readonly kind: "session"; readonly clientId: number; readonly session: Session };

const ENTRY = 1;
const SESSION = 2;

/** What an item takes beside its own bytes, about. */
const ITEM_BYTES = 16;

/** A store has many shards, so each is divided less finely than a whole store would be. */
const BUCKET_BITS = 6;

/** The data of one shard. */
export class ShardData {
  readonly store: KvStateMachine = new KvStateMachine({ bucketBits: BUCKET_BITS });
  readonly sessions: Sessions;

  constructor(limits: SessionLimits = {}) {
    this.sessions = new Sessions(limits);
  }

  /** How many items there are. */
  get size(): number {
    return this.store.keys + this.sessions.size;
  }

  /** All items, in an order that follows from the commands that were carried out: entries first. */
  *items(): Generator<ShardItem, undefined> {
    for (const [key, value] of this.store.entries()) yield { kind: "entry", key, value };
    for (const [clientId, session] of this.sessions.entries()) {
      yield { kind: "session", clientId, session };
    }
    return undefined;
  }

  /** Adds an item of another copy of this shard, behind those that are there. Says whether it is new. */
  add(item: ShardItem): boolean {
    if (item.kind === "entry") return this.store.add(item.key, item.value);
    const isNew = this.sessions.find(item.clientId) === undefined;
    this.sessions.record(item.clientId, item.session);
    return isNew;
  }
}

/** How many bytes an item takes on its way, about. */
export function itemBytes(item: ShardItem): number {
  return item.kind === "entry"
    ? ITEM_BYTES + item.key.length + item.value.length
    : ITEM_BYTES + item.session.result.length;
}

/** Writes an item. */
export function writeItem(writer: ByteWriter, item: ShardItem): void {
  if (item.kind === "entry") {
    writer.u8(ENTRY);
    writer.latin1(item.key);
    writeValue(writer, item.value);
  } else {
    writer.u8(SESSION);
    writer.varint(item.clientId);
    writer.varint(item.session.session);
    writer.varint(item.session.sequence);
    writer.bytes(item.session.result);
  }
}

/** Reads an item; it shares no memory with what it was read from. */
export function readItem(reader: ByteReader): ShardItem {
  const { offset } = reader;
  const kind = reader.u8();
  switch (kind) {
    case ENTRY:
      return { kind: "entry", key: reader.latin1(), value: valueOf(reader.bytes()) };
    case SESSION: {
      const clientId = reader.varint();
      const numbers = { session: reader.varint(), sequence: reader.varint() };
      return { kind: "session", clientId, session: { ...numbers, result: reader.bytes().slice() } };
    }
    default:
      throw new DamagedDataError(`A shard has no item of kind ${kind}`, offset);
  }
}
