/** The table of `dist824 raft status`. */

import type { RaftServerStatus } from "../../core/server/raft/mod.ts";
import { type Answer, statusTable } from "../cluster/status_table.ts";

/** Lays it out. */
export function raftStatusTable(answers: readonly Answer<RaftServerStatus>[]): string {
  return statusTable(answers, [
    "id",
    "address",
    "role",
    "term",
    "commit",
    "applied",
    "last",
    "lag",
    "contact",
    "disk",
    { name: "commands", align: "right", cell: ({ commands }) => commands },
    { name: "fingerprint", align: "left", cell: ({ fingerprint }) => fingerprint },
  ]);
}
