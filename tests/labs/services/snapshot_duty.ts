/** Each server takes snapshots by itself, when its log has grown large enough (Raft §7), whatever the others do. */

import type { LogIndex } from "../../../core/base/durable.ts";
import { invariant } from "../../../core/base/errors.ts";
import type { Input, Output, PersistSequence } from "../../../core/raft/io.ts";
import type { RaftObserver, RaftView } from "../../../core/raft/view.ts";

/**
 * How often a server may go on to apply entries while a snapshot is due. It should begin one at once, but one that is made
 * in turns takes its time: meanwhile as many batches become durable as there are clerks that wait for one.
 */
const STEPS_MAX = 30;

/** Watches one life of a server. */
export class SnapshotDuty implements RaftObserver {
  readonly #bytesMax: number;
  readonly #raftStateBytes: () => number;
  /** The batch with the last snapshot, taken or installed, until it is on stable storage; then 0. */
  #writing: PersistSequence = 0;
  /** What was applied last when the present snapshot became due. */
  #dueSince: LogIndex | undefined;
  #steps = 0;

  /** A snapshot is due when `raftStateBytes` tells `bytesMax` or more. */
  constructor(bytesMax: number, raftStateBytes: () => number) {
    this.#bytesMax = bytesMax;
    this.#raftStateBytes = raftStateBytes;
  }

  onStart(): void {}

  onStep(raft: RaftView, input: Input, { persist, apply }: Output): void {
    // Who is far behind may be sent one snapshot after the other. Each is as good as one of its own, and ends that.
    const isInstalled = apply.some(({ kind }) => kind === "snapshot");
    if (input.kind === "compact" || isInstalled) this.#onTaken(persist?.sequence ?? 0);
    if (input.kind === "durable" && input.sequence >= this.#writing) this.#writing = 0;
    if (apply.length === 0) return;
    const bytes = this.#raftStateBytes();
    if (this.#writing > 0 || bytes < this.#bytesMax) return this.#rest();
    this.#dueSince ??= raft.lastApplied;
    this.#steps++;
    invariant(
      this.#steps < STEPS_MAX,
      "SnapshotsWhenDue",
      () =>
        `server ${raft.id} takes no snapshot, and applies entries up to ${raft.lastApplied}; since ` +
        `entry ${this.#dueSince} its Raft state has had the ${this.#bytesMax} bytes at which a ` +
        `snapshot is due, and has ${bytes} now`,
    );
  }

  #onTaken(sequence: PersistSequence): void {
    this.#writing = sequence;
    this.#rest();
  }

  #rest(): void {
    this.#dueSince = undefined;
    this.#steps = 0;
  }
}
