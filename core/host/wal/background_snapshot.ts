/** Writes snapshots one after the other, beside the log; of those that wait, only the newest counts. */

import type { DiskError } from "../../base/disk.ts";
import type { Snapshot } from "../../base/durable.ts";
import type { Clock, Timer } from "../../base/ports.ts";
import type { Millis } from "../../base/units.ts";
import type { SnapshotRef } from "./segment_header.ts";
import type { OnSnapshot } from "./snapshot_file.ts";

/** What a {@linkcode BackgroundSnapshot} works with. */
export interface BackgroundSnapshotOptions {
  readonly clock: Clock;
  /** How long to wait before looking for room again on a full disk. */
  readonly fullRetry: Millis;
  readonly write: (snapshot: Snapshot, onDone: OnSnapshot) => void;
  readonly onWritten: (ref: SnapshotRef) => void;
  readonly onFailure: (error: DiskError) => void;
}

/** The writer. */
export class BackgroundSnapshot {
  readonly #options: BackgroundSnapshotOptions;
  #isBusy = false;
  #next: Snapshot | undefined;
  #retry: Timer | undefined;

  constructor(options: BackgroundSnapshotOptions) {
    this.#options = options;
  }

  /** One is being written. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** Writes a snapshot as soon as the one before is written. Its data must stay as they are. */
  begin(snapshot: Snapshot): void {
    this.#next = snapshot;
    this.#beginNext();
  }

  /** Begins with no other one. */
  stop(): void {
    this.#retry?.cancel();
    this.#retry = undefined;
    this.#next = undefined;
  }

  #beginNext(): void {
    const snapshot = this.#next;
    if (snapshot === undefined || this.#isBusy || this.#retry !== undefined) return;
    this.#next = undefined;
    this.#isBusy = true;
    this.#options.write(snapshot, (result) => {
      this.#isBusy = false;
      if ("number" in result) this.#options.onWritten(result);
      else if (result.reason === "full") this.#tryLater(snapshot);
      else this.#options.onFailure(result);
      this.#beginNext();
    });
  }

  /** Nobody waits for it, but without it the log only grows. */
  #tryLater(snapshot: Snapshot): void {
    const { clock, fullRetry } = this.#options;
    this.#next ??= snapshot;
    this.#retry = clock.after(fullRetry, () => {
      this.#retry = undefined;
      this.#beginNext();
    });
  }
}
