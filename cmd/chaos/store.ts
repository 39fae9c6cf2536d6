/** What chaos is played with: a store of whatever kind, made of servers in groups. */

import type { KvInput, KvOutput } from "../../core/check/mod.ts";
import type { Random } from "../../core/base/mod.ts";
import type { ChaosServer } from "./chaos_server.ts";
import type { Network } from "./network/network.ts";

/** What a client learned of an operation. */
export type Answer =
  | { readonly kind: "returned"; readonly output: KvOutput }
  /** Nobody knows whether it was carried out, or will yet be. */
  | { readonly kind: "unknown" }
  /** It certainly was not and will not be. */
  | { readonly kind: "dropped" }
  /** An answer that no server should ever give. */
  | { readonly kind: "absurd"; readonly text: string };

/** A client of the store. It asks for one thing at a time. */
export interface StoreClient {
  ask(input: KvInput): Promise<Answer>;
  close(): void;
}

/** What a replica has applied, for comparison. */
export interface ReplicaState {
  readonly server: string;
  readonly lastApplied: number;
  /** The same in all replicas of a group that have applied the same. */
  readonly contents: string;
}

/** See the head of this file. */
export interface Store {
  /** The groups that agree among themselves, each with its servers. */
  readonly groups: readonly (readonly ChaosServer[])[];
  /** The ways between them, named by the servers' names. */
  readonly network: Network;
  /** Whatever must be done when all servers run for the first time. */
  prepare(): Promise<void>;
  /** A client; those with different numbers begin at different servers. */
  client(number: number, random: Random): StoreClient;
  /** Keys of different sections can be unavailable apart from each other. */
  sectionOf(key: string): string;
  /** Something that goes on beside every round, such as a change of the configuration. */
  beside?(random: Random): Promise<string | undefined>;
  /** What the replicas of a group have applied; `undefined` for one that does not say. */
  states(group: number): Promise<readonly (ReplicaState | undefined)[]>;
  close(): Promise<void>;
}
