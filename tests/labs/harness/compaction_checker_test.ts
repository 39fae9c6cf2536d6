import assert from "node:assert/strict";
import { NO_BYTES } from "../../../core/base/bytes.ts";
import { logIndex } from "../../../core/base/durable.ts";
import { CompactionChecker } from "./compaction_checker.ts";
import { fakeView, QUIET_INPUT } from "./fakes.ts";

/** A snapshot up to `index` is handed over, and then the log begins behind `lastIncludedIndex`. */
function compact(index: number, lastIncludedIndex: number): void {
  const { log } = fakeView();
  new CompactionChecker().onStep(
    fakeView({ log: { ...log, lastIncludedIndex: logIndex(lastIncludedIndex) } }),
    { kind: "compact", index: logIndex(index), data: NO_BYTES },
  );
}

Deno.test("CompactionChecker: a log that keeps what the snapshot covers is found, with both ends", () => {
  assert.throws(() => compact(9, 0), {
    property: "SnapshotReplacesLog",
    message:
      "SnapshotReplacesLog: server 0 was handed a snapshot that ends with entry 9; its log " +
      "still begins behind entry 0",
  });
  assert.throws(() => compact(9, 8), { property: "SnapshotReplacesLog" });
});

Deno.test("CompactionChecker: a log begins behind its newest snapshot, and a late one changes nothing", () => {
  compact(9, 9);
  compact(9, 12);
  new CompactionChecker().onStep(fakeView(), QUIET_INPUT);
});
