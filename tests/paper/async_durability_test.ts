/**
 * Writing to disk and sending at the same time (thesis §10.2.1), and many commands in one write (§10.2.2): what may
 * leave before the disk is done, and what may not.
 */

import assert from "node:assert/strict";
import {
  accepted,
  appendEntries,
  type Given,
  leaderInTouch,
  requestVote,
  server,
  shortAppend,
  type TestServer,
} from "./_dsl.ts";
import { Wire } from "./_wire.ts";

const SLOW = { slowDisk: true };

/** A leader in touch with its followers, whose disk is slow from now on. */
function slowLeader(given: Given = {}): TestServer {
  const self = leaderInTouch({ ...given, slowDisk: true });
  self.syncDisk();
  return self;
}

Deno.test("raft thesis §10.2.1: a leader sends entries while its own disk is still writing them", () => {
  const self = slowLeader({ term: 2 });
  self.proposeNow("x");
  const sent = self.take();
  assert.equal(sent.length, 2);
  for (const request of sent) assert.equal(self.mayLeave(request), true);
  assert.equal(self.recovered.entries.length, 0);
});

// Rule 27.
Deno.test("raft thesis §10.2.1: it counts itself only for what its own disk holds", () => {
  const self = slowLeader({ term: 2, servers: 5 });
  self.proposeNow("x");
  const sent = self.take();
  self.hearsBack(sent[0]!, accepted(2));
  self.hearsBack(sent[1]!, accepted(2));
  assert.equal(self.view.commitIndex, 0, "two followers of five");
  self.syncDisk();
  assert.equal(self.view.commitIndex, 1, "and itself");
});

Deno.test("raft thesis §10.2.1: a majority of followers commits an entry before the leader's disk does", () => {
  const self = slowLeader({ term: 2, servers: 5 });
  self.proposeNow("x");
  for (const request of self.take().slice(0, 3)) self.hearsBack(request, accepted(2));
  assert.equal(self.view.commitIndex, 1);
  assert.equal(self.view.durableIndex, 0);
  assert.deepEqual(self.appliedIndexes, [1]);
});

// Rule 37.
Deno.test("raft thesis §10.2.2: the commands of one instant share one write, and each write is counted for its own entries", () => {
  const self = slowLeader({ term: 2 });
  const batches = self.batches.length;
  self.propose("a");
  self.propose("b");
  self.wake();
  self.propose("c");
  self.wake();
  const written = self.batches.slice(batches).map(({ entries }) =>
    entries!.map(({ index }) => index)
  );
  assert.deepEqual(written, [[1, 2], [3]]);
  const [first, second] = self.take(1);
  self.hearsBack(first!, accepted(2));
  self.hearsBack(second!, accepted(2));
  assert.equal(self.view.commitIndex, 0);
  self.syncDisk(1);
  assert.equal(self.view.commitIndex, 2);
  self.syncDisk(1);
  assert.equal(self.view.commitIndex, 3);
});

// Rules 7 and 37.
Deno.test("raft thesis §10.2.1: what a server promises waits for the batch that makes it true", () => {
  const standing = server({ ...SLOW, term: 2 });
  standing.wake();
  for (const request of standing.take()) assert.equal(standing.mayLeave(request), false);

  const voter = server({ ...SLOW, term: 2 });
  voter.hears(requestVote({ term: 3 }));
  assert.equal(voter.mayLeave(voter.replies[0]!), false);

  const follower = server({ ...SLOW, term: 2 });
  follower.hears(appendEntries({ term: 2, entries: [2] }));
  follower.hears(appendEntries({ term: 2, prev: [1, 2], entries: [2] }));
  follower.syncDisk(1);
  assert.deepEqual(follower.replies.map((reply) => follower.mayLeave(reply)), [true, false]);
  follower.syncDisk(1);
  assert.deepEqual(follower.replies.map((reply) => follower.mayLeave(reply)), [true, true]);
});

Deno.test("raft thesis §10.2.1: an answer that promises nothing new does not wait when the disk is idle", () => {
  const follower = server({ ...SLOW, term: 2 });
  follower.hears(appendEntries({ term: 2 }));
  follower.hears(requestVote({ term: 1 }));
  assert.deepEqual(follower.replies.map(({ afterDurable }) => afterDurable), [0, 0]);
});

// Rule 18.
Deno.test("raft thesis §10.2.1: a conflict that cuts off what is being written takes it out of the account", () => {
  const self = slowLeader({ term: 2 });
  self.propose("a");
  self.propose("b");
  self.wake();
  self.hears(appendEntries({ term: 3, from: 1, entries: [3] }));
  assert.deepEqual(self.log, [3]);
  assert.equal(self.view.durableIndex, 0);
  self.syncDisk(1);
  assert.equal(
    self.view.durableIndex,
    0,
    "the first batch holds entries that are no longer its log",
  );
  self.syncDisk(1);
  assert.equal(self.view.durableIndex, 1);
  assert.deepEqual(self.recovered.entries.map(({ term }) => term), [3]);
});

// Rule 7.
Deno.test("raft thesis §10.2.1: nobody can become leader while older writes of its own are under way", () => {
  // It followed, wrote (1, term 1) slowly, lost it to term 3, and stands for term 4 before any write is done.
  const self = server({ ...SLOW, term: 1 });
  self.hears(appendEntries({ term: 1, from: 1, entries: [1, 1] }));
  self.hears(appendEntries({ term: 3, from: 2, entries: [3] }));
  self.wake();
  assert.equal(self.view.currentTerm, 4);
  const asked = self.take();
  for (const written of [1, 2]) {
    self.syncDisk(1);
    assert.equal(self.view.durableIndex, written - 1);
    for (const request of asked) assert.equal(self.mayLeave(request), false);
  }
  self.syncDisk(1);
  for (const request of asked) assert.equal(self.mayLeave(request), true);
  assert.equal(self.view.durableIndex, 1);
  assert.deepEqual(self.recovered.entries.map(({ term }) => term), [3]);
});

Deno.test("raft thesis §10.2.1: the term may change while writes are pending; nothing of the old term is mistaken for the new", () => {
  const wire = new Wire([SLOW, SLOW, SLOW]);
  const sync = (...ids: number[]) => {
    for (const id of ids) wire.at(id).syncDisk();
    wire.collect();
  };
  wire.timeout(0);
  sync(0);
  wire.carry(0, 1);
  wire.carry(0, 2);
  sync(1, 2);
  wire.settle();
  assert.equal(wire.at(0).view.role, "leader");
  wire.propose(0, "old");
  wire.carry(0, 1);
  assert.deepEqual(wire.at(1).log, [1]);

  // Server 2 does not have the entry; server 1 has it in memory only, and so does not vote for it.
  wire.timeout(2);
  sync(2);
  wire.carry(2, 1);
  sync(1);
  assert.equal(wire.at(1).view.votedFor, undefined);
  wire.settle(1, 2);
  assert.notEqual(wire.at(2).view.role, "leader");
});

Deno.test("raft thesis §10.2.1: a leader that crashes before its own write is done has promised nothing", () => {
  const wire = new Wire([{ slowDisk: true }, {}, {}]);
  wire.timeout(0);
  wire.at(0).syncDisk();
  wire.collect();
  wire.settle();
  wire.propose(0, "x");
  wire.settle(0, 1);
  assert.equal(
    wire.at(0).view.commitIndex,
    0,
    "one follower of three, and the leader's disk is busy",
  );
  wire.crash(0);
  assert.deepEqual(wire.at(0).log, []);
  // The follower has it, so it is not lost either.
  wire.timeout(1);
  wire.settle(1, 2);
  assert.equal(wire.at(1).view.role, "leader");
  wire.propose(1, "y");
  wire.settle(1, 2);
  wire.heartbeat(1, 1, 2);
  assert.deepEqual(wire.at(2).log, [1, 2]);
});

// Rule 31.
Deno.test("raft thesis §10.2.1: a follower applies what the cluster has committed, before its own disk is done", () => {
  const follower = server({ ...SLOW, term: 2 });
  follower.hears(appendEntries({ term: 2, entries: [2], commit: 1 }));
  assert.deepEqual(follower.appliedIndexes, [1]);
  assert.equal(follower.view.durableIndex, 0);
});

Deno.test("raft thesis §10.2.2: a slow follower gets all that came meanwhile in one request", () => {
  const self = slowLeader({ term: 2, options: { inflightMax: 1 } });
  for (let i = 0; i < 10; i++) self.proposeNow(`${i}`);
  const [first] = self.take(1);
  self.hearsBack(first!, accepted(2));
  assert.equal(shortAppend(self.takeOne(1)).entries.length, 9);
});
