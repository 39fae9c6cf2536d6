/** The table of `dist824 kv status`. */

import type { KvServerStatus } from "../../core/server/kv/mod.ts";
import { type Align, tableText } from "../test_runner/table.ts";

/** One server, as it says itself, or why it says nothing. */
export type Answer =
  | KvServerStatus
  | { readonly id: number; readonly address: string; readonly error: string };

const COLUMNS: readonly (readonly [name: string, align: Align])[] = [
  ["id", "right"],
  ["address", "left"],
  ["redis", "left"],
  ["role", "left"],
  ["term", "right"],
  ["commit", "right"],
  ["applied", "right"],
  ["lag", "right"],
  ["contact", "right"],
  ["disk", "left"],
  ["keys", "right"],
  ["bytes", "right"],
  ["clients", "right"],
];

/** Lays it out. */
export function statusTable(answers: readonly Answer[]): string {
  const leader = leaderOf(answers);
  const rows = answers.map((answer) => rowOf(answer, leader));
  return tableText([COLUMNS.map(([name]) => name), ...rows], COLUMNS.map(([, align]) => align));
}

function rowOf(answer: Answer, leader: KvServerStatus | undefined): string[] {
  const { lag = "-", lastContactMs } = leader?.peers.find(({ id }) => id === answer.id) ?? {};
  const contact = lastContactMs === undefined ? "-" : `${lastContactMs} ms`;
  const cells = "role" in answer
    ? [
      ...[answer.clientsAddress, answer.role, answer.term, answer.commitIndex, answer.lastApplied],
      ...[lag, contact, answer.disk.condition],
      ...[answer.store.keys, answer.store.bytes, answer.clients],
    ]
    : ["-", "no answer", "-", "-", "-", lag, contact, "-", "-", "-", "-"];
  return [answer.id, answer.address, ...cells].map(String);
}

/** The leader of the newest term, if one says that it is. */
export function leaderOf(answers: readonly Answer[]): KvServerStatus | undefined {
  const leaders = answers.filter((answer): answer is KvServerStatus =>
    "role" in answer && answer.role === "leader"
  );
  return leaders.sort((a, b) => b.term - a.term)[0];
}
