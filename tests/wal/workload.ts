/** What a server does to its log in a short but eventful life, in steps. */

import type { DurableBatch } from "../../core/base/durable.ts";
import { entries, hardState, snapshot } from "./model.ts";

/** Batches that are handed over together; the next step comes when they are durable, or at once. */
export interface Step {
  readonly batches: readonly DurableBatch[];
  readonly waits: boolean;
}

/** Appends, truncates, compacts, takes snapshots of its leader's, and fills several segments of 300 bytes. */
export const WORKLOAD: readonly Step[] = [
  step({ hardState: hardState(1) }),
  step({ hardState: hardState(1, 2), entries: entries(1, 3) }),
  step({ entries: entries(4, 4) }, { entries: entries(5, 6) }, { entries: entries(7, 7) }),
  step({ hardState: hardState(2), entries: entries(5, 5, 2, 0) }),
  goingOn({ entries: entries(6, 9, 2, 20) }),
  step({ snapshot: snapshot(4) }),
  step({ entries: entries(10, 12, 2) }, { hardState: hardState(3, 0) }, {
    entries: entries(8, 9, 3),
  }),
  goingOn({ snapshot: snapshot(8, 3, 200) }),
  step({ entries: entries(10, 10, 3, 100) }, { entries: entries(11, 13, 3) }),
  step({ hardState: hardState(5), snapshot: snapshot(30, 4, 90), discardLog: true }),
  step({ entries: entries(31, 33, 5) }),
  step({ entries: entries(34, 34, 5, 700) }),
  goingOn({ entries: entries(35, 37, 5) }),
  step({ snapshot: snapshot(35, 5) }, { entries: entries(36, 36, 6) }),
  step({
    hardState: hardState(7, 1),
    snapshot: snapshot(40, 6, 10),
    discardLog: true,
    entries: entries(41, 42, 7),
  }),
  step({ entries: entries(43, 47, 7) }, { entries: entries(48, 50, 7) }),
  step({ snapshot: snapshot(46, 7) }),
  step({ entries: entries(51, 51, 7) }),
];

function step(...batches: DurableBatch[]): Step {
  return { batches, waits: true };
}

function goingOn(...batches: DurableBatch[]): Step {
  return { batches, waits: false };
}
