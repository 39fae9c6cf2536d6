/** Configurations and what changes between them, for people. */

import type { Config, Gid, ShardMove } from "../../core/shardctrler/mod.ts";
import { tableText } from "../test_runner/table.ts";

/** A configuration as JSON has it. */
export function configJson({ num, shards, groups }: Config): Readonly<Record<string, unknown>> {
  return { num, shards, groups: Object.fromEntries(groups) };
}

/** A configuration as a table of groups. */
export function configText({ num, shards, groups }: Config): string {
  const shardsOf = (gid: Gid) => shards.flatMap((owner, shard) => owner === gid ? [shard] : []);
  const rows = [...groups].map(([gid, servers]) => {
    const own = shardsOf(gid);
    return [String(gid), String(own.length), ranges(own), servers.join(",")];
  });
  const homeless = shardsOf(0);
  if (homeless.length > 0) rows.push(["-", String(homeless.length), ranges(homeless), ""]);
  const head = `configuration ${num}: ${shards.length} shards, ${groups.size} groups\n`;
  return head + tableText([["group", "count", "shards", "servers"], ...rows], [
    "right",
    "right",
    "left",
    "left",
  ]);
}

/** What would move, a line for each pair of groups. */
export function movesText(moves: readonly ShardMove[], shardCount: number): string {
  if (moves.length === 0) return "no shard moves\n";
  const ways = new Map<string, number[]>();
  for (const { shard, from, to } of moves) {
    const way = `${name(from)} -> ${name(to)}`;
    ways.set(way, [...ways.get(way) ?? [], shard]);
  }
  const lines = [...ways].map(([way, shards]) => `  ${way}: ${ranges(shards)}\n`);
  return `${moves.length} of ${shardCount} shards move:\n${lines.join("")}`;
}

/** `0-3,7,9-10`. */
export function ranges(numbers: readonly number[]): string {
  const found: [first: number, last: number][] = [];
  for (const number of numbers) {
    const range = found.at(-1);
    if (range !== undefined && range[1] === number - 1) range[1] = number;
    else found.push([number, number]);
  }
  const texts = found.map(([first, last]) => first === last ? `${first}` : `${first}-${last}`);
  return texts.join(",") || "-";
}

function name(gid: Gid): string {
  return gid === 0 ? "nobody" : `group ${gid}`;
}
