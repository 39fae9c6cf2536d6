/** Raft §5.1, Raft basics: terms act as a logical clock. */

import assert from "node:assert/strict";
import type { Reply, Request } from "../../core/raft/mod.ts";
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
  timeoutNow,
  vote,
} from "./_dsl.ts";

Deno.test("raft §5.1: servers begin as followers", () => {
  assert.equal(server().view.role, "follower");
  assert.equal(server({ term: 7, votedFor: 0, log: [7] }).view.role, "follower");
});

// Rule 2.
Deno.test("raft §5.1: a request with a stale term is rejected, whatever it asks, with the current term in the answer", () => {
  const stale: Request[] = [
    requestVote({ term: 2, last: [9, 2] }),
    appendEntries({ term: 2, entries: [2] }),
    installSnapshot({ term: 2, last: [9, 2] }),
    timeoutNow({ term: 2 }),
  ];
  for (const request of stale) {
    for (const make of [server, candidate, leader]) {
      const self = make({ term: 3, log: [1] });
      const { role, votedFor, leaderId } = self.view;
      const reply = self.hears(request);
      assert.equal(reply.term, 3);
      assert(!("voteGranted" in reply && reply.voteGranted));
      assert(!("success" in reply && reply.success));
      assert(!("installed" in reply && reply.installed));
      assert.deepEqual(
        [self.view.currentTerm, self.view.role, self.view.votedFor, self.view.leaderId],
        [3, role, votedFor, leaderId],
      );
      assert.deepEqual(self.log, [1]);
    }
  }
});

// Rule 3.
Deno.test("raft §5.1: stepping down within a term keeps the vote", () => {
  const self = candidate({ term: 4 });
  self.hears(appendEntries({ term: 4, from: 1 }));
  assert.equal(self.view.role, "follower");
  const reply = self.hears(requestVote({ term: 4, from: 2 }));
  assert.deepEqual(reply, vote(4, false));
});

// Rule 3.
Deno.test("raft §5.1: a new term frees the vote", () => {
  const self = server({ term: 4, votedFor: 1 });
  assert.deepEqual(self.hears(requestVote({ term: 5, from: 2 })), vote(5));
});

// Rule 5.
Deno.test("raft §5.1: an answer to a request of an earlier term is ignored", () => {
  const self = leaderInTouch({ term: 2, log: [1] });
  for (const command of ["a", "b", "c"]) self.propose(command);
  self.wake();
  const old = self.takeOne(1);
  // It loses office, and wins it again two terms later.
  self.hears(appendEntries({ term: 3, from: 2, prev: [1, 1], entries: [3] }));
  self.wake();
  for (const request of self.take()) self.hearsBack(request, vote(4));
  assert.equal(self.view.role, "leader");
  self.proposeNow("d");
  self.proposeNow("e");
  assert.deepEqual(self.log, [1, 3, 4, 4]);

  self.hearsBack(old, accepted(4));
  self.hearsBack(old, accepted(2));

  assert.equal(self.view.commitIndex, 0, "follower 1 has acknowledged nothing in term 4");
});

// Rules 5 and 11.
Deno.test("raft §5.1: a vote for an earlier candidacy is ignored", () => {
  const self = candidate({ term: 2 });
  const old = self.take();
  self.wake();
  assert.equal(self.view.currentTerm, 3);
  for (const request of old) self.hearsBack(request, vote(2));
  assert.equal(self.view.role, "candidate");
});

// Rule 5.
Deno.test("raft §5.1: votes that come after the election was lost, or won, change nothing", () => {
  const lost = candidate({ term: 2 });
  const asked = lost.take();
  lost.hears(appendEntries({ term: 2, from: 1 }));
  for (const request of asked) lost.hearsBack(request, vote(2));
  assert.equal(lost.view.role, "follower");

  const won = candidate({ term: 2 });
  const [one, other] = won.take();
  won.hearsBack(one!, vote(2));
  won.take();
  won.hearsBack(other!, vote(2));
  assert.equal(won.view.role, "leader");
  assert.deepEqual(won.take(), [], "it does not take office twice");
});

// Rule 5.
Deno.test("raft §5.1: a former leader makes nothing of answers to its requests of the same term", () => {
  const self = leaderInTouch({ term: 2, options: { checkQuorum: true } });
  self.proposeNow("x");
  const sent = self.take();
  while (self.view.role === "leader") self.wake();
  assert.equal(self.view.currentTerm, 2);
  for (const request of sent) self.hearsBack(request, accepted(2));
  for (const request of sent) self.hearsBack(request, refused(2, [0, 1]));
  for (const request of sent) self.step({ kind: "noReply", request });
  assert.equal(self.view.role, "follower");
  assert.equal(self.view.commitIndex, 0);
});

Deno.test("raft §5.1: an answer of another kind than the question says nothing", () => {
  const self = leaderInTouch({ term: 2 });
  self.proposeNow("x");
  const [sent] = self.take(1);
  const wrong: Reply[] = [vote(2), {
    kind: "TimeoutNowReply",
    term: requestVote({ term: 9 }).term,
  }];
  for (const reply of wrong) self.hearsBack(sent!, reply);
  assert.equal(self.view.role, "leader");
  assert.equal(self.view.currentTerm, 2);
  assert.equal(self.view.commitIndex, 0);
});

Deno.test("raft §5.1: a leader that hears of another leader of its own term stops the run", () => {
  const self = leader({ term: 2 });
  assert.throws(
    () => self.hears(appendEntries({ term: 2, from: 1 })),
    { name: "InvariantError", property: "ElectionSafety" },
  );
});
