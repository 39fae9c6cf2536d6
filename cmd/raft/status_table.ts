/** The table of `dist824 raft status`. */

import type { RaftServerStatus } from "../../core/server/raft/mod.ts";
import { type Align, tableText } from "../test_runner/table.ts";

/** One server, as it says itself, or why it says nothing. */
export type Answer =
  | RaftServerStatus
  | { readonly id: number; readonly address: string; readonly error: string };

const COLUMNS: readonly (readonly [name: string, align: Align])[] = [
  ["id", "right"],
  ["address", "left"],
  ["role", "left"],
  ["term", "right"],
  ["commit", "right"],
  ["applied", "right"],
  ["last", "right"],
  ["lag", "right"],
  ["contact", "right"],
  ["disk", "left"],
  ["commands", "right"],
  ["fingerprint", "left"],
];

/** Lays it out. */
export function statusTable(answers: readonly Answer[]): string {
  const leader = leaderOf(answers);
  const rows = answers.map((answer) => {
    const followed = leader?.peers.find(({ id }) => id === answer.id);
    const contact = followed?.lastContactMs === undefined ? "-" : `${followed.lastContactMs} ms`;
    const lag = followed?.lag === undefined ? "-" : `${followed.lag}`;
    if (!("role" in answer)) {
      const unknown = "-";
      const logs = [unknown, unknown, unknown, unknown];
      return [`${answer.id}`, answer.address, "no answer", ...logs, lag, contact, "-", "-", "-"];
    }
    const { id, address, role, term, commitIndex, lastApplied, lastIndex, disk } = answer;
    const numbers = [term, commitIndex, lastApplied, lastIndex].map(String);
    const state = [`${answer.commands}`, answer.fingerprint];
    return [`${id}`, address, role, ...numbers, lag, contact, disk.condition, ...state];
  });
  return tableText([COLUMNS.map(([name]) => name), ...rows], COLUMNS.map(([, align]) => align));
}

/** The leader of the newest term, if one says that it is. */
export function leaderOf(answers: readonly Answer[]): RaftServerStatus | undefined {
  const leaders = answers.filter((answer): answer is RaftServerStatus =>
    "role" in answer && answer.role === "leader"
  );
  return leaders.sort((a, b) => b.term - a.term)[0];
}
