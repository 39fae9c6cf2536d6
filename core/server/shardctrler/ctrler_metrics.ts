/** The figures of a server of the controller, beside those of its node. */

import type { Metric } from "../../host/prometheus.ts";
import type { Config } from "../../shardctrler/mod.ts";
import { gauge } from "../admin/mod.ts";

/** Makes the metrics of the newest configuration that a server knows. */
export function ctrlerMetrics({ num, shards, groups }: Config): Metric[] {
  const owned = new Map([...groups.keys()].sort((a, b) => a - b).map((gid) => [gid, 0]));
  for (const gid of shards) if (gid !== 0) owned.set(gid, owned.get(gid)! + 1);
  return [
    gauge("dist824_shardctrler_config", "The number of the newest configuration", num),
    gauge("dist824_shardctrler_shards", "Shards of the store", shards.length),
    gauge("dist824_shardctrler_groups", "Groups that shards can be given to", groups.size),
    {
      name: "dist824_shardctrler_group_shards",
      help: "Shards that a group owns",
      type: "gauge",
      values: [...owned].map(([gid, value]) => ({ value, labels: { gid: `${gid}` } })),
    },
  ];
}
