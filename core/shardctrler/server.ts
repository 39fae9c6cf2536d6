/** One server of the controller, put together from its ports. */

import type { LogIndex } from "../base/durable.ts";
import { ExactlyOnce } from "../rsm/exactly_once.ts";
import { Replica, type ReplicaOptions } from "../rsm/replica.ts";
import { serveReplica } from "../rsm/service.ts";
import type { SessionLimits } from "../rsm/sessions.ts";
import type { StateMachine } from "../rsm/state_machine.ts";
import { SHARDCTRLER_SERVICE } from "./clerk.ts";
import { LAB_SHARDS } from "./config.ts";
import { ShardctrlerStateMachine } from "./state_machine.ts";

/** What a server is made of. Its Raft options should have `noOpOnElection`, so that a new leader answers at once. */
export interface ShardctrlerServerOptions
  extends Omit<ReplicaOptions, "stateMachine" | "onApplied"> {
  /** Fixed for the life of a store; 10 unless told. */
  readonly shardCount?: number;
  readonly sessions?: SessionLimits;
  /** Makes the state; by default as the class below does. Tests plant mistakes here. */
  readonly makeStateMachine?: (shardCount: number) => ShardctrlerStateMachine;
  /** Makes what carries out each client's command once; likewise. */
  readonly makeExactlyOnce?: (stateMachine: StateMachine) => ExactlyOnce;
  /** Makes the replica; likewise. */
  readonly makeReplica?: (options: ReplicaOptions) => Replica;
  /** Called when the state has become that of entry `index`. */
  readonly onApplied?: (index: LogIndex, stateMachine: ExactlyOnce) => void;
}

/** A running server of the controller. */
export class ShardctrlerServer {
  readonly replica: Replica;
  readonly stateMachine: ShardctrlerStateMachine;

  /** Restores what storage holds, and begins to serve. */
  constructor(options: ShardctrlerServerOptions) {
    const { transport, shardCount = LAB_SHARDS, sessions, onApplied } = options;
    const { makeStateMachine, makeExactlyOnce, makeReplica } = options;
    this.stateMachine = makeStateMachine?.(shardCount) ?? new ShardctrlerStateMachine(shardCount);
    const exactlyOnce = makeExactlyOnce?.(this.stateMachine) ??
      new ExactlyOnce(this.stateMachine, sessions);
    const replicaOptions: ReplicaOptions = {
      ...options,
      stateMachine: exactlyOnce,
      onApplied: (index) => onApplied?.(index, exactlyOnce),
    };
    this.replica = makeReplica?.(replicaOptions) ?? new Replica(replicaOptions);
    serveReplica(transport, SHARDCTRLER_SERVICE, this.replica, { exactlyOnce });
  }

  /** Ends everything. */
  stop(): void {
    this.replica.stop();
  }
}
