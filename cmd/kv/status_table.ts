/** The table of `dist824 kv status`. */

import type { KvServerStatus } from "../../core/server/kv/mod.ts";
import { type Answer, statusTable } from "../cluster/status_table.ts";

/** Lays it out. */
export function kvStatusTable(answers: readonly Answer<KvServerStatus>[]): string {
  return statusTable(answers, [
    "id",
    "address",
    { name: "redis", align: "left", cell: ({ clientsAddress }) => clientsAddress },
    "role",
    "term",
    "commit",
    "applied",
    "lag",
    "contact",
    "disk",
    { name: "keys", align: "right", cell: ({ store }) => store.keys },
    { name: "bytes", align: "right", cell: ({ store }) => store.bytes },
    { name: "clients", align: "right", cell: ({ clients }) => clients },
  ]);
}
