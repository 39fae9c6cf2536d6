/** One server of a group, put together from its ports: the replica, what clients and other groups ask of it, the driver. */

import type { LogIndex } from "../base/durable.ts";
import { Replica, type ReplicaOptions } from "../rsm/replica.ts";
import { serveReplica } from "../rsm/service.ts";
import { type ConfigSource, Driver, DRIVER_SETTINGS, type DriverSettings } from "./driver.ts";
import { Receiver } from "./receiver.ts";
import { mayBeAsked } from "./commands.ts";
import { SHARDKV_SERVICE } from "./shard_call.ts";
import { type ShardkvOptions, ShardkvStateMachine } from "./state_machine.ts";
import type { CallServer } from "./transfer.ts";

/** What a server is made of. Its Raft options must have `noOpOnElection`: a new leader has work to do at once. */
export interface ShardkvServerOptions extends Omit<ReplicaOptions, "stateMachine" | "onApplied"> {
  readonly shardkv: ShardkvOptions;
  /** Where configurations come from. The server stops it when it is stopped. */
  readonly configs: ConfigSource;
  /** Calls a server of any group by its name. */
  readonly callServer: CallServer;
  readonly settings?: Partial<DriverSettings>;
  /** Makes the state; by default as the class below does. Tests plant mistakes here. */
  readonly makeStateMachine?: (options: ShardkvOptions) => ShardkvStateMachine;
  /** Called when the state has become that of entry `index`. */
  readonly onApplied?: (index: LogIndex, stateMachine: ShardkvStateMachine) => void;
}

/** A running server of a group. */
export class ShardkvServer {
  readonly replica: Replica;
  readonly stateMachine: ShardkvStateMachine;
  readonly driver: Driver;
  /** What the driver has seen last of what may give it work. */
  #seen = "";

  /** Restores what storage holds, and begins to serve and to drive. */
  constructor(options: ShardkvServerOptions) {
    const { transport, clock, random, configs, callServer, onApplied } = options;
    const { shardkv, makeStateMachine } = options;
    const stateMachine = makeStateMachine?.(shardkv) ?? new ShardkvStateMachine(shardkv);
    this.stateMachine = stateMachine;
    this.replica = new Replica({
      ...options,
      random: random.child("raft"),
      stateMachine,
      onApplied: (index) => {
        onApplied?.(index, stateMachine);
        this.#wakeDriver();
      },
    });
    const group = () => stateMachine.group;
    this.driver = new Driver({
      clock,
      random: random.child("driver"),
      replica: this.replica,
      group,
      configs,
      call: callServer,
      settings: { ...DRIVER_SETTINGS, ...options.settings },
    });
    serveReplica(transport, SHARDKV_SERVICE, this.replica, { admits: mayBeAsked });
    new Receiver({
      transport,
      replica: this.replica,
      group,
      onBehind: () => this.driver.wake(),
    });
  }

  /** Ends everything. */
  stop(): void {
    this.driver.stop();
    this.replica.stop();
  }

  /** Wakes the driver when the state gives it other work, or another server to do it. */
  #wakeDriver(): void {
    // While it starts, the replica restores its snapshot before there is a driver.
    if (this.driver === undefined) return;
    const seen = `${this.stateMachine.version}/${this.replica.view.role}`;
    if (seen === this.#seen) return;
    this.#seen = seen;
    this.driver.wake();
  }
}
