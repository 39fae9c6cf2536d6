/** Raft §5.2, Leader election. */

import assert from "node:assert/strict";
import type { RequestVoteReply } from "../../core/raft/mod.ts";
import { appendEntries, candidate, leader, requestVote, server, vote } from "./_dsl.ts";
import { Wire } from "./_wire.ts";

// Rule 8.
Deno.test("raft §5.2: a server remains a follower as long as it hears from a leader or candidate", () => {
  const self = server({ term: 2 });
  for (let beat = 0; beat < 20; beat++) {
    self.pass(140);
    self.hears(appendEntries({ term: 2 }));
  }
  assert.equal(self.view.role, "follower");
  assert.equal(self.view.currentTerm, 2);
  assert.deepEqual(self.sent, []);
});

// Rule 8.
Deno.test("raft §5.2: a follower that hears nothing for an election timeout stands for election", () => {
  const self = server({ term: 2 });
  self.hears(appendEntries({ term: 2 }));
  const { wakeAt } = self.raft;
  self.pass(wakeAt - self.now - 1);
  assert.equal(self.view.role, "follower");
  self.pass(1);
  assert.equal(self.view.role, "candidate");
  assert.equal(self.view.currentTerm, 3);
  assert.equal(self.view.leaderId, undefined);
});

Deno.test("raft §5.2: a timer that rings early changes nothing", () => {
  const self = server({ term: 2 });
  const { wakeAt } = self.raft;
  const output = self.step({ kind: "timer" });
  assert.equal(self.view.role, "follower");
  assert.equal(output.wakeAt, wakeAt);
});

// Rule 11.
Deno.test("raft §5.2: a candidate wins with a majority of the full cluster, itself included", () => {
  for (let servers = 1; servers <= 7; servers++) {
    const self = candidateOrLeader(servers);
    let votes = 1;
    for (const request of self.take()) {
      if (2 * votes > servers) break;
      assert.equal(self.view.role, "candidate", `${votes} of ${servers} votes`);
      self.hearsBack(request, vote(1));
      votes++;
    }
    assert.equal(self.view.role, "leader", `${votes} of ${servers} votes`);
    assert.equal(votes, Math.floor(servers / 2) + 1);
  }
});

function candidateOrLeader(servers: number) {
  const self = server({ servers });
  self.wake();
  return self;
}

// Rule 11.
Deno.test("raft §5.2: a server's vote counts once, however often it is heard", () => {
  const self = candidate({ servers: 5 });
  const [one] = self.take();
  for (let i = 0; i < 5; i++) self.hearsBack(one!, vote(1));
  assert.equal(self.view.role, "candidate");
});

// Rule 11.
Deno.test("raft §5.2: refusals do not elect anyone", () => {
  const self = candidate({ servers: 3 });
  for (const request of self.take()) self.hearsBack(request, vote(1, false));
  assert.equal(self.view.role, "candidate");
});

// Rule 10.
Deno.test("raft §5.2: each server votes for at most one candidate in a term, first come first served, across a crash too", () => {
  let self = server({ term: 2 });
  const granted = (from: number, inTerm: number) =>
    self.hears<RequestVoteReply>(requestVote({ term: inTerm, from })).voteGranted;
  assert.equal(granted(2, 3), true);
  assert.equal(granted(1, 3), false);
  self = self.restart();
  assert.equal(granted(1, 3), false);
  assert.equal(granted(2, 3), true);
  assert.equal(granted(1, 4), true);
});

// Rule 10.
Deno.test("raft §5.2: a candidate that crashes does not vote for another in its own term", () => {
  const before = candidate({ term: 3 });
  const after = before.restart();
  assert.equal(after.hears<RequestVoteReply>(requestVote({ term: 3, from: 1 })).voteGranted, false);
});

// Rule 2.
Deno.test("raft §5.2: a candidate rejects a leader of an earlier term, and goes on standing", () => {
  const self = candidate({ term: 4 });
  const asked = self.take();
  self.hears(appendEntries({ term: 3, from: 1 }));
  assert.equal(self.view.role, "candidate");
  self.hearsBack(asked[0]!, vote(4));
  assert.equal(self.view.role, "leader");
});

// Rules 7, 11 and 15.
Deno.test("raft §5.2: a cluster elects one leader, which the others follow", () => {
  const wire = new Wire([{}, {}, {}, {}, {}]);
  wire.elect(3, [0, 1, 2, 4]);
  for (const { view } of wire.servers) {
    assert.equal(view.role, view.id === 3 ? "leader" : "follower");
    assert.equal(view.currentTerm, 1);
    assert.equal(view.leaderId, 3);
    assert.equal(view.votedFor, 3);
  }
});

// Rule 13.
Deno.test("raft §5.2: a split vote elects nobody; the next term does", () => {
  const wire = new Wire([{}, {}, {}, {}]);
  wire.timeout(0);
  wire.timeout(1);
  wire.carry(0, 2);
  wire.carry(1, 3);
  wire.settle();
  for (const { view } of wire.servers) assert.notEqual(view.role, "leader");
  assert.deepEqual(wire.servers.map(({ view }) => view.votedFor), [0, 1, 0, 1]);

  wire.elect(1, [0, 2, 3]);
  assert.equal(wire.at(1).view.currentTerm, 2);
});

// Rule 14.
Deno.test("raft §5.2: election timeouts are random, in the fixed interval, and drawn anew each time", () => {
  const self = server({ term: 1 });
  const timeouts = new Set<number>();
  let least = Infinity;
  let most = 0;
  for (let i = 0; i < 2000; i++) {
    self.hears(appendEntries({ term: 1 }));
    const timeout = self.raft.wakeAt - self.now;
    timeouts.add(timeout);
    least = Math.min(least, timeout);
    most = Math.max(most, timeout);
  }
  assert(least >= 150 && least < 152, `the least of 2000 is ${least}`);
  assert(most <= 300 && most > 298, `the most of 2000 is ${most}`);
  assert(timeouts.size > 1900, `${timeouts.size} of 2000 differ`);
});

// Rule 14.
Deno.test("raft §5.2: each candidate restarts its randomized timeout at the start of an election", () => {
  const self = candidate();
  const spans = new Set<number>();
  for (let i = 0; i < 20; i++) {
    const span = self.raft.wakeAt - self.now;
    assert(span >= 150 && span <= 300);
    spans.add(span);
    self.wake();
  }
  assert(spans.size > 15);
});

// Rule 14.
Deno.test("raft §5.2: servers with different seeds do not time out together", () => {
  const timeouts = new Set<number>();
  for (let seed = 0n; seed < 5n; seed++) timeouts.add(server({ seed }).raft.wakeAt);
  assert.equal(timeouts.size, 5);
});

Deno.test("raft §5.2: a cluster of one elects itself, and commits what is on its disk", () => {
  const self = server({ servers: 1, slowDisk: true });
  self.wake();
  assert.equal(self.view.role, "candidate", "its vote is not durable yet");
  self.syncDisk();
  assert.equal(self.view.role, "leader");
  self.proposeNow("x");
  assert.equal(self.view.commitIndex, 0, "the command is not durable yet");
  self.syncDisk();
  assert.deepEqual(self.appliedIndexes, [1]);
  assert.deepEqual(self.take(), []);
  assert.equal(self.raft.wakeAt, Infinity, "nobody needs its heartbeats");
});

// Rule 7.
Deno.test("raft §5.2: a cluster of one leads no term twice, whenever it crashes", () => {
  const before = server({ servers: 1, slowDisk: true });
  before.wake();
  const first = before.propose("lost");
  const after = before.restart({ slowDisk: false });
  after.wake();
  assert.notDeepEqual(after.propose("kept"), first, "another command has that index and term");
});

// Rule 8.
Deno.test("raft §5.2: a leader that steps down waits a full election timeout before it stands again", () => {
  const self = leader({ term: 2 });
  self.pass(1000);
  self.take();
  self.hears(requestVote({ term: 3, last: [0, 0] }));
  assert.equal(self.view.role, "follower");
  assert(self.raft.wakeAt >= self.now + 150);
});

// Rule 6.
Deno.test("raft §5.2: an answer is about the term of its request, whatever the term is when it comes", () => {
  const wire = new Wire([{}, {}, {}]);
  wire.timeout(0);
  const slow = wire.between(0, 1)[0]!;
  wire.lose(wire.between(0, 2)[0]!);
  wire.deliver(slow);
  const late = wire.between(1, 0)[0]!;
  assert.deepEqual(late.reply, vote(1));
  wire.timeout(0);
  assert.equal(wire.at(0).view.currentTerm, 2);
  wire.deliver(late);
  assert.equal(wire.at(0).view.role, "candidate", "that vote was for term 1");
});
