/** Keeps the processes of a local cluster alive, and ends them together. */

import { type Clock, type Millis, ms } from "../../base/mod.ts";
import { RealClock } from "../../host/clock.ts";
import { selfCommand } from "../../host/self_command.ts";
import { TalkingChild } from "../../host/talking_child.ts";
import type { ClusterEnd, ClusterEvent } from "./events.ts";
import { type Backoff, BACKOFF_DEFAULT, Member, type StartChild } from "./member.ts";
import type { ReadyReport } from "./ready_line.ts";

/** A process of the cluster. */
export interface MemberSpec {
  readonly name: string;
  /** The arguments with which this program becomes that member. */
  readonly args: readonly string[];
}

/** What a supervisor is told. */
export interface SuperviseOptions {
  readonly members: readonly MemberSpec[];
  readonly onEvent: (event: ClusterEvent) => void;
  /** Ends the cluster. Every member gets SIGTERM, whatever signal was behind it. */
  readonly signal: AbortSignal;
  /** How long a member may take to end in good order; 10 s by default. */
  readonly grace?: Millis;
  readonly backoff?: Backoff;
  /** Other ways to start processes and to wait: for tests. */
  readonly start?: StartChild;
  readonly clock?: Clock;
}

const GRACE_DEFAULT = ms(10_000);

/**
 * Starts every member as a child process of this program and keeps it running: one that dies is started again,
 * after a pause that grows while it keeps dying. One that exits before it has ever served ends the cluster: it
 * would do so again. Resolves when all processes are gone.
 *
 * A member says that it serves by `readyLine()` on standard output. It finds its standard input open, and
 * leaves when that ends, so that nothing survives a supervisor that was killed.
 *
 * @throws If a process cannot be started; those that were are ended first.
 */
export async function superviseCluster(options: SuperviseOptions): Promise<ClusterEnd> {
  const { onEvent, signal, grace = GRACE_DEFAULT } = options;
  const stopped = Promise.withResolvers<ClusterEnd>();
  const onAbort = () => stopped.resolve({ kind: "stopped" });
  let allReady = false;
  const tell = (event: ClusterEvent) => {
    onEvent(event);
    if (event.kind !== "ready" || allReady) return;
    const reports = reportsOf(members);
    allReady = reports.size === members.length;
    if (allReady) onEvent({ kind: "allReady", reports });
  };
  const members = options.members.map(({ name, args }) =>
    new Member({
      name,
      args,
      start: options.start ?? startSelf,
      clock: options.clock ?? new RealClock(),
      backoff: options.backoff ?? BACKOFF_DEFAULT,
      onEvent: tell,
      onHopeless: (end) => stopped.resolve({ kind: "failed", member: name, end }),
    })
  );
  signal.addEventListener("abort", onAbort);
  try {
    if (signal.aborted) return { kind: "stopped" };
    for (const member of members) member.start();
    return await stopped.promise;
  } finally {
    signal.removeEventListener("abort", onAbort);
    await Promise.all(members.map((member) => member.stop(grace)));
  }
}

function startSelf(...[args, onLine]: Parameters<StartChild>): TalkingChild {
  return new TalkingChild(selfCommand(args), onLine);
}

/** What those said that have served. */
function reportsOf(members: readonly Member[]): Map<string, ReadyReport> {
  return new Map(
    members.flatMap(({ name, report }) => report === undefined ? [] : [[name, report]]),
  );
}
