/** Raft Figure 2, State: what survives a crash, what does not, and what is made anew. */

import assert from "node:assert/strict";
import {
  accepted,
  appendEntries,
  leader,
  leaderInTouch,
  requestVote,
  server,
  shortAppend,
  text,
} from "./_dsl.ts";

// Rule 36.
Deno.test("raft Figure 2, State: currentTerm, votedFor and the log survive a crash", () => {
  const before = server({ term: 1 });
  before.hears(requestVote({ term: 4, from: 2 }));
  before.hears(appendEntries({ term: 4, from: 2, entries: [3, 4] }));

  const after = before.restart();

  assert.equal(after.view.currentTerm, 4);
  assert.equal(after.view.votedFor, 2);
  assert.deepEqual(after.log, [3, 4]);
});

// Rules 36 and 52.
Deno.test("raft Figure 2, State: role, leader, commitIndex and lastApplied do not survive", () => {
  const before = leaderInTouch({ term: 2, log: [1] });
  before.proposeNow("x");
  for (const request of before.take()) {
    before.hearsBack(request, accepted(2));
  }
  assert.equal(before.view.commitIndex, 2);

  const after = before.restart();

  assert.equal(after.view.role, "follower");
  assert.equal(after.view.leaderId, undefined);
  assert.equal(after.view.commitIndex, 0);
  assert.equal(after.view.lastApplied, 0);
  assert.deepEqual(after.applied, []);
});

// Rule 52.
Deno.test("raft Figure 2, State: with a snapshot, commitIndex and lastApplied begin at its end", () => {
  const { view, applied } = server({ snapshot: { index: 7, term: 3 }, log: [3, 4] });
  assert.equal(view.commitIndex, 7);
  assert.equal(view.lastApplied, 7);
  assert.equal(view.log.lastIndex, 9);
  assert.deepEqual(applied, [], "the snapshot is not handed out again");
});

// Rule 39.
Deno.test("raft Figure 2, State: on first boot the term is 0, nobody was voted for, the log is empty", () => {
  const { view } = server();
  assert.equal(view.currentTerm, 0);
  assert.equal(view.votedFor, undefined);
  assert.equal(view.log.lastIndex, 0);
  assert.equal(view.log.lastTerm, 0);
  assert.equal(view.commitIndex, 0);
  assert.equal(view.lastApplied, 0);
});

// Rules 37 and 38.
Deno.test("raft Figure 2, State: all that one step changes is written together, and a step without change writes nothing", () => {
  const follower = server({ term: 1 });
  follower.hears(appendEntries({ term: 2, entries: [2, 2], commit: 1 }));
  assert.equal(follower.batches.length, 1);
  assert.equal(follower.batches[0]!.hardState?.currentTerm, 2);
  assert.equal(follower.batches[0]!.entries?.length, 2);

  follower.hears(appendEntries({ term: 2, prev: [2, 2], commit: 2 }));
  follower.hears(requestVote({ term: 2, from: 2, last: [0, 0] }));
  follower.hears(requestVote({ term: 1, from: 2, last: [0, 0] }));

  assert.equal(follower.batches.length, 1, "neither commitIndex nor a refused vote is persistent");
});

// Rule 12.
Deno.test("raft Figure 2, State: nextIndex begins behind the leader's last entry, after each election", () => {
  const first = leader({ term: 3, log: [1, 2] });
  first.pass(50);
  assert.deepEqual(shortAppend(first.takeOne(1)).prev, [2, 2]);
  assert.deepEqual(shortAppend(first.takeOne(2)).prev, [2, 2]);
});

// Rule 12.
Deno.test("raft Figure 2, State: matchIndex begins at 0, so nothing commits that was not acknowledged in this term", () => {
  const self = leader({ term: 2, log: [1] });
  self.proposeNow("x");
  assert.equal(self.view.log.lastIndex, 2);
  assert.equal(self.view.commitIndex, 0);
});

Deno.test("raft Figure 2, State: an entry holds the command, the term in which the leader received it, and its index", () => {
  const self = leader({ term: 6, log: [1] });
  assert.deepEqual(self.propose("set x"), { index: 2, term: 6 });
  const entry = self.view.log.entryAt(self.view.log.lastIndex)!;
  assert.equal(entry.index, 2);
  assert.equal(entry.term, 6);
  assert.equal(entry.kind, "command");
  assert.equal(text(entry.command), "set x");
});
