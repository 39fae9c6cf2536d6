/** Raft §5.5, Follower and candidate crashes, and §5.6, Timing and availability. */

import assert from "node:assert/strict";
import { ms } from "../../core/base/units.ts";
import { appendEntries, requestVote, server } from "./_dsl.ts";
import { Wire } from "./_wire.ts";

Deno.test("raft §5.5: a request that failed is sent again, and succeeds when the server is back", () => {
  const wire = new Wire([{}, {}, {}]);
  wire.elect(0, [1, 2]);
  wire.propose(0, "a");
  wire.settle(0, 1);
  wire.crash(2);
  wire.propose(0, "b");
  wire.settle(0, 1);
  wire.heartbeat(0);
  wire.heartbeat(0);
  assert.deepEqual(wire.at(2).log, [1, 1]);
  assert.deepEqual(wire.at(2).appliedIndexes, [1, 2]);
});

// Rules 18 and 19.
Deno.test("raft §5.5: AppendEntries are idempotent", () => {
  const follower = server({ term: 1, log: [1] });
  const request = appendEntries({ term: 2, prev: [1, 1], entries: [2, 2], commit: 2 });
  const answers = [follower.hears(request), follower.hears(request), follower.hears(request)];
  assert.deepEqual(answers[1], answers[0]);
  assert.deepEqual(answers[2], answers[0]);
  assert.deepEqual(follower.log, [1, 2, 2]);
  assert.deepEqual(follower.appliedIndexes, [1, 2]);
  assert.equal(follower.batches.length, 1);
});

// Rule 10.
Deno.test("raft §5.5: a server that crashed after the work and before the answer gives the same answer again", () => {
  let voter = server({ term: 1 });
  const asked = requestVote({ term: 2, from: 1 });
  const granted = voter.hears(asked);
  voter = voter.restart();
  assert.deepEqual(voter.hears(asked), granted);

  let follower = server({ term: 1 });
  const request = appendEntries({ term: 2, entries: [2], commit: 1 });
  const success = follower.hears(request);
  follower = follower.restart();
  assert.deepEqual(follower.hears(request), success);
  assert.deepEqual(follower.log, [2]);
  assert.deepEqual(follower.appliedIndexes, [1], "once in this life");
});

// Rule 36.
Deno.test("raft §5.5: what was not on stable storage at the crash was never promised", () => {
  const wire = new Wire([{}, {}, { slowDisk: true }]);
  wire.elect(0, [1]);
  wire.heartbeat(0);
  wire.at(2).syncDisk();
  wire.settle();
  wire.propose(0, "x");
  wire.carry(0, 2);
  assert.deepEqual(wire.at(2).log, [1]);
  assert.deepEqual(wire.between(2, 0), [], "it does not say so yet");

  wire.crash(2);

  assert.deepEqual(wire.at(2).log, []);
  assert.equal(wire.at(2).view.currentTerm, 1);
  wire.heartbeat(0);
  wire.at(2).syncDisk();
  wire.settle();
  assert.deepEqual(wire.at(2).recovered.entries.length, 1, "the leader sent it again");
});

Deno.test("raft §5.5: the whole cluster crashes, and goes on with everything that it had", () => {
  const wire = new Wire([{}, {}, {}]);
  wire.elect(0, [1, 2]);
  for (const command of ["a", "b", "c"]) wire.propose(0, command);
  wire.settle();
  for (const id of [0, 1, 2]) wire.crash(id);
  wire.elect(2, [0, 1]);
  wire.propose(2, "d");
  wire.settle();
  wire.heartbeat(2);
  for (const each of wire.servers) {
    assert.deepEqual(each.log, [1, 1, 1, 2]);
    assert.deepEqual(each.appliedIndexes, [1, 2, 3, 4]);
  }
});

Deno.test("raft §5.6: heartbeats must come well within an election timeout; other settings are refused", () => {
  const timing = (heartbeat: number, min: number, max: number) => () =>
    server({
      options: {
        heartbeatInterval: ms(heartbeat),
        electionTimeoutMin: ms(min),
        electionTimeoutMax: ms(max),
      },
    });
  assert.throws(timing(150, 150, 300), RangeError);
  assert.throws(timing(50, 300, 150), RangeError);
  assert.doesNotThrow(timing(50, 150, 150));
});

Deno.test("raft §5.6: safety does not depend on timing: the servers' clocks may differ by any amount", () => {
  const wire = new Wire([{}, {}, {}, {}, {}]);
  let term = 0;
  for (let round = 0; round < 30; round++) {
    const stands = (round * 2) % 5;
    wire.timeout(stands);
    wire.settle(stands, (stands + 1) % 5, (stands + 2) % 5);
    if (wire.at(stands).view.role !== "leader") continue;
    term = wire.at(stands).view.currentTerm;
    wire.propose(stands, `${round}`);
    wire.settle(stands, (stands + 1 + round % 4) % 5);
  }
  assert(term > 10);
});
