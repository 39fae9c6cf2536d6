import assert from "node:assert/strict";
import { logIndex } from "../../../core/base/durable.ts";
import { fakeView, QUIET_INPUT } from "../harness/fakes.ts";
import { NoSnapshots } from "./no_snapshots.ts";

Deno.test("NoSnapshots: a snapshot is found when it is handed over, and nothing else is", () => {
  const checker = new NoSnapshots();
  checker.onStep(fakeView(), QUIET_INPUT);
  const compact = { kind: "compact", index: logIndex(9), data: new Uint8Array(20) } as const;
  assert.throws(() => checker.onStep(fakeView(), compact), {
    property: "SnapshotsWhenAsked",
    message:
      "SnapshotsWhenAsked: server 0 takes a snapshot of 20 bytes; maxraftstate is -1, so it " +
      "must take none",
  });
});
