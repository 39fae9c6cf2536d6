/** Raft Figure 2, AppendEntries RPC, from the receiver's side. */

import assert from "node:assert/strict";
import type { AppendEntriesReply } from "../../core/raft/mod.ts";
import { appendEntries, server } from "./_dsl.ts";

// Rule 2.
Deno.test("raft Figure 2, AppendEntries 1: replies false if term < currentTerm", () => {
  const follower = server({ term: 3, log: [1, 2] });
  const { wakeAt } = follower.raft;
  follower.pass(20);

  const reply = follower.hears<AppendEntriesReply>(
    appendEntries({ term: 2, prev: [2, 2], entries: [2], commit: 2 }),
  );

  assert.equal(reply.success, false);
  assert.equal(reply.term, 3);
  assert.deepEqual(follower.log, [1, 2]);
  assert.equal(follower.view.commitIndex, 0);
  assert.equal(follower.view.leaderId, undefined);
  assert.equal(follower.raft.wakeAt, wakeAt, "the election timer goes on");
  assert.deepEqual(follower.batches, []);
});

// Rule 17.
Deno.test("raft Figure 2, AppendEntries 2: replies false if the log has no entry at prevLogIndex", () => {
  const follower = server({ term: 2, log: [1, 2] });

  const reply = follower.hears<AppendEntriesReply>(
    appendEntries({ term: 2, prev: [5, 2], entries: [2], commit: 5 }),
  );

  assert.equal(reply.success, false);
  assert.equal(reply.conflictTerm, 0);
  assert.equal(reply.conflictIndex, 3, "the index behind the last entry");
  assert.deepEqual(follower.log, [1, 2]);
  assert.equal(follower.view.commitIndex, 0);
});

// Rules 17 and 21.
Deno.test("raft Figure 2, AppendEntries 2: replies false if the entry at prevLogIndex is of another term", () => {
  const follower = server({ term: 4, log: [1, 2, 2, 2, 3] });

  const reply = follower.hears<AppendEntriesReply>(
    appendEntries({ term: 4, prev: [4, 4], entries: [4], commit: 4 }),
  );

  assert.equal(reply.success, false);
  assert.equal(reply.conflictTerm, 2);
  assert.equal(reply.conflictIndex, 2, "the first entry of term 2");
  assert.deepEqual(follower.log, [1, 2, 2, 2, 3], "a refusal removes nothing");
});

// Rule 16.
Deno.test("raft Figure 2, AppendEntries 2: a heartbeat is checked like any other", () => {
  const follower = server({ term: 3, log: [1, 2] });
  assert.equal(
    follower.hears<AppendEntriesReply>(appendEntries({ term: 3, prev: [2, 3], commit: 2 })).success,
    false,
  );
  assert.equal(follower.view.commitIndex, 0);
  assert.equal(
    follower.hears<AppendEntriesReply>(appendEntries({ term: 3, prev: [2, 2], commit: 2 })).success,
    true,
  );
  assert.equal(follower.view.commitIndex, 2);
});

// Rule 8.
Deno.test("raft Figure 2, AppendEntries 2: a failed check comes from the leader all the same, and resets the timer", () => {
  const follower = server({ term: 2, log: [1] });
  follower.passAlmostAll();
  follower.hears(appendEntries({ term: 2, prev: [7, 2] }));
  assert.equal(follower.view.leaderId, 1);
  assert(follower.raft.wakeAt >= follower.now + 150);
});

// Rule 42.
Deno.test("raft Figure 2, AppendEntries 2: prevLogIndex 0 always matches", () => {
  for (const log of [[], [1], [2, 3]]) {
    const follower = server({ term: 4, log });
    const reply = follower.hears<AppendEntriesReply>(appendEntries({ term: 4, entries: [4] }));
    assert.equal(reply.success, true);
    assert.deepEqual(follower.log, [4]);
  }
});

// Rule 18.
Deno.test("raft Figure 2, AppendEntries 3: deletes a conflicting entry and all that follow it", () => {
  const follower = server({ term: 4, log: [1, 1, 2, 2, 3] });
  const reply = follower.hears<AppendEntriesReply>(
    appendEntries({ term: 4, prev: [1, 1], entries: [1, 4] }),
  );
  assert.equal(reply.success, true);
  assert.deepEqual(follower.log, [1, 1, 4]);
});

// Rule 18.
Deno.test("raft Figure 2, AppendEntries 3: keeps what follows if nothing conflicts", () => {
  const follower = server({ term: 2, log: [1, 1, 2, 2, 2] });
  const late = appendEntries({ term: 2, prev: [1, 1], entries: [1, 2] });
  assert.equal(follower.hears<AppendEntriesReply>(late).success, true);
  assert.deepEqual(follower.log, [1, 1, 2, 2, 2]);
  assert.deepEqual(follower.batches, [], "nothing is written again");
});

// Rule 18.
Deno.test("raft Figure 2, AppendEntries 3: a heartbeat cuts nothing off", () => {
  const follower = server({ term: 2, log: [1, 1, 1, 1] });
  follower.hears(appendEntries({ term: 2, prev: [2, 1], commit: 2 }));
  assert.deepEqual(follower.log, [1, 1, 1, 1]);
});

// Rule 19.
Deno.test("raft Figure 2, AppendEntries 4: appends only the entries that are not in the log", () => {
  const follower = server({ term: 2, log: [1, 1, 2] });
  follower.hears(appendEntries({ term: 2, prev: [1, 1], entries: [1, 2, 2, 2] }));
  assert.deepEqual(follower.log, [1, 1, 2, 2, 2]);
  const written = follower.batches.flatMap((batch) => batch.entries ?? []);
  assert.deepEqual(written.map(({ index }) => index), [4, 5]);
});

// Rule 28.
Deno.test("raft Figure 2, AppendEntries 5: commitIndex becomes min(leaderCommit, index of last new entry)", () => {
  const cases = [
    { leaderCommit: 1, expected: 1 },
    { leaderCommit: 3, expected: 3 },
    { leaderCommit: 9, expected: 4 },
  ];
  for (const { leaderCommit, expected } of cases) {
    const follower = server({ term: 2, log: [1, 1] });
    follower.hears(appendEntries({ term: 2, prev: [2, 1], entries: [2, 2], commit: leaderCommit }));
    assert.equal(follower.view.commitIndex, expected);
  }
});

// Rule 28.
Deno.test("raft Figure 2, AppendEntries 5: entries behind those of the request may be wrong, and are not committed", () => {
  const follower = server({ term: 3, log: [1, 1, 2, 2] });
  follower.hears(appendEntries({ term: 3, prev: [1, 1], entries: [1], commit: 4 }));
  assert.equal(follower.view.commitIndex, 2);
  follower.hears(appendEntries({ term: 3, prev: [2, 1], entries: [3, 3], commit: 4 }));
  assert.deepEqual(follower.log, [1, 1, 3, 3]);
  assert.deepEqual(follower.appliedIndexes, [1, 2, 3, 4]);
});

// Rule 29.
Deno.test("raft Figure 2, AppendEntries 5: commitIndex never falls", () => {
  const follower = server({ term: 2, log: [1, 1, 2] });
  follower.hears(appendEntries({ term: 2, prev: [3, 2], commit: 3 }));
  follower.hears(appendEntries({ term: 2, prev: [3, 2], commit: 1 }));
  follower.hears(appendEntries({ term: 2, prev: [1, 1], commit: 3 }));
  assert.equal(follower.view.commitIndex, 3);
  assert.deepEqual(follower.appliedIndexes, [1, 2, 3]);
});

// Rule 37.
Deno.test("raft Figure 2, AppendEntries: success waits until the entries are on stable storage", () => {
  const follower = server({ term: 2, log: [1], slowDisk: true });
  follower.hears(appendEntries({ term: 2, prev: [1, 1], entries: [2, 2] }));
  const reply = follower.replies.at(-1)!;
  assert.equal(follower.mayLeave(reply), false);
  follower.syncDisk();
  assert.equal(follower.mayLeave(reply), true);
  assert.deepEqual(follower.recovered.entries.map(({ term }) => term), [1, 2, 2]);
});

// Rule 37.
Deno.test("raft Figure 2, AppendEntries: success for entries that are there waits for them too", () => {
  const follower = server({ term: 2, log: [1], slowDisk: true });
  const request = appendEntries({ term: 2, prev: [1, 1], entries: [2, 2] });
  follower.hears(request);
  follower.hears(request);
  const [, again] = follower.replies;
  assert.equal(follower.batches.length, 1);
  assert.equal(follower.mayLeave(again!), false, "the first copy is still being written");
  follower.syncDisk();
  assert.equal(follower.mayLeave(again!), true);
});
