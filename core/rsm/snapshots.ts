/**
 * When a replica takes a snapshot, and how (Raft §7): each replica by itself, when its persisted log has grown too
 * large, one at a time, and no second one before the first is on stable storage, since only then the log is smaller.
 */

import { type LogIndex, logIndex } from "../base/durable.ts";
import type { Clock, Timer } from "../base/ports.ts";
import { ms } from "../base/units.ts";
import { type Capture, finishCapture, type StateMachine } from "./state_machine.ts";

/** What the decision depends on. */
export interface SnapshotsOptions {
  readonly stateMachine: StateMachine;
  readonly clock: Clock;
  /** From how many bytes on; `undefined`: never. */
  readonly snapshotBytes: number | undefined;
  /** But not before the log has this many times the bytes of the last snapshot. */
  readonly snapshotRatio: number;
  readonly raftStateBytes: () => number;
  readonly capture: "at once" | "in turns";
  /** Receives a captured state and the last entry that is in it. */
  readonly onCaptured: (index: LogIndex, data: Uint8Array) => void;
}

/** The snapshots of one replica. */
export class Snapshots {
  readonly #options: SnapshotsOptions;
  /** The last entry of the newest snapshot that is begun, taken or installed. */
  #lastIndex: LogIndex = logIndex(0);
  #lastBytes = 0;
  /** Whether a snapshot is on its way from its beginning to stable storage. */
  #underWay = false;
  /** What is being captured, turn by turn. */
  #captured: Capture | undefined;
  #timer: Timer | undefined;

  constructor(options: SnapshotsOptions) {
    this.#options = options;
  }

  /** The state is `data` now, which somebody else captured: what is being captured here is out of date. */
  onRestored(index: LogIndex, data: Uint8Array): void {
    this.stop();
    this.#underWay = false;
    this.#lastIndex = index;
    this.#lastBytes = data.length;
  }

  /** A snapshot up to `index` is on stable storage. */
  onDurable(index: LogIndex): void {
    if (index >= this.#lastIndex) this.#underWay = false;
  }

  /** Begins a snapshot of the present state, that of entry `index`, if it is time for one. */
  maybeTake(index: LogIndex): void {
    if (this.#underWay || index <= this.#lastIndex || !this.#isDue()) return;
    this.#underWay = true;
    this.#lastIndex = index;
    const { stateMachine, capture } = this.#options;
    const captured = stateMachine.capture();
    if (capture === "at once") this.#finish(finishCapture(captured));
    else this.#continue(captured);
  }

  /** Gives up what is being captured. */
  stop(): void {
    this.#timer?.cancel();
    this.#captured?.return?.();
    this.#captured = undefined;
  }

  #isDue(): boolean {
    const { snapshotBytes, snapshotRatio, raftStateBytes } = this.#options;
    if (snapshotBytes === undefined) return false;
    return raftStateBytes() >= Math.max(snapshotBytes, snapshotRatio * this.#lastBytes);
  }

  #continue(captured: Capture): void {
    this.#captured = captured;
    const step = captured.next();
    if (step.done) return this.#finish(step.value);
    this.#timer = this.#options.clock.after(ms(0), () => this.#continue(captured));
  }

  #finish(data: Uint8Array): void {
    this.#captured = undefined;
    this.#lastBytes = data.length;
    this.#options.onCaptured(this.#lastIndex, data);
  }
}
