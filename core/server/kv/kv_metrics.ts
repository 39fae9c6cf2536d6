/** The figures of a server of the key/value store, beside those of its node. */

import type { Metric } from "../../host/prometheus.ts";
import { gauge } from "../admin/mod.ts";
import type { KvServerStatus } from "./kv_status.ts";

/** Makes the metrics of a status. */
export function kvMetrics({ store, clients, waiting }: KvServerStatus): Metric[] {
  return [
    gauge("dist824_kv_keys", "Keys in the store", store.keys),
    gauge("dist824_kv_bytes", "Bytes of all keys and values", store.bytes),
    gauge("dist824_kv_clients", "Redis clients that are connected", clients),
    gauge("dist824_kv_waiting_clients", "Redis clients that wait for the store", waiting),
  ];
}
