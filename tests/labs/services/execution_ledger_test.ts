import assert from "node:assert/strict";
import { logIndex, serverId } from "../../../core/base/durable.ts";
import { type Execution, ExecutionLedger } from "./execution_ledger.ts";

function at(index: number, server = 0, cluster = ""): Execution {
  return { cluster, server: serverId(server), index: logIndex(index) };
}

Deno.test("ExecutionLedger: a command that is executed by two entries is found, and both are named", () => {
  const ledger = new ExecutionLedger();
  ledger.record({ clientId: 7, sequence: 3 }, at(12, 0));
  assert.throws(() => ledger.record({ clientId: 7, sequence: 3 }, at(17, 1)), {
    property: "ExecutedOnce",
    message: "ExecutedOnce: command 3 of client 7 is executed by server 1 at entry 17; it was " +
      "executed by server 0 at entry 12",
  });
});

Deno.test("ExecutionLedger: a command that is executed in two clusters is found, whatever the entries", () => {
  const ledger = new ExecutionLedger();
  ledger.record({ clientId: 7, sequence: 3 }, at(12, 0, "group 100"));
  assert.throws(() => ledger.record({ clientId: 7, sequence: 3 }, at(12, 2, "group 101")), {
    property: "ExecutedOnce",
    message: /is executed by server 2 of group 101 at entry 12; .* server 0 of group 100 at entry/,
  });
});

Deno.test("ExecutionLedger: all replicas execute a command, and some of them again after a restart", () => {
  const ledger = new ExecutionLedger();
  for (const server of [0, 1, 2, 1]) {
    ledger.record({ clientId: 7, sequence: 3 }, at(12, server));
    ledger.record({ clientId: 7, sequence: 4 }, at(13, server));
    ledger.record({ clientId: 8, sequence: 3 }, at(14, server));
  }
  assert.deepEqual(ledger.find({ clientId: 7, sequence: 4 }), at(13, 0));
  assert.equal(ledger.find({ clientId: 7, sequence: 5 }), undefined);
  assert.equal(ledger.find({ clientId: 9, sequence: 3 }), undefined);
});
