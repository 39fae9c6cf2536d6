/** The key/value service of the tests: how a server is started, and how a clerk asks it. */

import { ms } from "../../../core/base/units.ts";
import { KvStateMachine } from "../../../core/kv/state_machine.ts";
import { ExactlyOnce } from "../../../core/rsm/exactly_once.ts";
import { Replica } from "../../../core/rsm/replica.ts";
import { serveReplica } from "../../../core/rsm/service.ts";
import { Observers } from "../../../core/sim/checkers/mod.ts";
import { ExecutionWatch } from "./execution_watch.ts";
import type { StartService } from "./site.ts";
import { snapshotRule } from "./snapshot_rule.ts";

/** The service under which servers answer clerks. */
export const KV_SERVICE = "Kv";

/** Tests have tens of keys, and capture the state every few commands. */
const BUCKET_BITS = 4;

/** How the service runs. */
export interface KvService {
  /** When a server takes a snapshot, in bytes of its persisted Raft state; `undefined`: never. */
  readonly maxRaftState?: number;
  /** Reads go through the log. */
  readonly logReads?: boolean;
  /** How many sessions a server remembers; by default all. Clerks open sessions if there is a limit. */
  readonly sessionsMax?: number;
  /** A snapshot is made in steps, between which other things happen. */
  readonly captureInTurns?: boolean;
}

/** Starts the service on a server. */
export function startKv(service: KvService): StartService {
  const { maxRaftState, logReads = false, sessionsMax, captureInTurns = false } = service;
  return (site) => {
    const { mistake } = site;
    const watch = new ExecutionWatch(site.onExecuted);
    const machine = watch.inside(new KvStateMachine({ bucketBits: BUCKET_BITS }));
    const exactlyOnce = mistake?.exactlyOnce?.(machine) ??
      new ExactlyOnce(machine, sessionsMax === undefined ? {} : { sessionsMax });
    const makeReplica = mistake?.replica ?? ((options) => new Replica(options));
    const replica = makeReplica({
      ...site,
      stateMachine: watch.around(exactlyOnce),
      ...(maxRaftState !== undefined && { snapshotBytes: maxRaftState }),
      observer: new Observers([snapshotRule(maxRaftState, site), site.observer]),
      capture: captureInTurns ? "in turns" : "at once",
      onApplied: (index) => site.onApplied(index, exactlyOnce),
    });
    serveReplica(site.transport, KV_SERVICE, replica, { exactlyOnce, logReads });
    return replica;
  };
}

/** How clerks try. One answer may take several round trips on a network that loses messages. */
export const CLERK_CALLS = { callTimeout: ms(500), pause: ms(50) } as const;
