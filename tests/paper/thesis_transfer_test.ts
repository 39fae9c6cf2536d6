/** Thesis §3.10, Leadership transfer extension. */

import assert from "node:assert/strict";
import { serverId } from "../../core/base/durable.ts";
import type { RequestVote } from "../../core/raft/mod.ts";
import {
  accepted,
  leaderInTouch,
  refused,
  requestVote,
  server,
  type TestServer,
  timeoutNow,
  vote,
} from "./_dsl.ts";
import { Wire } from "./_wire.ts";

function transfer(self: TestServer, to?: number): void {
  self.step({ kind: "transferLeadership", to: to === undefined ? undefined : serverId(to) });
}

Deno.test("raft thesis §3.10: a leader that hands over takes no commands", () => {
  const self = leaderInTouch({ term: 2 });
  transfer(self, 2);
  assert.equal(self.propose("x"), undefined);
  assert.equal(self.view.role, "leader");
});

Deno.test("raft thesis §3.10: a target that is up to date is told to stand at once", () => {
  const self = leaderInTouch({ term: 2, log: [1] });
  transfer(self, 2);
  const sent = self.take();
  assert.deepEqual(sent.map(({ to, message }) => [to, message]), [
    [2, timeoutNow({ term: 2, from: 0 })],
  ]);
});

Deno.test("raft thesis §3.10: a target that lags gets the rest first", () => {
  const self = leaderInTouch({ term: 2, log: [1] });
  self.proposeNow("a");
  self.propose("b");
  transfer(self, 2);
  const sent = self.take(2);
  assert.deepEqual(sent.map(({ message }) => message.kind), ["AppendEntries", "AppendEntries"]);
  self.hearsBack(sent[0]!, accepted(2));
  assert.deepEqual(self.take(2), [], "one entry is missing");
  self.hearsBack(sent[1]!, accepted(2));
  assert.deepEqual(self.takeOne(2).message.kind, "TimeoutNow");
  self.hearsBack(sent[1]!, accepted(2));
  assert.deepEqual(self.take(2), [], "it is told once");
});

Deno.test("raft thesis §3.10: without a name, the most advanced follower is the target", () => {
  const self = leaderInTouch({ servers: 4, term: 2 });
  self.proposeNow("a");
  const sent = self.take();
  self.hearsBack(sent[1]!, accepted(2));
  transfer(self);
  assert.deepEqual(self.take().map(({ to }) => to), [2]);
});

Deno.test("raft thesis §3.10: without a name, a follower that is silent is not the target", () => {
  const self = leaderInTouch({ term: 2 });
  for (let beat = 0; beat < 10; beat++) {
    self.pass(50);
    self.take(1);
    self.hearsBack(self.takeOne(2), accepted(2));
  }
  transfer(self);
  assert.deepEqual(self.take().map(({ to }) => to), [2]);
});

// Rule 7.
Deno.test("raft thesis §3.10: the target stands at once, without a pre-vote, and its vote requests say why", () => {
  const self = server({ term: 2, options: { preVote: true, checkQuorum: true } });
  self.hears(timeoutNow({ term: 2, from: 1 }));
  assert.equal(self.view.role, "candidate");
  assert.equal(self.view.currentTerm, 3);
  for (const { message } of self.take()) {
    const { preVote, leadershipTransfer, term } = message as RequestVote;
    assert.deepEqual([preVote, leadershipTransfer, term], [false, true, 3]);
  }
});

Deno.test("raft thesis §3.10: a TimeoutNow of an old term is refused", () => {
  const self = server({ term: 2 });
  const reply = self.hears(timeoutNow({ term: 1 }));
  assert.equal(reply.term, 2);
  assert.equal(self.view.role, "follower");
});

Deno.test("raft thesis §3.10: after an election timeout without success, the leader takes commands again", () => {
  const self = leaderInTouch({ term: 2 });
  // Not in step with the heartbeats, which would wake it as well.
  self.pass(20);
  transfer(self, 2);
  self.pass(299);
  assert.equal(self.propose("x"), undefined);
  self.pass(1);
  assert.deepEqual(self.propose("x"), { index: 1, term: 2 });
});

Deno.test("raft thesis §3.10: a transfer to nobody, or to itself, is a mistake of the caller", () => {
  for (const to of [0, 7]) {
    const self = leaderInTouch({ term: 2 });
    assert.throws(() => transfer(self, to), RangeError);
    assert.deepEqual(self.propose("x"), { index: 1, term: 2 }, "and has no effect");
  }
});

Deno.test("raft thesis §3.10: a cluster of one has nobody to hand over to, and goes on", () => {
  const self = server({ servers: 1 });
  self.wake();
  transfer(self);
  assert.deepEqual(self.propose("x"), { index: 1, term: 1 });
  assert.throws(() => transfer(self, 1), RangeError);
});

Deno.test("raft thesis §3.10: only a leader hands over", () => {
  const self = server({ term: 2 });
  transfer(self, 2);
  assert.deepEqual(self.sent, []);
});

for (const checkQuorum of [false, true]) {
  Deno.test(`raft thesis §3.10: leadership moves, nothing is lost and the old leader follows, CheckQuorum ${checkQuorum ? "on" : "off"}`, () => {
    const wire = new Wire([{}, {}, {}], { options: { checkQuorum, preVote: checkQuorum } });
    wire.elect(0, [1, 2]);
    wire.propose(0, "a");
    wire.settle();
    wire.propose(0, "b");
    transfer(wire.at(0), 2);
    wire.settle();
    assert.equal(wire.at(2).view.role, "leader");
    assert.equal(wire.at(0).view.role, "follower");
    assert.equal(wire.at(0).view.leaderId, 2);
    wire.propose(2, "c");
    wire.settle();
    wire.heartbeat(2);
    for (const each of wire.servers) assert.deepEqual(each.appliedIndexes, [1, 2, 3]);
  });
}

Deno.test("raft thesis §3.10: a target that lacks entries, and compacted ones at that, gets the snapshot first", () => {
  const wire = new Wire([
    { term: 4, snapshot: { index: 4, term: 2 }, log: [3] },
    { term: 4, snapshot: { index: 4, term: 2 }, log: [3] },
    { term: 4 },
  ]);
  wire.elect(0, [1]);
  transfer(wire.at(0), 2);
  wire.heartbeat(0);
  wire.settle();
  assert.equal(wire.at(2).view.role, "leader");
});

Deno.test("raft thesis §3.10: a target that refuses the entry before the last is brought up to date first", () => {
  const self = leaderInTouch({ term: 5, log: [1, 1] });
  self.proposeNow("x");
  transfer(self, 1);
  self.hearsBack(self.take(1)[0]!, refused(5, [0, 3]));
  assert.deepEqual(self.take(1).filter(({ message }) => message.kind === "TimeoutNow"), []);
});

// Rule 10.
Deno.test("raft thesis §3.10: the old leader votes for the target, as it has not voted in the new term", () => {
  const self = leaderInTouch({ term: 2, options: { checkQuorum: true } });
  transfer(self, 2);
  const ask = requestVote({ term: 3, from: 2, leadershipTransfer: true });
  assert.deepEqual(self.hears(ask), vote(3, true));
  assert.equal(self.view.role, "follower");
});
