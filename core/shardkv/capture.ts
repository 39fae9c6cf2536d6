/** What a snapshot of a group holds: configuration, shards and frozen copies, all of one moment. */

import { ByteReader, ByteWriter } from "../base/bytes.ts";
import { DamagedDataError } from "../base/errors.ts";
import type { SessionLimits } from "../rsm/sessions.ts";
import type { Capture } from "../rsm/state_machine.ts";
import { joinInSteps } from "../rsm/capture.ts";
import { type Gid, readConfig, readMany, writeConfig } from "../shardctrler/config.ts";
import type { Group, GroupState, LeavingShard, Shard } from "./group.ts";
import { ShardData } from "./shard_data.ts";

const SERVING = 1;
const ARRIVING = 2;
const PARKED = 3;

/** A shard or a frozen copy: what is short, encoded, and the store, to be encoded bit by bit. */
interface Part {
  readonly head: Uint8Array;
  readonly store: Capture;
}

/** Captures a group as it is now; the work is done bit by bit. */
export function captureGroup(group: Group): Capture {
  const leaving = [...group.leaving];
  const parts = [
    ...[...group.shards].map(([number, shard]) => part(shardHead(number, shard), shard.data)),
    ...leaving.map((copy) => part(copyHead(copy), copy.data)),
  ];
  return encodeParts(groupHead(group, leaving.length), parts);
}

/**
 * Reads what was captured of a group.
 *
 * @throws {DamagedDataError} If the bytes are no captured group, or that of another one.
 */
export function restoreGroup(data: Uint8Array, gid: Gid, limits: SessionLimits): GroupState {
  const reader = new ByteReader(data);
  const theirs = reader.varint();
  if (theirs !== gid) {
    throw new DamagedDataError(`The snapshot is of group ${theirs}, not of ${gid}`, 0);
  }
  const config = readConfig(reader);
  const holders = readMany(reader, () => reader.varint());
  const [shardCount, leavingCount] = [reader.varint(), reader.varint()];
  const shards = Array.from({ length: shardCount }, () => readShard(reader, limits));
  const leaving = Array.from({ length: leavingCount }, () => readCopy(reader, limits));
  reader.end();
  return { gid, config, holders, shards, leaving };
}

function part(writer: ByteWriter, { sessions, store }: ShardData): Part {
  sessions.encode(writer);
  return { head: writer.finish(), store: store.capture() };
}

function* encodeParts(head: Uint8Array, parts: readonly Part[]): Generator<undefined, Uint8Array> {
  const pieces = [head];
  const writer = new ByteWriter();
  for (const { head, store } of parts) {
    const data = yield* { [Symbol.iterator]: () => store };
    writer.raw(head);
    writer.varint(data.length);
    pieces.push(writer.finish(), data);
  }
  return yield* joinInSteps(pieces);
}

function groupHead(group: Group, leavingCount: number): Uint8Array {
  const writer = new ByteWriter();
  writer.varint(group.gid);
  writeConfig(writer, group.config);
  writer.varint(group.holders.length);
  for (const gid of group.holders) writer.varint(gid);
  writer.varint(group.shards.size);
  writer.varint(leavingCount);
  return writer.finish();
}

function shardHead(number: number, shard: Shard): ByteWriter {
  const writer = new ByteWriter();
  writer.varint(number);
  switch (shard.kind) {
    case "serving":
      writer.u8(SERVING);
      break;
    case "arriving":
      writer.u8(ARRIVING);
      writer.varint(shard.from);
      writer.varint(shard.received);
      break;
    case "parked":
      writer.u8(PARKED);
      break;
  }
  return writer;
}

function copyHead({ num, shard, to, servers }: LeavingShard): ByteWriter {
  const writer = new ByteWriter();
  writer.varint(num);
  writer.varint(shard);
  writer.varint(to);
  writer.varint(servers.length);
  for (const server of servers) writer.text(server);
  return writer;
}

function readShard(reader: ByteReader, limits: SessionLimits): readonly [number, Shard] {
  const number = reader.varint();
  const { offset } = reader;
  const kind = reader.u8();
  switch (kind) {
    case SERVING:
      return [number, { kind: "serving", data: readData(reader, limits) }];
    case ARRIVING: {
      const [from, received] = [reader.varint(), reader.varint()];
      return [number, { kind: "arriving", from, received, data: readData(reader, limits) }];
    }
    case PARKED:
      return [number, { kind: "parked", data: readData(reader, limits) }];
    default:
      throw new DamagedDataError(`A shard is in no state ${kind}`, offset);
  }
}

function readCopy(reader: ByteReader, limits: SessionLimits): LeavingShard {
  const [num, shard, to] = [reader.varint(), reader.varint(), reader.varint()];
  const servers = readMany(reader, () => reader.text());
  return { num, shard, to, servers, data: readData(reader, limits) };
}

function readData(reader: ByteReader, limits: SessionLimits): ShardData {
  const data = new ShardData(limits);
  data.sessions.decode(reader);
  data.store.restore(reader.bytes());
  return data;
}
