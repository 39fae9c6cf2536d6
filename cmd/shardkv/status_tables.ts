/** The tables of `dist824 shardkv status`. */

import type { GroupServerStatus, ShardStatus } from "../../core/server/shardkv/mod.ts";
import type { Config, Gid } from "../../core/shardctrler/mod.ts";
import { newestLeader } from "../cluster/status_table.ts";
import { type Align, tableText } from "../test_runner/table.ts";

/** What a server of a group says; without a status it says nothing. */
export interface GroupAnswer {
  readonly gid: Gid;
  readonly server: string;
  readonly status: GroupServerStatus | undefined;
}

/** The leader of a group, if one of its servers says that it is. */
export function leaderOf(
  answers: readonly GroupAnswer[],
  gid: Gid,
): GroupServerStatus | undefined {
  return newestLeader(
    answers.flatMap(({ gid: own, status }) => own === gid && status !== undefined ? [status] : []),
  );
}

/** A row for each server. */
export function groupsTable(config: Config, answers: readonly GroupAnswer[]): string {
  const rows = answers.map(({ gid, server, status }) => {
    const name = config.groups.has(gid) ? `${gid}` : `${gid} (has left)`;
    if (status === undefined) return [name, server, "no answer"];
    const serving = status.shards.filter(({ state }) => state === "serving").length;
    const { role, term, num, disk } = status;
    return [name, server, role, `${term}`, `${num}`, `${serving}`, disk.condition];
  });
  const head = ["group", "server", "role", "term", "configuration", "serves", "disk"];
  const aligns: Align[] = ["right", "left", "left", "right", "right", "right", "left"];
  return `configuration ${config.num}\n${tableText([head, ...rows], aligns)}`;
}

/** A row for each shard at its owner, and for each that is still somewhere else. */
export function shardsTable(config: Config, answers: readonly GroupAnswer[]): string {
  const gids = [...new Set(answers.map(({ gid }) => gid))];
  const rows = config.shards.flatMap((owner, shard) => {
    const found = gids.flatMap((gid) =>
      (leaderOf(answers, gid)?.shards ?? []).filter((each) => each.shard === shard)
        .map((each) => rowOf(gid, each))
    );
    const isKnown = found.some(([, gid]) => gid === `${owner}`);
    return isKnown ? found : [[`${shard}`, owner === 0 ? "-" : `${owner}`, "unknown"], ...found];
  });
  const aligns: Align[] = ["right", "right", "left", "right", "right"];
  return tableText([["shard", "group", "state", "keys", "bytes"], ...rows], aligns);
}

function rowOf(gid: Gid, { shard, state, other, keys, bytes }: ShardStatus): string[] {
  return [`${shard}`, `${gid}`, `${state}${where(state, other)}`, `${keys}`, `${bytes}`];
}

function where(state: ShardStatus["state"], other: Gid | undefined): string {
  if (other === undefined) return "";
  return state === "arriving" ? ` from ${other}` : ` for ${other}`;
}
