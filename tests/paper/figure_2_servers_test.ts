/** Raft Figure 2, Rules for Servers: all servers, followers, candidates, leaders. */

import assert from "node:assert/strict";
import type { Request, RequestVote } from "../../core/raft/mod.ts";
import {
  accepted,
  appendEntries,
  candidate,
  installSnapshot,
  leader,
  leaderInTouch,
  refused,
  requestVote,
  server,
  shortAppend,
  stored,
  timeoutNow,
  vote,
} from "./_dsl.ts";

// Rule 31.
Deno.test("raft Figure 2, all servers: what is committed is applied in order, each entry once", () => {
  const follower = server({ term: 1 });
  follower.hears(appendEntries({ term: 1, entries: [1, 1, 1], commit: 0 }));
  assert.deepEqual(follower.appliedIndexes, []);
  follower.hears(appendEntries({ term: 1, prev: [3, 1], commit: 2 }));
  follower.hears(appendEntries({ term: 1, prev: [3, 1], commit: 2 }));
  follower.hears(appendEntries({ term: 1, prev: [3, 1], entries: [1], commit: 4 }));
  assert.deepEqual(follower.appliedIndexes, [1, 2, 3, 4]);
  assert.equal(follower.view.lastApplied, 4);
});

const NEWER_REQUESTS: readonly Request[] = [
  requestVote({ term: 9, last: [0, 0] }),
  appendEntries({ term: 9, prev: [40, 9] }),
  installSnapshot({ term: 9, last: [50, 9], done: false }),
];

for (const request of NEWER_REQUESTS) {
  // Rule 1.
  Deno.test(`raft Figure 2, all servers: a ${request.kind} of a higher term makes any server a follower of that term`, () => {
    for (const make of [server, candidate, leader]) {
      const self = make({ term: 4, log: [1, 2] });
      assert.equal(self.view.currentTerm, 4);
      self.hears(request);
      assert.equal(self.view.role, "follower");
      assert.equal(self.view.currentTerm, 9);
      assert.equal(self.view.votedFor, undefined);
      assert.deepEqual(self.recovered.hardState, { currentTerm: 9, votedFor: undefined });
    }
  });
}

// Rule 1.
Deno.test("raft Figure 2, all servers: any reply of a higher term makes the server a follower of exactly that term", () => {
  const standing = candidate({ term: 4, log: [2] });
  standing.hearsBack(standing.take(1)[0]!, vote(7, false));

  const leading = leader({ term: 4, log: [2] });
  leading.pass(50);
  leading.hearsBack(leading.takeOne(1), refused(7));

  const sending = leader({ term: 4, snapshot: { index: 5, term: 3 } });
  sending.pass(50);
  sending.hearsBack(sending.takeOne(1), refused(4, [0, 1]));
  const piece = sending.takeOne(1);
  assert.equal(piece.message.kind, "InstallSnapshot");
  sending.hearsBack(piece, stored(7, 0));

  const handingOver = leaderInTouch({ term: 4, log: [2] });
  handingOver.step({ kind: "transferLeadership", to: undefined });
  const [handOver] = handingOver.take();
  assert.equal(handOver!.message.kind, "TimeoutNow");
  handingOver.hearsBack(handOver!, {
    kind: "TimeoutNowReply",
    term: requestVote({ term: 7 }).term,
  });

  for (const self of [standing, leading, sending, handingOver]) {
    assert.equal(self.view.role, "follower");
    assert.equal(self.view.currentTerm, 7);
    assert.equal(self.view.votedFor, undefined);
    assert.deepEqual(self.recovered.hardState, { currentTerm: 7, votedFor: undefined });
  }
});

// Rule 5.
Deno.test("raft Figure 2, all servers: a higher term in a reply counts even if the reply is stale otherwise", () => {
  const self = leader({ term: 4, log: [2] });
  self.pass(50);
  const old = self.takeOne(1);
  self.hears(appendEntries({ term: 5, prev: [1, 2] }));
  self.hearsBack(old, refused(8));
  assert.equal(self.view.currentTerm, 8);
});

Deno.test("raft Figure 2, followers: respond to requests from candidates and leaders", () => {
  const follower = server({ term: 1 });
  const requests = [
    requestVote({ term: 1 }),
    requestVote({ term: 0 }),
    appendEntries({ term: 1 }),
    appendEntries({ term: 0 }),
    installSnapshot({ term: 1, last: [3, 1] }),
    installSnapshot({ term: 0, last: [9, 1] }),
    timeoutNow({ term: 0 }),
    timeoutNow({ term: 2 }),
  ];
  for (const request of requests) {
    assert.equal(follower.hears(request).kind, `${request.kind}Reply`);
  }
});

// Rules 7 and 15.
Deno.test("raft Figure 2, candidates: a new candidate raises its term, votes for itself, resets its timer and asks all others", () => {
  const self = server({ servers: 5, term: 6, log: [2, 6] });
  const timeout = self.raft.wakeAt;
  self.wake();

  assert.equal(self.view.role, "candidate");
  assert.equal(self.view.currentTerm, 7);
  assert.equal(self.view.votedFor, 0);
  assert(self.raft.wakeAt >= timeout + 150);
  assert(self.raft.wakeAt <= timeout + 300);
  const sent = self.take();
  assert.deepEqual(sent.map(({ to }) => to), [1, 2, 3, 4]);
  for (const { message } of sent) {
    const { kind, term, candidateId, lastLogIndex, lastLogTerm } = message as RequestVote;
    assert.deepEqual([kind, term, candidateId, lastLogIndex, lastLogTerm], [
      "RequestVote",
      7,
      0,
      2,
      6,
    ]);
  }
});

// Rule 7.
Deno.test("raft Figure 2, candidates: no RequestVote leaves before term and own vote are on stable storage", () => {
  const self = server({ term: 6, slowDisk: true });
  self.wake();
  const sent = self.take();
  assert.equal(sent.length, 2);
  for (const request of sent) assert.equal(self.mayLeave(request), false);
  self.syncDisk();
  for (const request of sent) assert.equal(self.mayLeave(request), true);
  assert.deepEqual(self.recovered.hardState, { currentTerm: 7, votedFor: 0 });
});

// Rule 11.
Deno.test("raft Figure 2, candidates: votes from a majority make it the leader", () => {
  const self = candidate({ servers: 5, term: 2 });
  const asked = self.take();
  self.hearsBack(asked[0]!, vote(2));
  assert.equal(self.view.role, "candidate");
  self.hearsBack(asked[1]!, vote(2, false));
  assert.equal(self.view.role, "candidate");
  self.hearsBack(asked[2]!, vote(2));
  assert.equal(self.view.role, "leader");
  assert.equal(self.view.leaderId, 0);
});

// Rule 4.
Deno.test("raft Figure 2, candidates: an AppendEntries or InstallSnapshot of its own term makes it a follower", () => {
  for (
    const request of [
      appendEntries({ term: 4, from: 2 }),
      installSnapshot({ term: 4, from: 2, last: [3, 2] }),
    ]
  ) {
    const self = candidate({ term: 4 });
    self.hears(request);
    assert.equal(self.view.role, "follower");
    assert.equal(self.view.currentTerm, 4);
    assert.equal(self.view.leaderId, 2);
    assert.equal(self.view.votedFor, 0, "its vote in this term stays its own");
  }
});

// Rule 13.
Deno.test("raft Figure 2, candidates: when the election timeout elapses, a new election starts", () => {
  const self = candidate({ term: 4 });
  self.take();
  self.wake();
  assert.equal(self.view.role, "candidate");
  assert.equal(self.view.currentTerm, 5);
  assert.equal(self.view.votedFor, 0);
  assert.deepEqual(self.take().map(({ to }) => to), [1, 2]);
});

// Rule 12.
Deno.test("raft Figure 2, leaders: upon election they send empty AppendEntries to each server at once", () => {
  const self = candidate({ servers: 5, term: 4, log: [1, 3] });
  for (const request of self.take().slice(0, 2)) self.hearsBack(request, vote(4));
  const sent = self.take();
  assert.deepEqual(sent.map(({ to }) => to), [1, 2, 3, 4]);
  for (const request of sent) {
    assert.deepEqual(shortAppend(request), { prev: [2, 3], entries: [], commit: 0 });
  }
});

// Rule 25.
Deno.test("raft Figure 2, leaders: heartbeats repeat during idle periods, answered or not", () => {
  const self = leader({ term: 4, log: [1] });
  for (let round = 0; round < 5; round++) {
    self.pass(50);
    const sent = self.take();
    assert.deepEqual(sent.map(({ to }) => to), [1, 2]);
    for (const request of sent) {
      assert.deepEqual(shortAppend(request).entries, []);
      self.step({ kind: "noReply", request });
    }
    assert.deepEqual(
      self.take(),
      [],
      "a lost heartbeat is not repeated before the next one is due",
    );
  }
});

// Rule 24.
Deno.test("raft Figure 2, leaders: a command is appended to the log, sent at once, and applied when committed", () => {
  const self = leaderInTouch({ term: 4, log: [1] });
  assert.deepEqual(self.propose("x"), { index: 2, term: 4 });
  assert.deepEqual(self.raft.wakeAt, self.now, "it wants to go on in the same instant");
  self.wake();
  const [one, other] = self.take();
  assert.deepEqual(shortAppend(one!), { prev: [1, 1], entries: [4], commit: 0 });
  assert.deepEqual(shortAppend(other!), { prev: [1, 1], entries: [4], commit: 0 });
  assert.deepEqual(self.appliedIndexes, []);
  self.hearsBack(one!, accepted(4));
  assert.deepEqual(self.appliedIndexes, [1, 2]);
});

// Rule 24.
Deno.test("raft Figure 2, leaders: the commands of one instant go into one batch and one request per follower", () => {
  const self = leaderInTouch({ term: 4, log: [1] });
  const batchesBefore = self.batches.length;
  for (const command of ["a", "b", "c"]) self.propose(command);
  assert.deepEqual(self.sent, []);
  self.wake();
  assert.equal(self.batches.length, batchesBefore + 1);
  assert.deepEqual(self.takeAppend(1), { prev: [1, 1], entries: [4, 4, 4], commit: 0 });
  assert.deepEqual(self.takeAppend(2), { prev: [1, 1], entries: [4, 4, 4], commit: 0 });
});

Deno.test("raft Figure 2, leaders: only they take commands", () => {
  assert.equal(server({ term: 1 }).propose("x"), undefined);
  assert.equal(candidate({ term: 1 }).propose("x"), undefined);
  const former = leader({ term: 4 });
  former.hears(appendEntries({ term: 5 }));
  assert.equal(former.propose("x"), undefined);
});

// Rule 20.
Deno.test("raft Figure 2, leaders: success moves matchIndex to the end of that request, not of the log", () => {
  const self = leaderInTouch({ servers: 3, term: 4, log: [1] });
  self.proposeNow("a");
  const first = self.takeOne(1);
  self.proposeNow("b");
  self.proposeNow("c");
  self.hearsBack(first, accepted(4));
  assert.equal(self.view.commitIndex, 2);
});

// Rule 20.
Deno.test("raft Figure 2, leaders: matchIndex never falls when answers overtake each other", () => {
  const self = leaderInTouch({ term: 4, log: [1] });
  self.proposeNow("a");
  self.proposeNow("b");
  const [first, second] = self.take(1);
  self.hearsBack(second!, accepted(4));
  assert.equal(self.view.commitIndex, 3);
  self.hearsBack(first!, accepted(4));
  self.hearsBack(second!, accepted(4));
  self.pass(50);
  assert.deepEqual(shortAppend(self.take(1).at(-1)!).prev, [3, 4]);
});

// Rule 20.
Deno.test("raft Figure 2, leaders: an old acknowledgement does not take back what a newer one said", () => {
  const self = leaderInTouch({ servers: 5, term: 4, log: [1] });
  self.proposeNow("a");
  self.proposeNow("b");
  const [first, second] = self.take(1);
  self.hearsBack(second!, accepted(4));
  self.hearsBack(first!, accepted(4));
  self.hearsBack(self.take(2)[1]!, accepted(4));
  assert.equal(self.view.commitIndex, 3, "the leader, 1 and 2 hold it all");
});

// Rule 21.
Deno.test("raft Figure 2, leaders: after a refusal nextIndex falls, and the leader tries again at once", () => {
  const self = leader({ term: 8, log: [1, 1, 4, 4, 5] });
  self.pass(50);
  self.hearsBack(self.takeOne(1), refused(8, [0, 3]));
  assert.deepEqual(self.takeAppend(1), { prev: [2, 1], entries: [4, 4, 5], commit: 0 });
});

// Rules 26 and 27.
Deno.test("raft Figure 2, leaders: an index that a majority holds is committed, if its entry is of the current term", () => {
  const self = leaderInTouch({ servers: 5, term: 2, log: [1] });
  assert.equal(self.view.commitIndex, 0, "the old entry is on all servers, but its term is over");
  self.proposeNow("x");
  const sent = self.take();
  self.hearsBack(sent[0]!, accepted(2));
  assert.equal(self.view.commitIndex, 0);
  self.hearsBack(sent[1]!, accepted(2));
  assert.equal(self.view.commitIndex, 2, "leader and two followers are three of five");
});

// Rule 27.
Deno.test("raft Figure 2, leaders: of four servers, two are no majority", () => {
  const self = leaderInTouch({ servers: 4, term: 2 });
  self.proposeNow("x");
  const sent = self.take();
  self.hearsBack(sent[0]!, accepted(2));
  assert.equal(self.view.commitIndex, 0);
  self.hearsBack(sent[2]!, accepted(2));
  assert.equal(self.view.commitIndex, 1);
});

// Rule 30.
Deno.test("raft Figure 2, leaders: followers hear of a commit soon, once, and with new entries if there are any", () => {
  const self = leaderInTouch({ term: 2 });
  self.proposeNow("a");
  for (const request of self.take()) self.hearsBack(request, accepted(2));
  assert.deepEqual(self.take(), [], "not in the same instant");
  self.pass(5);
  assert.deepEqual(self.takeAppend(1), { prev: [1, 2], entries: [], commit: 1 });
  assert.deepEqual(self.takeAppend(2), { prev: [1, 2], entries: [], commit: 1 });
  self.pass(40);
  assert.deepEqual(self.take(), []);

  self.proposeNow("b");
  for (const request of self.take()) self.hearsBack(request, accepted(2));
  self.proposeNow("c");
  assert.deepEqual(self.takeAppend(1), { prev: [2, 2], entries: [2], commit: 2 });
  self.take();
  self.pass(10);
  assert.deepEqual(self.take(), [], "the entry carried the news");
});

// Rule 30.
Deno.test("raft Figure 2, leaders: a follower that was late with its answer hears of the commit soon after it", () => {
  const self = leaderInTouch({ term: 2 });
  self.proposeNow("a");
  const [one, other] = self.take();
  self.hearsBack(one!, accepted(2));
  self.pass(10);
  assert.deepEqual(self.take().map(({ to }) => to), [1]);
  self.hearsBack(other!, accepted(2));
  self.pass(5);
  assert.deepEqual(self.takeAppend(2), { prev: [1, 2], entries: [], commit: 1 });
});
