/** Whether a server should be sent requests, and if not, why. */

import type { NodeStatus } from "../node/mod.ts";

/** The answer, for people and for monitors. */
export interface Readiness {
  readonly ready: boolean;
  /**
   * `disk`: it does not write as it should. `ending`: it is about to end and gives leadership away. `leaderless`: it
   * knows no leader, as when there is no majority. `lagging`: it has not applied what it knows to be there.
   */
  readonly reason: "ready" | "disk" | "ending" | "leaderless" | "lagging";
  /** In words. */
  readonly detail: string;
}

/** A server that is further behind than this is not up to date. */
export const LAG_MAX = 10_000;

/** Judges by the status. The disk comes first: it is the cause of the others. */
export function readinessOf(status: NodeStatus): Readiness {
  const { disk, abstains, leaderId, lastIndex, lastApplied } = status;
  if (disk.condition !== "ok") {
    const why = disk.error === undefined ? "" : `: ${disk.error}`;
    return not("disk", `The disk is ${disk.condition}${why}`);
  }
  if (abstains) return not("ending", "The server is about to end");
  if (leaderId === undefined) return not("leaderless", "The server knows no leader");
  const lag = lastIndex - lastApplied;
  if (lag > LAG_MAX) return not("lagging", `The server has not applied ${lag} entries`);
  return { ready: true, reason: "ready", detail: `Server ${leaderId} leads` };
}

function not(reason: Readiness["reason"], detail: string): Readiness {
  return { ready: false, reason, detail };
}
