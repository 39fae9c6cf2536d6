import assert from "node:assert/strict";
import { prometheusText } from "../../host/prometheus.ts";
import { ctrlerMetrics } from "./ctrler_metrics.ts";

Deno.test("ctrlerMetrics() tells the newest configuration, and how many shards each group owns", async () => {
  const groups = new Map([[2, ["b:1"]], [1, ["a:1"]], [7, ["c:1"]]]);
  const text = await prometheusText(ctrlerMetrics({ num: 4, shards: [1, 2, 2, 0], groups }));
  const figures = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  assert.deepEqual(figures, [
    "dist824_shardctrler_config 4",
    "dist824_shardctrler_shards 4",
    "dist824_shardctrler_groups 3",
    'dist824_shardctrler_group_shards{gid="1"} 1',
    'dist824_shardctrler_group_shards{gid="2"} 2',
    'dist824_shardctrler_group_shards{gid="7"} 0',
  ]);
});
