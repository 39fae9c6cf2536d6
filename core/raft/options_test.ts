import assert from "node:assert/strict";
import { ms } from "../base/units.ts";
import { checkOptions, LAB_OPTIONS, type RaftOptions, SERVER_OPTIONS } from "./options.ts";

Deno.test("checkOptions() accepts the settings of the labs and of servers", () => {
  checkOptions(LAB_OPTIONS);
  checkOptions(SERVER_OPTIONS);
});

Deno.test("checkOptions() names the setting that a server cannot run with", () => {
  const refused = (change: Partial<RaftOptions>, name: RegExp) =>
    assert.throws(() => checkOptions({ ...LAB_OPTIONS, ...change }), {
      name: "RangeError",
      message: name,
    });
  refused({ heartbeatInterval: LAB_OPTIONS.electionTimeoutMin }, /heartbeatInterval/);
  refused({ electionTimeoutMax: ms(1) }, /electionTimeoutMax/);
  refused({ appendEntriesMax: 0 }, /appendEntriesMax/);
  refused({ appendBytesMax: 0 }, /appendBytesMax/);
  refused({ inflightMax: 0 }, /inflightMax/);
  refused({ snapshotChunkBytes: 0 }, /snapshotChunkBytes/);
});
