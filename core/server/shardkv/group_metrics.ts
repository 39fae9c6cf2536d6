/** The figures of a server of a group, beside those of its node. */

import type { Metric, MetricValue } from "../../host/prometheus.ts";
import { gauge } from "../admin/mod.ts";
import type { GroupServerStatus, ShardStatus } from "./group_status.ts";

const STATES = ["serving", "arriving", "leaving", "deleting", "parked"] as const;

/** Makes the metrics of a status. */
export function groupMetrics(status: GroupServerStatus): Metric[] {
  const { shards } = status;
  return [
    gauge("dist824_shardkv_gid", "The group", status.gid),
    gauge("dist824_shardkv_config", "The configuration that the group follows", status.num),
    {
      name: "dist824_shardkv_shards",
      help: "Shards of the group, by their state",
      type: "gauge",
      values: STATES.map((state) => ({
        value: shards.filter((shard) => shard.state === state).length,
        labels: { state },
      })),
    },
    {
      name: "dist824_shardkv_shard_state",
      help: "1 for the state that a shard has here",
      type: "gauge",
      values: eachOf(shards, () => 1),
    },
    {
      name: "dist824_shardkv_shard_keys",
      help: "Keys of a shard",
      type: "gauge",
      values: eachOf(shards, ({ keys }) => keys),
    },
    {
      name: "dist824_shardkv_shard_bytes",
      help: "Bytes of the keys and values of a shard",
      type: "gauge",
      values: eachOf(shards, ({ bytes }) => bytes),
    },
    {
      name: "dist824_shardkv_transferred_items",
      help: "Items of a shard that travels that have arrived, as far as this server knows",
      type: "gauge",
      values: eachOf(shards, ({ arrived }) => arrived),
    },
    gauge("dist824_shardkv_clients", "Redis clients that are connected", status.clients),
    gauge(
      "dist824_shardkv_waiting_clients",
      "Redis clients that wait for the store",
      status.waiting,
    ),
  ];
}

/** A shard may be here more than once: frozen copies of it wait for their new owners. */
function eachOf(
  shards: readonly ShardStatus[],
  read: (shard: ShardStatus) => number | undefined,
): MetricValue[] {
  return shards.flatMap((status) => {
    const { shard, state, num } = status;
    const value = read(status);
    if (value === undefined) return [];
    const lost = num === undefined ? {} : { lost_in: `${num}` };
    return [{ value, labels: { shard: `${shard}`, state, ...lost } }];
  });
}
