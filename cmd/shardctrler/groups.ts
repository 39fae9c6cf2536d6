/** Groups of servers on the command line. */

import { InvalidArgumentError } from "@commander-js/extra-typings";
import type { Gid } from "../../core/shardctrler/mod.ts";
import { addressText } from "../address.ts";
import { serverList } from "../cluster/peers.ts";
import { integer } from "../values.ts";

/** A group that joins. */
export type JoiningGroup = readonly [gid: Gid, servers: readonly string[]];

/** Parses the number of a group. */
export const gidOf: (text: string) => Gid = integer({ min: 1, max: 999_999_999 });

/** Parses `GID=HOST:PORT,HOST:PORT,…`. */
export function joiningGroup(text: string): JoiningGroup {
  const parts = /^(\d+)=(.+)$/.exec(text);
  if (parts === null) throw new InvalidArgumentError("Expected GID=HOST:PORT,HOST:PORT,…");
  return [gidOf(parts[1]!), serverList(parts[2]!).map(({ address }) => addressText(address))];
}
