/** A service that was not told when to take snapshots takes none (lab 3: maxraftstate is -1). */

import { invariant } from "../../../core/base/errors.ts";
import type { Input } from "../../../core/raft/io.ts";
import type { RaftObserver, RaftView } from "../../../core/raft/view.ts";

/** Watches servers that must not compact their logs. */
export class NoSnapshots implements RaftObserver {
  onStart(): void {}

  onStep({ id }: RaftView, input: Input): void {
    invariant(
      input.kind !== "compact",
      "SnapshotsWhenAsked",
      () =>
        `server ${id} takes a snapshot of ${sizeOf(input)} bytes; maxraftstate is -1, so it must ` +
        `take none`,
    );
  }
}

function sizeOf(input: Input): number {
  return input.kind === "compact" ? input.data.length : 0;
}
