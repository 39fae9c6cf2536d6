/** What is in a shard at some moment, so that two moments can be compared, and their difference put into words. */

import { crc32 } from "node:zlib";
import { ByteWriter } from "../../../core/base/bytes.ts";
import { writeItem } from "../../../core/shardkv/shard_data.ts";
import type { ShardData } from "../../../core/shardkv/mod.ts";

/** A shard's data, as far as they are compared. */
export interface ShardContents {
  readonly keys: number;
  /** By client: the newest command that was carried out. */
  readonly clients: ReadonlyMap<number, number>;
  /** Of all items, whatever their order. */
  readonly digest: number;
}

/** Looks at the data of a shard as they are now. */
export function contentsOf(data: ShardData): ShardContents {
  const writer = new ByteWriter();
  const clients = new Map<number, number>();
  let digest = 0;
  for (const item of data.items()) {
    writeItem(writer, item);
    digest = (digest + crc32(writer.finish())) >>> 0;
    if (item.kind === "session") clients.set(item.clientId, item.session.sequence);
  }
  return { keys: data.size - clients.size, clients, digest };
}

/** Says in words what `after` has otherwise than `before`; `undefined` if they are the same. */
export function differenceOf(before: ShardContents, after: ShardContents): string | undefined {
  if (before.keys !== after.keys) return `it had ${before.keys} keys, and has ${after.keys}`;
  for (const client of [...before.clients.keys(), ...after.clients.keys()]) {
    const [was, is] = [before.clients.get(client), after.clients.get(client)];
    if (was === is) continue;
    return `of client ${client} it remembered ${commandOf(was)}, and remembers ${commandOf(is)}`;
  }
  return before.digest === after.digest ? undefined : "other values than before stand in its keys";
}

function commandOf(sequence: number | undefined): string {
  return sequence === undefined ? "nothing" : `command ${sequence}`;
}
