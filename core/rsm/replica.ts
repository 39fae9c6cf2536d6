/**
 * A state machine on Raft: takes commands and questions, and tells each asker exactly once what became of it. It also
 * restores the state when it starts, and keeps the log short by snapshots. What commands mean is not its business.
 */

import { type LogIndex, logIndex, type Recovered, type ServerId } from "../base/durable.ts";
import { invariant } from "../base/errors.ts";
import type { Storage } from "../base/ports.ts";
import {
  type Applied,
  RaftNode,
  type RaftNodeOptions,
  type RaftView,
  type ReadState,
} from "../raft/mod.ts";
import { Snapshots } from "./snapshots.ts";
import type { StateMachine } from "./state_machine.ts";
import { type Outcome, Waiters } from "./waiters.ts";

export type { Outcome } from "./waiters.ts";

/**
 * What a replica is made of. Its Raft options should have `noOpOnElection`: without it, questions to a new leader wait
 * until somebody proposes a command.
 */
export interface ReplicaOptions extends Omit<RaftNodeOptions, "apply" | "onCarriedOut"> {
  /** What is replicated. Newly made: it gets the recovered snapshot, and then what the log says. */
  readonly stateMachine: StateMachine;
  /** Take a snapshot once the persisted Raft state has this many bytes; `undefined`: never. */
  readonly snapshotBytes?: number;
  /**
   * But not before it has this many times the bytes of the last snapshot, so that a large state is not written again
   * for little; 0 unless told.
   */
  readonly snapshotRatio?: number;
  /** How large the persisted Raft state is now, without the snapshot; or how much of it another one would save. */
  readonly raftStateBytes: () => number;
  /**
   * Whether a snapshot is made at one go, or one step of it in each turn of the event loop, so that a large state never
   * holds up heartbeats; at one go unless told.
   */
  readonly capture?: "at once" | "in turns";
  /** Called when the state has become that of entry `index`. */
  readonly onApplied?: (index: LogIndex) => void;
}

/**
 * A running replica.
 *
 * @example
 * ```ts
 * import { serverId } from "../base/durable.ts";
 * import { SeededRandom } from "../base/random.ts";
 * import { ms } from "../base/units.ts";
 * import { macrotask } from "../host/macrotask.ts";
 * import { decodeResults, encodeOperations, KvStateMachine } from "../kv/mod.ts";
 * import { SERVER_OPTIONS } from "../raft/mod.ts";
 * import { SimDisk, SimStorage, Simulation } from "../sim/mod.ts";
 * import { Replica } from "./mod.ts";
 * import assert from "node:assert/strict";
 *
 * const simulation = new Simulation({ seed: 1n, macrotask });
 * await simulation.run(async () => {
 *   const storage = new SimStorage(new SimDisk(simulation));
 *   const replica = new Replica({
 *     id: serverId(0),
 *     servers: [serverId(0)],
 *     options: SERVER_OPTIONS,
 *     clock: simulation.clock,
 *     random: new SeededRandom(1n),
 *     transport: { call() {}, serve() {} },
 *     storage,
 *     stateMachine: new KvStateMachine(),
 *     raftStateBytes: () => storage.raftStateSize(),
 *   });
 *   await simulation.clock.sleep(ms(1000)); // It elects itself.
 *   const key = new TextEncoder().encode("k");
 *   replica.propose(encodeOperations([{ kind: "put", key, value: key }]), (outcome) => {
 *     assert.equal(outcome.kind, "done");
 *   });
 *   await simulation.clock.sleep(ms(10));
 *   replica.query(encodeOperations([{ kind: "get", key }]), (outcome) => {
 *     assert(outcome.kind === "done");
 *     assert.deepEqual(decodeResults(outcome.result), [{ kind: "value", value: key }]);
 *     replica.stop();
 *   });
 *   await simulation.clock.sleep(ms(10));
 *   assert.equal(replica.waiting, 0);
 * });
 * ```
 */
export class Replica {
  readonly #node: RaftNode;
  readonly #stateMachine: StateMachine;
  readonly #onApplied: ((index: LogIndex) => void) | undefined;
  readonly #snapshots: Snapshots;
  readonly #waiters = new Waiters();
  readonly #askers = new Set<(outcome: Outcome) => void>();
  #appliedIndex: LogIndex = logIndex(0);
  #stopped = false;

  /**
   * Restores what storage holds, and begins to serve.
   *
   * @throws {DamagedDataError} If the stored snapshot is none of this state machine's.
   */
  constructor(options: ReplicaOptions) {
    this.#stateMachine = options.stateMachine;
    this.#onApplied = options.onApplied;
    this.#snapshots = new Snapshots({
      stateMachine: options.stateMachine,
      clock: options.clock,
      snapshotBytes: options.snapshotBytes,
      snapshotRatio: options.snapshotRatio ?? 0,
      raftStateBytes: options.raftStateBytes,
      capture: options.capture ?? "at once",
      onCaptured: (index, data) => this.#node.compact(index, data),
    });
    const recovered = options.storage.load();
    if (recovered.snapshot !== undefined) {
      this.#restore(recovered.snapshot.lastIncludedIndex, recovered.snapshot.data);
    }
    this.#node = new RaftNode({
      ...options,
      storage: this.#watched(options.storage, recovered),
      apply: (applied) => this.#apply(applied),
      onCarriedOut: () => this.#onCarriedOut(),
    });
  }

  /** The Raft server's state. */
  get view(): RaftView {
    return this.#node.view;
  }

  /** The last entry whose effects are in the state. */
  get appliedIndex(): LogIndex {
    return this.#appliedIndex;
  }

  /** How many commands and questions have no outcome yet. */
  get waiting(): number {
    return this.#waiters.size + this.#askers.size;
  }

  /** Offers a command. `onOutcome` runs exactly once, perhaps within this call. */
  propose(command: Uint8Array, onOutcome: (outcome: Outcome) => void): void {
    const proposed = this.#node.propose(command);
    if (proposed === undefined) onOutcome({ kind: "rejected", leaderId: this.view.leaderId });
    // The entry cannot be applied before this call is over: it is not even written.
    else this.#waiters.add(proposed, onOutcome);
  }

  /**
   * Asks a question of a state that is at least as new as the newest that anybody has seen when this is called (Raft
   * §8). Nothing is written to the log. `onOutcome` runs exactly once, perhaps within this call.
   */
  query(question: Uint8Array, onOutcome: (outcome: Outcome) => void): void {
    if (this.#stopped) return onOutcome({ kind: "rejected", leaderId: this.view.leaderId });
    // Askers are told apart by their callbacks, and the same one may ask twice.
    const asker = (outcome: Outcome) => onOutcome(outcome);
    this.#askers.add(asker);
    this.#node.read((state) => {
      if (this.#askers.delete(asker)) asker(this.#answer(question, state));
    });
  }

  /** Hands leadership to `to`, or to the most advanced follower. Nothing happens if this server does not lead. */
  transferLeadership(to?: ServerId): void {
    this.#node.transferLeadership(to);
  }

  /** With `yes`, keeps this server from leading until it is told otherwise. */
  abstain(yes: boolean): void {
    this.#node.abstain(yes);
  }

  /** Ends everything. All who wait learn that the outcome of their commands is unknown. */
  stop(): void {
    this.#stopped = true;
    this.#node.stop();
    this.#snapshots.stop();
    const { leaderId } = this.view;
    this.#waiters.giveUpAll(leaderId);
    const askers = [...this.#askers];
    this.#askers.clear();
    for (const asker of askers) asker({ kind: "unknown", leaderId });
  }

  #answer(question: Uint8Array, { index, leaderId }: ReadState): Outcome {
    if (index === undefined) return { kind: "rejected", leaderId };
    invariant(
      index <= this.#appliedIndex,
      "ReadsAfterApply",
      () => `a read waits for ${index}, only ${this.#appliedIndex} is applied`,
    );
    const result = this.#stateMachine.query(question);
    return { kind: "done", result, index: this.#appliedIndex };
  }

  #apply(applied: Applied): void {
    const { leaderId } = this.view;
    if (applied.kind === "snapshot") {
      const { lastIncludedIndex, data } = applied.snapshot;
      this.#restore(lastIncludedIndex, data);
      this.#waiters.onSnapshot(lastIncludedIndex, leaderId);
      return;
    }
    const { entry } = applied;
    invariant(
      entry.index === this.#appliedIndex + 1,
      "AppliesInOrder",
      () => `entry ${entry.index} was applied behind ${this.#appliedIndex}`,
    );
    this.#appliedIndex = entry.index;
    const result = entry.kind === "command"
      ? this.#stateMachine.apply(entry.command, entry.index)
      : entry.command;
    this.#onApplied?.(entry.index);
    this.#waiters.onApplied(entry, result, leaderId);
  }

  #restore(index: LogIndex, data: Uint8Array): void {
    invariant(
      index > this.#appliedIndex,
      "SnapshotsAreNews",
      () => `a snapshot of ${index} was delivered to the state of ${this.#appliedIndex}`,
    );
    this.#stateMachine.restore(data);
    this.#appliedIndex = index;
    this.#snapshots.onRestored(index, data);
    this.#onApplied?.(index);
  }

  /** What has happened has been dealt with; now looks after what follows from it for those who wait, and the log. */
  #onCarriedOut(): void {
    const { role, currentTerm, leaderId } = this.view;
    const { term } = this.#waiters;
    if (term !== undefined && (role !== "leader" || currentTerm !== term)) {
      this.#waiters.giveUpAll(leaderId);
    }
    if (!this.#stopped) this.#snapshots.maybeTake(this.#appliedIndex);
  }

  /** Storage that holds what was loaded from it, and tells when a snapshot is safe. */
  #watched(storage: Storage, recovered: Recovered): Storage {
    return {
      load: () => recovered,
      persist: (batch, onDurable) => {
        storage.persist(batch, () => {
          if (batch.snapshot !== undefined) {
            this.#snapshots.onDurable(batch.snapshot.lastIncludedIndex);
          }
          onDurable();
        });
      },
    };
  }
}
