/** Compares what writers were told with what is in the logs of all servers. */

import assert from "node:assert/strict";
import { type LogEntry, logIndex } from "../../core/base/mod.ts";
import type { RaftClient, RaftServerStatus } from "../../core/server/raft/mod.ts";
import type { Proposal } from "./_load.ts";

/** What was found. */
export interface Verdict {
  readonly acknowledged: number;
  readonly uncertain: number;
  /** Of the uncertain ones, those that are in the log. */
  readonly uncertainInLog: number;
  readonly failed: number;
  readonly entries: number;
  readonly terms: number;
}

/**
 * Checks that no acknowledged command is lost or moved, none is there twice, none that failed is there, each writer's
 * acknowledged commands are in order, and all servers hold the same. Entries that are compacted count by their fingerprint only.
 */
export async function judge(
  proposals: readonly Proposal[],
  statuses: readonly RaftServerStatus[],
  client: RaftClient,
): Promise<Verdict> {
  checkAgreement(statuses);
  const logs = await Promise.all(statuses.map((status) => wholeLog(client, status)));
  const begin = Math.max(...statuses.map(({ firstIndex }) => firstIndex));
  const [log, ...others] = logs.map((entries) => entries.filter(({ index }) => index >= begin));
  for (const other of others) assert.deepEqual(other, log, "the logs of two replicas differ");
  return compare(proposals, log!, begin, statuses[0]!.commands);
}

/** Checks that all servers have applied the same. */
export function checkAgreement(
  statuses: readonly Pick<RaftServerStatus, "commands" | "fingerprint" | "lastApplied">[],
): void {
  for (const field of ["commands", "fingerprint", "lastApplied"] as const) {
    const values = statuses.map((status) => status[field]);
    assert.equal(new Set(values).size, 1, `replicas diverge in ${field}: ${values}`);
  }
}

/** The part of {@linkcode judge} that needs no servers: `log` is what all have from index `begin` on. */
export function compare(
  proposals: readonly Proposal[],
  log: readonly LogEntry[],
  begin: number,
  commands: number,
): Verdict {
  const places = new Map<string, number>();
  for (const { index, kind, command } of log) {
    if (kind !== "command") continue;
    const text = new TextDecoder().decode(command);
    assert(!places.has(text), `command ${text} is at ${places.get(text)} and at ${index}`);
    places.set(text, index);
  }
  const numbers = new Set<number>();
  const last = new Map<number, number>();
  const counts = { acknowledged: 0, uncertain: 0, uncertainInLog: 0, failed: 0 };
  for (const { text, writer, outcome } of proposals) {
    const place = places.get(text);
    if (outcome.kind === "committed") {
      counts.acknowledged++;
      assert(!numbers.has(outcome.number), `two commands were told number ${outcome.number}`);
      numbers.add(outcome.number);
      assert(outcome.number <= commands, `${text} was number ${outcome.number} of ${commands}`);
      if (outcome.index >= begin) {
        assert.equal(place, outcome.index, `acknowledged command ${text} is lost or moved`);
      }
    } else if (outcome.kind === "failed") {
      counts.failed++;
      assert.equal(place, undefined, `command ${text} is there, though it was said to have failed`);
    } else {
      counts.uncertain++;
      if (place !== undefined) counts.uncertainInLog++;
    }
    // A request that its writer has given up may still arrive behind the next one.
    if (place === undefined || outcome.kind !== "committed") continue;
    assert(place > (last.get(writer) ?? 0), `command ${text} is before its writer's last one`);
    last.set(writer, place);
  }
  const terms = new Set(log.map(({ term }) => term)).size;
  return { ...counts, entries: log.length, terms };
}

async function wholeLog(client: RaftClient, status: RaftServerStatus): Promise<LogEntry[]> {
  const entries: LogEntry[] = [];
  for (let next = status.firstIndex; next <= status.lastIndex;) {
    const part = await client.log(status.id as never, logIndex(next), 100_000);
    entries.push(...part.entries);
    next = entries.at(-1)!.index + 1;
  }
  return entries;
}
