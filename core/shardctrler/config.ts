/** A configuration: which group of servers has which shard. What leads from one to the next stands elsewhere. */

import type { ByteReader, ByteWriter } from "../base/bytes.ts";

/** Names a group of servers, `>= 1`; {@linkcode NO_GROUP} stands for none. */
export type Gid = number;

/** The owner of a shard that no group has. */
export const NO_GROUP: Gid = 0;

/** How many shards there are in the labs. */
export const LAB_SHARDS = 10;

/** Asks for the newest configuration, whatever its number. */
export const NEWEST = -1;

/** One configuration. It is never changed: the next one is another object. */
export interface Config {
  /** Counts up by one from each configuration to the next; 0 is the one before the first change. */
  readonly num: number;
  /** The owner of each shard, {@linkcode NO_GROUP} if it has none. */
  readonly shards: readonly Gid[];
  /** The servers of each group, in the order in which clients should try them. Sorted by group. */
  readonly groups: ReadonlyMap<Gid, readonly string[]>;
}

/** Configuration 0: no groups, and no shard belongs to anybody. */
export function firstConfig(shardCount: number): Config {
  return { num: 0, shards: new Array<Gid>(shardCount).fill(NO_GROUP), groups: new Map() };
}

/** Writes a configuration; equal ones have equal bytes. */
export function writeConfig(writer: ByteWriter, { num, shards, groups }: Config): void {
  writer.varint(num);
  writer.varint(shards.length);
  for (const gid of shards) writer.varint(gid);
  writeGroups(writer, groups);
}

/** Reads what {@linkcode writeConfig} wrote. */
export function readConfig(reader: ByteReader): Config {
  const num = reader.varint();
  const shards = readMany(reader, () => reader.varint());
  return { num, shards, groups: readGroups(reader) };
}

/** Writes groups with their servers, sorted by group. */
export function writeGroups(
  writer: ByteWriter,
  groups: ReadonlyMap<Gid, readonly string[]>,
): void {
  writer.varint(groups.size);
  for (const [gid, servers] of sortedGroups(groups)) {
    writer.varint(gid);
    writer.varint(servers.length);
    for (const server of servers) writer.text(server);
  }
}

/** Reads what {@linkcode writeGroups} wrote. */
export function readGroups(reader: ByteReader): Map<Gid, readonly string[]> {
  const groups = readMany(reader, () => {
    const gid = reader.varint();
    return [gid, readMany(reader, () => reader.text())] as const;
  });
  return new Map(groups);
}

/** Reads a count and so many values. */
export function readMany<T>(reader: ByteReader, readOne: () => T): T[] {
  const values: T[] = [];
  for (let count = reader.varint(); count > 0; count--) values.push(readOne());
  return values;
}

/** The groups in ascending order, so that nothing depends on the order in which a map was filled. */
export function sortedGroups<T>(groups: ReadonlyMap<Gid, T>): [Gid, T][] {
  return [...groups].sort(([a], [b]) => a - b);
}
