/** The table of the servers of a cluster: the columns that all have, and those of each protocol. */

import type { NodeStatus, PeerStatus } from "../../core/server/node/mod.ts";
import { type Align, tableText } from "../test_runner/table.ts";

/** One server, as it says itself, or why it says nothing. */
export type Answer<Status extends NodeStatus> = Status | SilentServer;

/** A server that does not answer. */
export interface SilentServer {
  readonly id: number;
  readonly address: string;
  readonly error: string;
}

type Cell = string | number;

/** A column that only servers which answer can fill. */
export interface StatusColumn<Status extends NodeStatus> {
  readonly name: string;
  readonly align: Align;
  readonly cell: (status: Status) => Cell;
}

/** A column that is there for every protocol; `peer` is the server as the leader sees it. */
interface CommonColumn {
  readonly align: Align;
  readonly cell: (answer: Answer<NodeStatus>, peer: PeerStatus | undefined) => Cell | undefined;
}

const COMMON = {
  id: { align: "right", cell: ({ id }) => id },
  address: { align: "left", cell: ({ address }) => address },
  role: { align: "left", cell: (answer) => isSilent(answer) ? "no answer" : answer.role },
  term: { align: "right", cell: (answer) => isSilent(answer) ? undefined : answer.term },
  commit: { align: "right", cell: (answer) => isSilent(answer) ? undefined : answer.commitIndex },
  applied: { align: "right", cell: (answer) => isSilent(answer) ? undefined : answer.lastApplied },
  last: { align: "right", cell: (answer) => isSilent(answer) ? undefined : answer.lastIndex },
  lag: { align: "right", cell: (_, peer) => peer?.lag },
  contact: {
    align: "right",
    cell: (_, peer) => peer?.lastContactMs === undefined ? undefined : `${peer.lastContactMs} ms`,
  },
  disk: { align: "left", cell: (answer) => isSilent(answer) ? undefined : answer.disk.condition },
} satisfies Record<string, CommonColumn>;

/** Lays out a row for each server. Columns that all protocols have are named, others described. */
export function statusTable<Status extends NodeStatus>(
  answers: readonly Answer<Status>[],
  columns: readonly (keyof typeof COMMON | StatusColumn<Status>)[],
): string {
  const peers = newestLeader(answers)?.peers ?? [];
  const rows = answers.map((answer) => {
    const peer = peers.find(({ id }) => id === answer.id);
    return columns.map((column) => {
      if (typeof column === "string") return `${COMMON[column].cell(answer, peer) ?? "-"}`;
      return isSilent(answer) ? "-" : `${column.cell(answer)}`;
    });
  });
  const heads = columns.map((column) => typeof column === "string" ? column : column.name);
  const aligns = columns.map((column) =>
    typeof column === "string" ? COMMON[column].align : column.align
  );
  return tableText([heads, ...rows], aligns);
}

/** The leader of the newest term, if one says that it is. */
export function newestLeader<Status extends NodeStatus>(
  answers: readonly Answer<Status>[],
): Status | undefined {
  const leaders = answers.filter((answer): answer is Status =>
    !isSilent(answer) && answer.role === "leader"
  );
  return leaders.sort((a, b) => b.term - a.term)[0];
}

function isSilent(answer: Answer<NodeStatus>): answer is SilentServer {
  return "error" in answer;
}
