/**
 * Keeping from leading, which is ours: a leader in trouble steps down without another's term (§5.1 lets any server
 * follow at any time), and goes on to vote and to follow.
 */

import assert from "node:assert/strict";
import type { RequestVote } from "../../core/raft/mod.ts";
import {
  accepted,
  appendEntries,
  candidate,
  type Given,
  leaderInTouch,
  requestVote,
  server,
  type TestServer,
  timeoutNow,
  vote,
} from "./_dsl.ts";
import { Wire } from "./_wire.ts";

const THESIS = { preVote: true, checkQuorum: true, noOpOnElection: true };

function abstain(self: TestServer, yes = true): void {
  self.step({ kind: "abstain", yes });
}

function abstainer(given: Given = {}): TestServer {
  const self = server(given);
  abstain(self);
  return self;
}

Deno.test("raft abstain: a leader steps down within its term, and takes no commands", () => {
  const self = leaderInTouch({ term: 2, log: [1] });
  abstain(self);
  assert.equal(self.view.role, "follower");
  assert.equal(self.view.currentTerm, 2);
  assert.equal(self.view.votedFor, 0, "its vote of this term stays given");
  assert.equal(self.view.leaderId, undefined);
  assert.equal(self.propose("x"), undefined);
});

Deno.test("raft abstain: a leader that stepped down sends nothing more, and answers late acknowledgements with nothing", () => {
  const self = leaderInTouch({ term: 2 });
  self.proposeNow("x");
  const sent = self.take();
  abstain(self);
  for (const request of sent) self.hearsBack(request, accepted(2));
  self.pass(1000);
  assert.deepEqual(self.sent, []);
  assert.equal(self.view.commitIndex, 0, "it cannot commit what it was told");
  assert.deepEqual(self.log, [2], "and keeps it: the next leader may have it, too");
});

Deno.test("raft abstain: reads that wait are turned away", () => {
  const self = leaderInTouch({ term: 2, options: { noOpOnElection: true } });
  self.readNow(1);
  self.readNow(2);
  abstain(self);
  self.readNow(3);
  assert.deepEqual(
    self.reads,
    [1, 2, 3].map((readId) => ({ readId, index: undefined, leaderId: undefined })),
  );
});

for (const preVote of [false, true]) {
  Deno.test(`raft abstain: it does not stand by itself, PreVote ${preVote ? "on" : "off"}`, () => {
    const self = abstainer({ term: 2, options: { preVote } });
    self.pass(10_000);
    assert.deepEqual(self.sent, []);
    assert.equal(self.view.currentTerm, 2);
    assert.equal(self.view.role, "follower");
    assert.equal(self.batches.length, 0, "and nothing is written because of it");
  });
}

Deno.test("raft abstain: a candidate steps back, and late votes do not make it a leader", () => {
  const self = candidate({ term: 3 });
  const asked = self.take();
  abstain(self);
  for (const request of asked) self.hearsBack(request, vote(3));
  assert.equal(self.view.role, "follower");
  assert.deepEqual(self.hears(requestVote({ term: 3, from: 1 })), vote(3, false), "it has voted");
});

Deno.test("raft abstain: a pre-candidate steps back, and late answers do not start an election", () => {
  const self = server({ term: 3, options: { preVote: true } });
  self.wake();
  const asked = self.take();
  assert((asked[0]!.message as RequestVote).preVote);
  abstain(self);
  for (const request of asked) self.hearsBack(request, vote(3));
  assert.equal(self.view.role, "follower");
  assert.equal(self.view.currentTerm, 3);
});

Deno.test("raft abstain: it does not stand when the leader asks it to take over, and says its term", () => {
  const self = abstainer({ term: 2 });
  const reply = self.hears(timeoutNow({ term: 2, from: 1 }));
  assert.equal(reply.term, 2);
  assert.equal(self.view.role, "follower");
  assert.equal(self.view.leaderId, 1);
});

Deno.test("raft abstain: it votes, and asked beforehand it says that it would", () => {
  const self = abstainer({ term: 2, options: { preVote: true, checkQuorum: true } });
  assert.deepEqual(self.hears(requestVote({ term: 3, preVote: true })), vote(2));
  assert.deepEqual(self.hears(requestVote({ term: 3 })), vote(3));
});

Deno.test("raft abstain: it follows: takes entries, acknowledges, applies", () => {
  const self = abstainer({ term: 2 });
  const message = appendEntries({ term: 2, from: 1, entries: [2, 2], commit: 2 });
  assert.deepEqual(self.hears(message), accepted(2));
  assert.deepEqual(self.appliedIndexes, [1, 2]);
  assert.equal(self.view.leaderId, 1);
});

Deno.test("raft abstain: it forgets a leader that it hears no more of", () => {
  const self = abstainer({ term: 2 });
  self.hears(appendEntries({ term: 2, from: 1 }));
  self.pass(300);
  assert.equal(self.view.leaderId, undefined);
});

Deno.test("raft abstain: afterwards it stands again, after a whole election timeout", () => {
  const self = leaderInTouch({ term: 2 });
  abstain(self);
  self.pass(1000);
  abstain(self, false);
  assert.equal(self.view.role, "follower", "not at once");
  self.pass(300);
  assert.equal(self.view.role, "candidate");
  assert.equal(self.view.currentTerm, 3);
});

Deno.test("raft abstain: said twice, it is as said once", () => {
  const self = server({ term: 2 });
  abstain(self, false);
  abstain(self);
  const { wakeAt } = self.raft;
  abstain(self);
  assert.equal(self.raft.wakeAt, wakeAt);
  assert(self.view.abstains);
});

Deno.test("raft abstain: a cluster of one has no leader meanwhile, and has one again", () => {
  const self = server({ servers: 1 });
  self.wake();
  abstain(self);
  self.pass(1000);
  assert.equal(self.propose("x"), undefined);
  abstain(self, false);
  self.wake();
  assert.deepEqual(self.propose("x"), { index: 1, term: 2 });
});

for (const options of [{}, THESIS]) {
  const name = options === THESIS ? "everything of the thesis" : "the paper's Raft";
  Deno.test(`raft abstain: another takes over and nothing is lost, with ${name}`, () => {
    const wire = new Wire([{}, {}, {}], { options });
    wire.elect(0, [1, 2]);
    wire.propose(0, "a");
    wire.settle();
    wire.heartbeat(0);
    const before = wire.at(0).view.commitIndex;
    abstain(wire.at(0));
    for (const each of wire.servers) each.pass(150);
    wire.timeout(1);
    wire.settle();
    assert.equal(wire.at(1).view.role, "leader");
    assert.equal(wire.at(0).view.leaderId, 1);
    wire.propose(1, "b");
    wire.settle();
    wire.heartbeat(1);
    for (const each of wire.servers) assert(each.view.lastApplied > before);
    const [first, ...others] = wire.servers.map(({ log }) => log);
    for (const other of others) assert.deepEqual(other, first);
  });
}

Deno.test("raft abstain: leadership that is on its way to another arrives", () => {
  const wire = new Wire([{}, {}, {}], { options: THESIS });
  wire.elect(0, [1, 2]);
  wire.heartbeat(0);
  wire.at(0).step({ kind: "transferLeadership", to: undefined });
  abstain(wire.at(0));
  wire.settle();
  assert.equal(wire.at(1).view.role, "leader");
  assert.equal(wire.at(0).view.leaderId, 1);
});
