/**
 * State Machine Safety: if a server has applied a log entry at a given index to its state machine, no other server
 * will ever apply a different log entry for the same index (Raft Figure 3, §5.4.3).
 */

import { equalBytes } from "../../base/bytes.ts";
import type { LogEntry, ServerId } from "../../base/durable.ts";
import { invariant } from "../../base/errors.ts";
import type { Applied, Input, Output, RaftObserver, RaftView } from "../../raft/mod.ts";

/** Remembers what was applied first at each index. */
export class StateMachineSafety implements RaftObserver {
  /** By index. */
  readonly #applied: { readonly entry: LogEntry; readonly server: ServerId }[] = [];

  onStart(): void {}

  onStep(raft: RaftView, _input: Input, output: Output): void {
    for (const applied of output.apply) this.#check(raft.id, applied);
  }

  #check(server: ServerId, applied: Applied): void {
    if (applied.kind === "snapshot") {
      const { lastIncludedIndex: index, lastIncludedTerm: term } = applied.snapshot;
      const before = this.#applied[index];
      invariant(
        before === undefined || before.entry.term === term,
        "StateMachineSafety",
        () =>
          `server ${server} installed a snapshot that ends at ${index} in term ${term}; server ` +
          `${before?.server} had applied an entry of term ${before?.entry.term} there`,
      );
      return;
    }
    const { entry } = applied;
    const before = this.#applied[entry.index] ??= { entry, server };
    const isSame = before.entry.term === entry.term && before.entry.kind === entry.kind &&
      equalBytes(before.entry.command, entry.command);
    invariant(
      isSame,
      "StateMachineSafety",
      () =>
        `at index ${entry.index}, server ${before.server} applied an entry of term ` +
        `${before.entry.term}, server ${server} applies one of term ${entry.term}` +
        (before.entry.term === entry.term ? " with another command" : ""),
    );
  }
}
