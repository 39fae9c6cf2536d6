import assert from "node:assert/strict";
import { prometheusText } from "../../host/prometheus.ts";
import { groupMetrics } from "./group_metrics.ts";
import type { GroupServerStatus, ShardStatus } from "./group_status.ts";

const SHARDS: readonly ShardStatus[] = [
  { shard: 0, state: "serving", keys: 10, bytes: 1000 },
  { shard: 1, state: "leaving", other: 2, num: 5, keys: 3, bytes: 30, arrived: 2 },
  { shard: 1, state: "arriving", other: 2, keys: 0, bytes: 0, arrived: 0 },
];

Deno.test("groupMetrics() tells of each shard: its state, keys, bytes, and how far it has travelled", async () => {
  const status = { gid: 1, num: 6, shards: SHARDS, clients: 4, waiting: 1 };
  const text = await prometheusText(groupMetrics(status as unknown as GroupServerStatus));
  const figures = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  assert.deepEqual(figures.map((line) => line.replace("dist824_shardkv_", "")), [
    "gid 1",
    "config 6",
    'shards{state="serving"} 1',
    'shards{state="arriving"} 1',
    'shards{state="leaving"} 1',
    'shards{state="deleting"} 0',
    'shards{state="parked"} 0',
    'shard_state{shard="0",state="serving"} 1',
    'shard_state{shard="1",state="leaving",lost_in="5"} 1',
    'shard_state{shard="1",state="arriving"} 1',
    'shard_keys{shard="0",state="serving"} 10',
    'shard_keys{shard="1",state="leaving",lost_in="5"} 3',
    'shard_keys{shard="1",state="arriving"} 0',
    'shard_bytes{shard="0",state="serving"} 1000',
    'shard_bytes{shard="1",state="leaving",lost_in="5"} 30',
    'shard_bytes{shard="1",state="arriving"} 0',
    'transferred_items{shard="1",state="leaving",lost_in="5"} 2',
    'transferred_items{shard="1",state="arriving"} 0',
    "clients 4",
    "waiting_clients 1",
  ]);
});
