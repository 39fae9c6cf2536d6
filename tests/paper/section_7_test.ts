/** Raft §7, Log compaction, and Figure 13, InstallSnapshot RPC. */

import assert from "node:assert/strict";
import { logIndex } from "../../core/base/durable.ts";
import type { AppendEntriesReply, InstallSnapshotReply } from "../../core/raft/mod.ts";
import {
  accepted,
  appendEntries,
  bytes,
  installSnapshot,
  leader,
  leaderInTouch,
  refused,
  server,
  shortAppend,
  stored,
  type TestServer,
  text,
} from "./_dsl.ts";
import { Wire } from "./_wire.ts";

function compact(self: TestServer, index: number, data = `state ${index}`): void {
  self.step({ kind: "compact", index: logIndex(index), data: bytes(data) });
}

/** A follower that has committed and applied its whole log. */
function followerWith(log: readonly number[], inTerm = Math.max(...log)): TestServer {
  const self = server({ term: inTerm, log });
  self.hears(
    appendEntries({ term: inTerm, prev: [log.length, log.at(-1)!], commit: log.length }),
  );
  return self;
}

// Rules 41 and 50.
Deno.test("raft §7: a server's own snapshot takes the place of the log up to its last included index", () => {
  const self = followerWith([1, 1, 2, 3, 3]);
  compact(self, 3);
  assert.equal(self.view.log.lastIncludedIndex, 3);
  assert.equal(self.view.log.lastIncludedTerm, 2);
  assert.deepEqual(self.log, [3, 3]);
  assert.equal(self.view.log.entryAt(logIndex(3)), undefined);
  assert.equal(self.view.log.termAt(logIndex(3)), 2);
  assert.equal(self.view.log.termAt(logIndex(2)), undefined);
  assert.equal(self.view.commitIndex, 5);
  assert.deepEqual(self.appliedIndexes, [1, 2, 3, 4, 5], "its own snapshot is not applied");
});

// Rule 40.
Deno.test("raft §7: snapshot and trimmed log are written as one, and survive a crash together", () => {
  const self = followerWith([1, 1, 2, 3, 3]);
  const batchesBefore = self.batches.length;
  compact(self, 3, "abc");
  assert.equal(self.batches.length, batchesBefore + 1);
  const after = self.restart();
  assert.equal(after.view.log.lastIncludedIndex, 3);
  assert.equal(after.view.log.lastIncludedTerm, 2);
  assert.deepEqual(after.log, [3, 3]);
  assert.equal(text(after.recovered.snapshot!.data), "abc");
});

// Rule 40.
Deno.test("raft §7: a later write does not lose the snapshot", () => {
  const self = followerWith([1, 1, 2]);
  compact(self, 3, "abc");
  self.hears(appendEntries({ term: 5, prev: [3, 2], entries: [5], commit: 4 }));
  const after = self.restart();
  assert.equal(text(after.recovered.snapshot!.data), "abc");
  assert.deepEqual(after.log, [5]);
  assert.equal(after.view.currentTerm, 5);
});

// Rule 40.
Deno.test("raft §7: a leader that restarted with a snapshot can send it", () => {
  const self = leader({ term: 5, snapshot: { index: 4, term: 2, data: "abc" }, log: [3] });
  self.pass(50);
  self.hearsBack(self.takeOne(1), refused(5, [0, 1]));
  assert.deepEqual(
    self.takeOne(1).message,
    installSnapshot({ term: 5, from: 0, last: [4, 2], data: "abc" }),
  );
});

// Rule 50.
Deno.test("raft §7: an outdated snapshot of its own is ignored, one beyond what was applied is refused", () => {
  const self = followerWith([1, 1, 2, 3, 3]);
  compact(self, 4);
  const batches = self.batches.length;
  compact(self, 4, "again");
  compact(self, 2);
  assert.equal(self.view.log.lastIncludedIndex, 4);
  assert.equal(self.batches.length, batches);
  assert.throws(() => compact(self, 6), { property: "SnapshotOfApplied" });
});

// Rule 43.
Deno.test("raft §7: the consistency check works right behind the snapshot, by its last included index and term", () => {
  const same = server({ term: 3, snapshot: { index: 4, term: 2 } });
  assert.deepEqual(
    same.hears(appendEntries({ term: 3, prev: [4, 2], entries: [3], commit: 5 })),
    accepted(3),
  );
  assert.deepEqual(same.log, [3]);
  assert.deepEqual(same.appliedIndexes, [5]);
});

// Rule 44.
Deno.test("raft §7: a request from before the snapshot is accepted, and only what is behind the snapshot is appended", () => {
  const self = server({ term: 3, snapshot: { index: 4, term: 2 }, log: [3] });
  const old = appendEntries({ term: 3, prev: [1, 1], entries: [1, 2, 2, 3, 3], commit: 6 });
  assert.equal(self.hears<AppendEntriesReply>(old).success, true);
  assert.deepEqual(self.log, [3, 3]);
  assert.deepEqual(self.appliedIndexes, [5, 6]);

  const older = appendEntries({ term: 3, prev: [1, 1], entries: [1], commit: 6 });
  assert.equal(self.hears<AppendEntriesReply>(older).success, true);
  assert.deepEqual(self.log, [3, 3]);
});

// Rules 21 and 54.
Deno.test("raft §7: a refusal counts from the snapshot when the log is empty", () => {
  const self = server({ term: 3, snapshot: { index: 4, term: 2 } });
  assert.deepEqual(self.hears(appendEntries({ term: 3, prev: [7, 3] })), refused(3, [0, 5]));
});

// Rule 45.
Deno.test("raft §7: the leader sends its snapshot if the next entry is compacted, and entries otherwise", () => {
  const make = () => leader({ term: 5, snapshot: { index: 4, term: 2 }, log: [3, 3] });
  const near = make();
  near.pass(50);
  near.hearsBack(near.takeOne(1), refused(5, [0, 5]));
  assert.deepEqual(near.takeAppend(1), { prev: [4, 2], entries: [3, 3], commit: 4 });

  const far = make();
  far.pass(50);
  far.hearsBack(far.takeOne(1), refused(5, [0, 4]));
  assert.equal(far.takeOne(1).message.kind, "InstallSnapshot");
});

// Rule 54.
Deno.test("raft §7: a leader whose log is all compacted appends behind its snapshot", () => {
  const self = leaderInTouch({ term: 5, snapshot: { index: 4, term: 2 } });
  assert.deepEqual(self.propose("x"), { index: 5, term: 5 });
  self.wake();
  const request = self.takeOne(1);
  assert.deepEqual(shortAppend(request), { prev: [4, 2], entries: [5], commit: 4 });
  self.hearsBack(request, accepted(5));
  assert.deepEqual(self.appliedIndexes, [5]);
});

// Rule 46.
Deno.test("raft Figure 13, 1: replies at once if term < currentTerm", () => {
  const self = server({ term: 3 });
  const { wakeAt } = self.raft;
  self.pass(20);
  const reply = self.hears(installSnapshot({ term: 2, last: [9, 2] }));
  assert.deepEqual(reply, stored(3, 0));
  assert.equal(self.raft.wakeAt, wakeAt);
  assert.equal(self.view.log.lastIncludedIndex, 0);
});

// Rule 46.
Deno.test("raft Figure 13: any piece from the leader resets the election timer", () => {
  const self = server({ term: 3 });
  self.passAlmostAll();
  self.hears(installSnapshot({ term: 3, last: [9, 2], data: "ab", done: false }));
  assert.equal(self.view.leaderId, 1);
  assert(self.raft.wakeAt >= self.now + 150);
});

Deno.test("raft Figure 13, 2 to 4: pieces are put together, and nothing is installed before the last one", () => {
  const self = server({ term: 3 });
  const piece = (offset: number, data: string, done = false) =>
    self.hears<InstallSnapshotReply>(
      installSnapshot({ term: 3, last: [9, 2], offset, data, done }),
    );
  assert.deepEqual(piece(0, "abc"), stored(3, 3));
  assert.deepEqual(piece(3, "de"), stored(3, 5));
  assert.equal(self.view.log.lastIncludedIndex, 0);
  assert.equal(self.applied.length, 0);
  assert.deepEqual(piece(5, "f", true), stored(3, 6, true));
  assert.equal(self.view.log.lastIncludedIndex, 9);
  assert.equal(text(self.recovered.snapshot!.data), "abcdef");
  const [applied] = self.applied;
  assert(applied?.kind === "snapshot");
  assert.equal(text(applied.snapshot.data), "abcdef");
});

Deno.test("raft Figure 13, 3: a piece that does not fit where the last one ended is answered with what is held", () => {
  const self = server({ term: 3 });
  const piece = (offset: number, data: string) =>
    self.hears(installSnapshot({ term: 3, last: [9, 2], offset, data, done: false }));
  assert.deepEqual(piece(3, "de"), stored(3, 0));
  assert.deepEqual(piece(0, "abc"), stored(3, 3));
  assert.deepEqual(piece(0, "abc"), stored(3, 3), "twice");
  assert.deepEqual(piece(6, "g"), stored(3, 3));
});

Deno.test("raft Figure 13: pieces of different leaders, or of different snapshots, are never put together", () => {
  const self = server({ term: 3 });
  const piece = (inTerm: number, index: number, offset: number, data: string, done = false) =>
    self.hears<InstallSnapshotReply>(
      installSnapshot({ term: inTerm, last: [index, 2], offset, data, done }),
    );
  piece(3, 9, 0, "abc");
  assert.deepEqual(piece(4, 9, 3, "def", true), stored(4, 0));
  piece(4, 9, 0, "abc");
  assert.deepEqual(piece(4, 11, 3, "def", true), stored(4, 0));
  assert.equal(self.applied.length, 0);
});

// Rule 47.
Deno.test("raft Figure 13, 6: entries behind the snapshot stay if the log holds its last entry", () => {
  const self = server({ term: 3, log: [1, 2, 2, 3, 3] });
  const reply = self.hears(installSnapshot({ term: 3, last: [3, 2] }));
  assert.deepEqual(reply, stored(3, 8, true));
  assert.deepEqual(self.log, [3, 3]);
  assert.equal(self.view.commitIndex, 3);
  assert.deepEqual(self.restart().log, [3, 3]);
});

// Rule 47.
Deno.test("raft Figure 13, 7: otherwise the entire log is discarded", () => {
  for (const log of [[1, 1, 1, 3, 3], [1, 1], []]) {
    const self = server({ term: 3, log });
    self.hears(installSnapshot({ term: 3, last: [3, 2] }));
    assert.deepEqual(self.log, []);
    assert.equal(self.view.log.lastIndex, 3);
    assert.equal(self.view.log.lastTerm, 2);
    const after = self.restart();
    assert.deepEqual(after.log, []);
    assert.equal(after.view.log.lastIndex, 3);
  }
});

// Rules 33, 48 and 52.
Deno.test("raft Figure 13, 8: the state machine is reset to the snapshot, and goes on behind it", () => {
  const self = server({ term: 3, log: [1, 1, 1] });
  self.hears(appendEntries({ term: 3, prev: [3, 1], commit: 2 }));
  self.hears(installSnapshot({ term: 3, last: [7, 2] }));
  self.hears(appendEntries({ term: 3, prev: [7, 2], entries: [3, 3], commit: 9 }));
  assert.deepEqual(self.appliedIndexes, [1, 2, "s7", 8, 9]);
  assert.equal(self.view.lastApplied, 9);
});

// Rule 48.
Deno.test("raft Figure 13: the last answer waits until the snapshot is on stable storage", () => {
  const self = server({ term: 3, slowDisk: true });
  self.hears(installSnapshot({ term: 3, last: [7, 2] }));
  const reply = self.replies.at(-1)!;
  assert.equal(self.mayLeave(reply), false);
  self.syncDisk();
  assert.equal(self.mayLeave(reply), true);
  assert.equal(self.recovered.snapshot?.lastIncludedIndex, 7);
});

// Rule 46.
Deno.test("raft Figure 13: a snapshot of what is committed already is not installed, and the leader hears so", () => {
  const committed = followerWith([1, 1, 2, 3, 3]);
  const batches = committed.batches.length;
  const reply = committed.hears<InstallSnapshotReply>(installSnapshot({ term: 3, last: [4, 3] }));
  assert.equal(reply.installed, true);
  assert.deepEqual(committed.log, [1, 1, 2, 3, 3]);
  assert.equal(committed.batches.length, batches);

  const compacted = server({ term: 3, snapshot: { index: 9, term: 3 } });
  const again = compacted.hears<InstallSnapshotReply>(installSnapshot({ term: 3, last: [9, 3] }));
  assert.equal(again.installed, true);
  assert.deepEqual(compacted.applied, []);
});

// Rule 49.
Deno.test("raft §7: when the follower has the snapshot, the leader goes on behind it", () => {
  const self = leader({ term: 5, snapshot: { index: 4, term: 2 }, log: [3, 3] });
  self.pass(50);
  self.hearsBack(self.takeOne(1), refused(5, [0, 1]));
  const sent = self.takeOne(1);
  self.hearsBack(sent, stored(5, 8, true));
  const next = self.takeOne(1);
  assert.deepEqual(shortAppend(next), { prev: [4, 2], entries: [3, 3], commit: 4 });
  self.hearsBack(next, accepted(5));
  self.hearsBack(sent, stored(5, 8, true));
  self.pass(50);
  assert.deepEqual(shortAppend(self.take(1).at(-1)!).prev, [6, 3], "a late copy changes nothing");
});

// Rule 49.
Deno.test("raft §7: what counts is the snapshot that was sent, not the one that the leader has by now", () => {
  const self = leader({ term: 5, servers: 5, snapshot: { index: 4, term: 2 }, log: [3] });
  self.pass(50);
  const beats = self.take();
  for (const beat of beats.slice(1)) self.hearsBack(beat, accepted(5));
  self.hearsBack(beats[0]!, refused(5, [0, 1]));
  const old = self.takeOne(1);
  self.proposeNow("x");
  for (const to of [2, 3]) self.hearsBack(self.take(to).at(-1)!, accepted(5));
  assert.equal(self.view.commitIndex, 6);
  compact(self, 6);

  self.hearsBack(old, stored(5, 8, true));

  const next = self.take(1).at(-1)!;
  assert.deepEqual(
    next.message,
    installSnapshot({ term: 5, from: 0, last: [6, 5], data: "state 6" }),
  );
});

// Rules 44, 45, 46 and 49.
Deno.test("raft §7: a follower that was away while the leader compacted catches up by snapshot and entries", () => {
  const wire = new Wire([{}, {}, {}], { options: { snapshotChunkBytes: 3 } });
  wire.elect(0, [1, 2]);
  for (let i = 1; i <= 8; i++) wire.propose(0, `${i}`);
  wire.settle(0, 1);
  compact(wire.at(0), 6, "six commands");
  wire.heartbeat(0, 0, 1);
  wire.heartbeat(0);
  wire.heartbeat(0);
  assert.deepEqual(wire.at(2).appliedIndexes, ["s6", 7, 8]);
  assert.deepEqual(wire.at(2).log, [1, 1]);
  assert.equal(text(wire.at(2).recovered.snapshot!.data), "six commands");
});

// Rule 44.
Deno.test("raft §7: a follower may compact by itself beyond what the leader knows it has", () => {
  const wire = new Wire([{}, {}, {}]);
  wire.elect(0, [1, 2]);
  wire.propose(0, "a");
  wire.propose(0, "b");
  wire.settle();
  wire.heartbeat(0);
  // A new leader knows nothing of its followers, and begins with what it can.
  compact(wire.at(2), 2);
  wire.elect(1, [0, 2]);
  wire.propose(1, "c");
  wire.settle();
  wire.heartbeat(1);
  assert.deepEqual(wire.at(2).appliedIndexes, [1, 2, 3]);
  assert.deepEqual(wire.at(2).replies.filter(({ message }) => "installed" in message), []);
});
