/**
 * Planted mistakes: what people get wrong when they write Raft and what stands on it, each small, named, and outside
 * the product's own files. A test run with one of them must fail, or the tests are not worth their time.
 */

import type { Storage, Transport } from "../../core/base/ports.ts";
import type { Input, Output } from "../../core/raft/mod.ts";
import type { ExactlyOnce, Replica, ReplicaOptions, StateMachine } from "../../core/rsm/mod.ts";
import type { RaftState } from "../../core/raft/state.ts";
import type { ShardctrlerServerOptions } from "../../core/shardctrler/mod.ts";
import type { ShardkvServerOptions } from "../../core/shardkv/mod.ts";
import type { CoordinatorInput, CoordinatorOutput } from "../../core/mapreduce/coordinator_io.ts";
import type { CoordinatorState } from "../../core/mapreduce/coordinator_state.ts";
import type { LocalFiles } from "../../core/mapreduce/local_files.ts";

/** What a mistake does around the steps of one server. */
export interface RaftHooks {
  /** Runs before a step, on the state as it is; what it returns is handed to the server. */
  before?(input: Input): Input;
  /** Runs behind a step; what it returns is carried out. */
  after?(input: Input, output: Output): Output;
}

/** What a mistake does around the steps of one MapReduce master. */
export interface MasterHooks {
  /** Runs before a step; what it returns is handed to the master, and nothing if that is `undefined`. */
  before?(input: CoordinatorInput): CoordinatorInput | undefined;
  /** Runs behind a step; what it returns is carried out. */
  after?(input: CoordinatorInput, output: CoordinatorOutput): CoordinatorOutput;
}

/** One planted mistake. */
export interface Mistake {
  /** As it is given to `--bug`: lower case, with dashes. */
  readonly name: string;
  /** What goes wrong, as a sentence of what the servers do. */
  readonly does: string;
  /** The rule that it breaks, and where that stands. */
  readonly breaks: string;
  /** The labs whose tests see it, the one that sees it soonest first. */
  readonly labs: readonly string[];
  /** The test that sees it sooner than those that stand before it in its lab: a hunt begins with that one alone. */
  readonly first?: string;
  /** A server's decisions, with the mistake in them. */
  readonly raft?: (state: RaftState) => RaftHooks;
  /** A server's stable storage, with the mistake in front of it. */
  readonly storage?: (storage: Storage) => Storage;
  /** Duplicate detection around a service, with the mistake in it. */
  readonly exactlyOnce?: (machine: StateMachine) => ExactlyOnce;
  /** A replica of a service, with the mistake in it. */
  readonly replica?: (options: ReplicaOptions) => Replica;
  /** What a server of the shard controller is made of, with the mistake in it. */
  readonly controller?: (options: ShardctrlerServerOptions) => ShardctrlerServerOptions;
  /** What a server of a group of the sharded store is made of, with the mistake in it. */
  readonly shardkv?: (options: ShardkvServerOptions) => ShardkvServerOptions;
  /** The decisions of a MapReduce master, with the mistake in them. */
  readonly master?: (state: CoordinatorState) => MasterHooks;
  /** The files of a machine as MapReduce masters and workers use them, with the mistake in front of them. */
  readonly files?: (files: LocalFiles) => LocalFiles;
  /** The way from one clerk to the servers, with what the clerk gets wrong on it. */
  readonly clerkTransport?: (transport: Pick<Transport, "call">) => Pick<Transport, "call">;
}
