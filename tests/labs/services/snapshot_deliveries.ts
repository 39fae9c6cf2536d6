/** How many snapshots each server got from its leader. */

import type { ServerId } from "../../../core/base/durable.ts";
import type { Input, Output } from "../../../core/raft/io.ts";
import type { RaftObserver, RaftView } from "../../../core/raft/view.ts";

/** Counts them, over all lives. */
export class SnapshotDeliveries implements RaftObserver {
  readonly #counts = new Map<ServerId, number>();

  /** The snapshots that replaced the state of `server`. */
  countOf(server: ServerId): number {
    return this.#counts.get(server) ?? 0;
  }

  onStart(): void {}

  onStep(raft: RaftView, _input: Input, { apply }: Output): void {
    for (const { kind } of apply) {
      if (kind === "snapshot") this.#counts.set(raft.id, this.countOf(raft.id) + 1);
    }
  }
}
