/** Hand-made servers for the tests of the checkers: what they say of themselves need not be possible. */

import { NO_BYTES } from "../../base/bytes.ts";
import { type LogEntry, logIndex, serverId, type Snapshot, term } from "../../base/durable.ts";
import { type Instant, instant } from "../../base/units.ts";
import type {
  Applied,
  Input,
  Output,
  PersistBatch,
  RaftObserver,
  RaftView,
  Role,
} from "../../raft/mod.ts";
import { RaftLog } from "../../raft/log.ts";

/** What a hand-made server looks like. */
export interface Looks {
  readonly id: number;
  readonly term: number;
  /** A follower unless told. */
  readonly role?: Role;
  /** The terms of the entries behind the snapshot. */
  readonly log?: readonly number[];
  readonly snapshot?: readonly [index: number, term: number];
  readonly commitIndex?: number;
}

/** What a hand-made step put out. */
export interface Did {
  readonly wrote?: readonly LogEntry[];
  readonly discardedLog?: boolean;
  readonly applied?: readonly Applied[];
}

const TIMER: Input = { kind: "timer" };

/** The view of a server that looks like that. */
export function view(looks: Looks): RaftView {
  const [index, termOf] = looks.snapshot ?? [0, 0];
  const log = new RaftLog(
    index === 0 ? undefined : snapshot(index, termOf),
    (looks.log ?? []).map((entryTerm, i) => entry(index + 1 + i, entryTerm)),
  );
  const id = serverId(looks.id);
  return {
    id,
    servers: [0, 1, 2].map(serverId),
    role: looks.role ?? "follower",
    currentTerm: term(looks.term),
    votedFor: undefined,
    log,
    commitIndex: logIndex(looks.commitIndex ?? 0),
    lastApplied: logIndex(looks.commitIndex ?? 0),
    leaderId: looks.role === "leader" ? id : undefined,
    durableIndex: log.lastIndex,
    leaderContact: undefined,
    abstains: false,
    followers: undefined,
  };
}

/** Shows a checker a step of a server, after which it looks like that. */
export function step(checker: RaftObserver, looks: Looks, did: Did = {}): void {
  const persist: PersistBatch = {
    sequence: 1,
    ...(did.wrote && { entries: did.wrote }),
    ...(did.discardedLog && { snapshot: snapshot(1, 1), discardLog: true }),
  };
  const output: Output = {
    persist,
    requests: [],
    replies: [],
    apply: did.applied ?? [],
    reads: [],
    wakeAt: instant(0),
    proposed: undefined,
  };
  checker.onStep(view(looks), TIMER, output, NOW);
}

/** Shows a checker a server that has started. */
export function start(checker: RaftObserver, looks: Looks): void {
  checker.onStart(view(looks), NOW);
}

/** An entry; entries of the same index and term have the same command, unless told. */
export function entry(index: number, termOf: number, command?: string): LogEntry {
  return {
    index: logIndex(index),
    term: term(termOf),
    kind: "command",
    command: new TextEncoder().encode(command ?? `${termOf}/${index}`),
  };
}

/** Entries that were applied. */
export function applied(...entries: readonly LogEntry[]): Applied[] {
  return entries.map((each) => ({ kind: "entry", entry: each }));
}

/** A snapshot that was applied. */
export function appliedSnapshot(index: number, termOf: number): Applied[] {
  return [{ kind: "snapshot", snapshot: snapshot(index, termOf) }];
}

const NOW: Instant = instant(0);

function snapshot(index: number, termOf: number): Snapshot {
  return {
    lastIncludedIndex: logIndex(index),
    lastIncludedTerm: term(termOf),
    data: NO_BYTES,
  };
}
