/** Raft §5.4, Safety: the election restriction, old entries (Figure 8), and the argument (Figure 9). */

import assert from "node:assert/strict";
import type { RequestVoteReply } from "../../core/raft/mod.ts";
import { accepted, appendEntries, leader, leaderInTouch, requestVote, server } from "./_dsl.ts";
import { Wire } from "./_wire.ts";

/** The voter's log ends in (2, term 3); which candidates are at least as up-to-date? */
const UP_TO_DATE: readonly (readonly [last: [number, number], granted: boolean, why: string])[] = [
  [[2, 3], true, "the same last entry"],
  [[3, 3], true, "the same last term, a longer log"],
  [[1, 3], false, "the same last term, a shorter log"],
  [[1, 4], true, "a later last term, a shorter log"],
  [[2, 4], true, "a later last term, the same length"],
  [[9, 4], true, "a later last term, a longer log"],
  [[9, 2], false, "an earlier last term, a longer log"],
  [[2, 2], false, "an earlier last term, the same length"],
  [[0, 0], false, "an empty log"],
];

// Rule 9.
for (const [last, granted, why] of UP_TO_DATE) {
  Deno.test(`raft §5.4.1: a candidate with ${why} is ${granted ? "granted" : "refused"} the vote`, () => {
    const voter = server({ term: 5, log: [1, 3] });
    const reply = voter.hears<RequestVoteReply>(requestVote({ term: 6, last }));
    assert.equal(reply.voteGranted, granted);
    assert.equal(reply.term, 6);
  });
}

// Rule 9.
Deno.test("raft §5.4.1: what counts is the log's end, committed or not", () => {
  const voter = server({ term: 2, log: [1, 1, 2] });
  voter.hears(appendEntries({ term: 2, prev: [1, 1], commit: 1 }));
  assert.equal(voter.view.commitIndex, 1);
  const reply = voter.hears<RequestVoteReply>(requestVote({ term: 3, from: 2, last: [2, 1] }));
  assert.equal(reply.voteGranted, false);
});

// Rules 9 and 54.
Deno.test("raft §5.4.1: a log that is all compacted ends where its snapshot does", () => {
  const granted = (last: [number, number]) => {
    const voter = server({ term: 4, snapshot: { index: 8, term: 3 } });
    return voter.hears<RequestVoteReply>(requestVote({ term: 5, last })).voteGranted;
  };
  assert.equal(granted([7, 3]), false);
  assert.equal(granted([8, 3]), true);
  assert.equal(granted([1, 4]), true);

  const standing = server({ term: 4, snapshot: { index: 8, term: 3 } });
  standing.wake();
  const { message } = standing.takeOne(1);
  assert.deepEqual(message, requestVote({ term: 5, from: 0, last: [8, 3] }));
});

Deno.test("raft §5.4.1: a candidate that lacks a committed entry cannot win, whatever its term", () => {
  const wire = new Wire([{}, {}, {}]);
  wire.elect(0, [1, 2]);
  wire.propose(0, "x");
  wire.settle(0, 1);
  assert.equal(wire.at(0).view.commitIndex, 1);
  for (let attempt = 0; attempt < 5; attempt++) {
    wire.timeout(2);
    wire.settle();
    assert.notEqual(wire.at(2).view.role, "leader");
  }
  wire.elect(1, [2]);
  wire.heartbeat(1, 1, 2);
  assert.deepEqual(wire.at(2).log, [1]);
});

// Rule 26.
Deno.test("raft §5.4.2: an old-term entry is not committed by counting replicas", () => {
  const self = leaderInTouch({ servers: 5, term: 4, log: [1, 2] });
  assert.equal(self.view.commitIndex, 0, "both entries are on all five servers");
});

// Rule 26.
Deno.test("raft §5.4.2: once an entry of the current term is committed, all before it are", () => {
  const self = leaderInTouch({ servers: 5, term: 4, log: [1, 2] });
  self.proposeNow("x");
  for (const request of self.take().slice(0, 2)) self.hearsBack(request, accepted(4));
  assert.deepEqual(self.appliedIndexes, [1, 2, 3]);
});

/** Figure 8 up to (c): S1 is server 0, and so on. Server 0 leads term 4, and has brought (2, term 2) to a majority. */
function figure8(): Wire {
  const wire = new Wire([
    { term: 1, log: [1] },
    { term: 1, log: [1] },
    { term: 1, log: [1] },
    { term: 1, log: [1] },
    { term: 1, log: [1] },
  ]);
  // (a) S1 is leader and partially replicates the log entry at index 2.
  wire.elect(0, [1, 2, 3, 4]);
  wire.propose(0, "two");
  wire.settle(0, 1);
  // (b) S1 crashes; S5 is elected leader for term 3 with votes from S3, S4 and itself.
  wire.crash(0);
  wire.elect(4, [2, 3]);
  wire.propose(4, "three");
  wire.settle(4);
  // (c) S5 crashes; S1 restarts, is elected, and continues replication.
  wire.crash(4);
  wire.timeout(0);
  wire.elect(0, [1, 2]);
  wire.heartbeat(0, 0, 1, 2);
  return wire;
}

// Rule 26.
Deno.test("raft §5.4.2, Figure 8 (c): the entry of term 2 is on a majority, and not committed", () => {
  const wire = figure8();
  assert.deepEqual(wire.servers.map(({ log }) => log), [[1, 2], [1, 2], [1, 2], [1], [1, 3]]);
  assert.equal(wire.at(0).view.currentTerm, 4);
  assert.equal(wire.at(0).view.commitIndex, 0);
});

// Rules 9, 18 and 26.
Deno.test("raft §5.4.2, Figure 8 (d): S5 can still be elected, and overwrite that entry", () => {
  const wire = figure8();
  wire.propose(0, "four");
  wire.settle(0);
  wire.crash(0);
  wire.timeout(4);
  wire.elect(4, [1, 2, 3]);
  wire.heartbeat(4, 1, 2, 3, 4);
  assert.deepEqual(wire.servers.slice(1).map(({ log }) => log), [[1, 3], [1, 3], [1, 3], [1, 3]]);
  wire.heartbeat(4);
  assert.deepEqual(wire.at(0).log, [1, 3]);
  assert.deepEqual(wire.servers.map(({ view }) => view.commitIndex), [0, 0, 0, 0, 0]);
});

// Rules 9 and 26.
Deno.test("raft §5.4.2, Figure 8 (e): with an entry of term 4 on a majority, all is committed and S5 cannot win", () => {
  const wire = figure8();
  wire.propose(0, "four");
  wire.settle(0, 1, 2);
  assert.equal(wire.at(0).view.commitIndex, 3);
  wire.crash(0);
  for (let attempt = 0; attempt < 4; attempt++) {
    wire.timeout(4);
    wire.settle(1, 2, 3, 4);
    assert.notEqual(wire.at(4).view.role, "leader");
  }
  wire.elect(1, [2, 3, 4]);
  wire.heartbeat(1);
  wire.heartbeat(1);
  assert.deepEqual(wire.servers.map(({ log }) => log), Array(5).fill([1, 2, 4]));
});

Deno.test("raft §5.4.3, Figure 9: a voter that took the entry before it voted keeps the next leader honest", () => {
  // S1 leads term T and commits an entry with S2 and S3; S5 stands for a later term.
  const wire = new Wire([{}, {}, {}, {}, {}]);
  wire.elect(0, [1, 2, 3, 4]);
  wire.propose(0, "T");
  wire.settle(0, 1, 2);
  assert.equal(wire.at(0).view.commitIndex, 1);
  wire.timeout(4);
  for (const id of [0, 1, 2, 3]) wire.carry(4, id);
  const granted = [0, 1, 2, 3].filter((id) => wire.at(id).view.votedFor === 4);
  assert.deepEqual(granted, [3], "of any majority, one has the entry");
});

Deno.test("raft §5.4.3: an acknowledgement of an earlier term counts for nothing, even when the entry is the same", () => {
  const self = leader({ servers: 3, term: 2, log: [1] });
  self.pass(50);
  const beat = self.takeOne(1);
  self.hears(appendEntries({ term: 3, prev: [1, 1], entries: [3], from: 2 }));
  self.hearsBack(beat, accepted(2));
  assert.equal(self.view.commitIndex, 0);
});
