/** What a service finds on the server that it is started on: all ports of one life of that server, behind its fence. */

import type { LogIndex, ServerId } from "../../../core/base/durable.ts";
import type { Clock, Random, Storage, Trace, Transport } from "../../../core/base/ports.ts";
import type { RaftNodeOptions } from "../../../core/raft/mod.ts";
import type { RaftOptions } from "../../../core/raft/options.ts";
import type { RaftObserver, RaftView } from "../../../core/raft/view.ts";
import type { StateMachine } from "../../../core/rsm/state_machine.ts";
import type { Mistake } from "../../bugs/mod.ts";
import type { ServerName } from "../../../core/sim/network.ts";
import type { CommandId } from "./execution_ledger.ts";

/** One life of a server. Everything but the last four is what a replica is made of. */
export interface Site {
  readonly id: ServerId;
  readonly servers: readonly ServerId[];
  readonly options: RaftOptions;
  readonly clock: Clock;
  readonly random: Random;
  readonly transport: Transport;
  readonly storage: Storage;
  readonly makeMachine?: NonNullable<RaftNodeOptions["makeMachine"]>;
  readonly trace: Trace;
  readonly observer: RaftObserver;
  /** How large the persisted Raft state is now. */
  readonly raftStateBytes: () => number;
  /** What the service gets wrong, if a mistake was planted. */
  readonly mistake: Mistake | undefined;
  /** To be told of each command that was carried out, with the state behind it. */
  readonly onApplied: (index: LogIndex, stateMachine: StateMachine) => void;
  /** To be told of each client's command when it is carried out, and not when it is only found to be a duplicate. */
  readonly onExecuted: (command: CommandId, index: LogIndex) => void;
  /** Calls a server of any cluster on the network by its name; an end is made when one is first called. */
  readonly callServer: (
    to: ServerName,
    service: string,
    request: Uint8Array,
    onReply: (reply: Uint8Array | undefined) => void,
  ) => void;
}

/** A service that runs on a server, with its Raft. */
export interface RunningService {
  readonly view: RaftView;
  stop(): void;
}

/** Starts a service. It must return quickly. */
export type StartService = (site: Site) => RunningService;
