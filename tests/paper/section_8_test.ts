/** Raft §8, Client interaction: the no-op of a new leader, and reads that write nothing. */

import assert from "node:assert/strict";
import { accepted, appendEntries, leader, leaderInTouch, refused, server } from "./_dsl.ts";
import { Wire } from "./_wire.ts";

const NO_OP = { noOpOnElection: true };

Deno.test("raft §8: a leader opens its term with a no-op, and so commits what came before", () => {
  const wire = new Wire([{ log: [1, 2] }, { log: [1, 2] }, { log: [1, 2] }], { options: NO_OP });
  wire.elect(0, [1, 2]);
  wire.heartbeat(0);
  for (const each of wire.servers) {
    assert.deepEqual(each.log, [1, 2, 3]);
    assert.deepEqual(each.appliedIndexes, [1, 2, 3]);
    const last = each.applied.at(-1);
    assert(last?.kind === "entry");
    assert.equal(last.entry.kind, "noOp");
    assert.equal(last.entry.command.length, 0);
  }
});

// Rule 12.
Deno.test("raft §8: without the no-op, old entries stay uncommitted until a command comes", () => {
  const self = leaderInTouch({ term: 3, log: [1, 2] });
  assert.deepEqual(self.log, [1, 2]);
  assert.deepEqual(self.appliedIndexes, []);
});

Deno.test("raft §8: a read is answered with the commit index once a majority has answered a later heartbeat", () => {
  const self = leaderInTouch({ servers: 5, term: 2, options: NO_OP });
  assert.equal(self.view.commitIndex, 1);
  self.readNow(7);
  assert.deepEqual(self.reads, []);
  const beats = self.take();
  assert.deepEqual(beats.map(({ to }) => to), [1, 2, 3, 4], "it does not wait for the next beat");
  self.hearsBack(beats[0]!, accepted(2));
  assert.deepEqual(self.reads, []);
  self.hearsBack(beats[2]!, accepted(2));
  assert.deepEqual(self.reads, [{ readId: 7, index: 1, leaderId: 0 }]);
});

Deno.test("raft §8: heartbeats that were sent before the read do not count for it", () => {
  const self = leaderInTouch({ term: 2, options: NO_OP });
  self.pass(50);
  const before = self.take();
  self.readNow(1);
  for (const beat of before) self.hearsBack(beat, accepted(2));
  assert.deepEqual(self.reads, []);
});

Deno.test("raft §8: a leader that was deposed without knowing it answers no read", () => {
  const wire = new Wire([{}, {}, {}], { options: NO_OP });
  wire.elect(0, [1, 2]);
  wire.heartbeat(0);
  wire.elect(1, [2]);
  wire.propose(1, "newer");
  wire.settle(1, 2);
  assert.equal(wire.at(1).view.commitIndex, 3);
  assert.equal(wire.at(0).view.role, "leader");

  wire.at(0).readNow(1);
  wire.settle(0);
  assert.deepEqual(wire.at(0).reads, []);
  wire.heartbeat(0);
  assert.deepEqual(wire.at(0).reads, [{ readId: 1, index: undefined, leaderId: undefined }]);
});

Deno.test("raft §8: a new leader answers no read before it has committed an entry of its term", () => {
  const self = leader({ term: 3, log: [1, 2] });
  self.pass(50);
  for (const beat of self.take()) self.hearsBack(beat, accepted(3));
  self.readNow(1);
  for (const beat of self.take()) self.hearsBack(beat, accepted(3));
  assert.deepEqual(self.reads, [], "it does not know what is committed");
  self.proposeNow("x");
  for (const request of self.take()) self.hearsBack(request, accepted(3));
  assert.deepEqual(self.reads, [{ readId: 1, index: 3, leaderId: 0 }]);
});

Deno.test("raft §8: a server that does not lead turns a read away, and says who leads if it knows", () => {
  const self = server({ term: 2 });
  self.readNow(1);
  self.hears(appendEntries({ term: 2, from: 2 }));
  self.readNow(2);
  assert.deepEqual(self.reads, [
    { readId: 1, index: undefined, leaderId: undefined },
    { readId: 2, index: undefined, leaderId: 2 },
  ]);
});

Deno.test("raft §8: reads that wait are turned away when the leader steps down", () => {
  const self = leaderInTouch({ term: 2, options: NO_OP });
  self.readNow(1);
  self.readNow(2);
  self.hears(appendEntries({ term: 3, from: 2, prev: [1, 2] }));
  assert.deepEqual(self.reads, [
    { readId: 1, index: undefined, leaderId: 2 },
    { readId: 2, index: undefined, leaderId: 2 },
  ]);
});

Deno.test("raft §8: a refusal of the present term confirms leadership as well", () => {
  const self = leaderInTouch({ term: 2, options: NO_OP });
  self.readNow(1);
  self.hearsBack(self.takeOne(1), refused(2, [0, 1]));
  assert.deepEqual(self.reads, [{ readId: 1, index: 1, leaderId: 0 }]);
});
