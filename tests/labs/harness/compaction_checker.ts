/** A snapshot stands for the log up to its last included entry (Raft §7): what it covers is discarded, and no less. */

import { invariant } from "../../../core/base/errors.ts";
import type { Input } from "../../../core/raft/io.ts";
import type { RaftObserver, RaftView } from "../../../core/raft/view.ts";

/** Looks where the log begins when the service has handed over a snapshot. */
export class CompactionChecker implements RaftObserver {
  onStart(): void {}

  onStep({ id, log }: RaftView, input: Input): void {
    if (input.kind !== "compact") return;
    invariant(
      log.lastIncludedIndex >= input.index,
      "SnapshotReplacesLog",
      () =>
        `server ${id} was handed a snapshot that ends with entry ${input.index}; its log still ` +
        `begins behind entry ${log.lastIncludedIndex}`,
    );
  }
}
