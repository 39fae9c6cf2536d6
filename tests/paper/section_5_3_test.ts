/** Raft §5.3, Log replication. */

import assert from "node:assert/strict";
import { logIndex } from "../../core/base/durable.ts";
import { ms } from "../../core/base/units.ts";
import {
  accepted,
  appendEntries,
  leader,
  leaderInTouch,
  refused,
  shortAppend,
  text,
} from "./_dsl.ts";
import { Wire } from "./_wire.ts";

// Rules 15 and 24.
Deno.test("raft §5.3: the leader sends AppendEntries to all others in parallel", () => {
  const self = leaderInTouch({ servers: 5, term: 3, log: [1] });
  self.proposeNow("x");
  assert.deepEqual(self.take().map(({ to }) => to), [1, 2, 3, 4]);
});

Deno.test("raft §5.3: the leader retries until all followers store all entries, even after it has answered the client", () => {
  const wire = new Wire([{}, {}, {}]);
  wire.elect(0, [1, 2]);
  wire.propose(0, "x");
  wire.settle(0, 1);
  assert.equal(wire.at(0).view.commitIndex, 1);
  assert.deepEqual(wire.at(2).log, []);
  for (let beat = 0; beat < 3; beat++) wire.heartbeat(0, 0, 1);
  assert.deepEqual(wire.at(2).log, []);
  wire.heartbeat(0);
  assert.deepEqual(wire.at(2).log, [1]);
});

Deno.test("raft §5.3: an entry is committed once the leader that created it has it on a majority", () => {
  const wire = new Wire([{}, {}, {}, {}, {}]);
  wire.elect(0, [1, 2, 3, 4]);
  wire.propose(0, "x");
  wire.settle(0, 1);
  assert.equal(wire.at(0).view.commitIndex, 0);
  wire.heartbeat(0, 0, 1, 2);
  wire.heartbeat(0, 0, 1, 2);
  assert.equal(wire.at(0).view.commitIndex, 1);
});

Deno.test("raft §5.3: this commits all preceding entries, those of previous leaders included", () => {
  const log = [1, 2, 2];
  const wire = new Wire([{ log }, { log }, { log }]);
  wire.elect(0, [1, 2]);
  assert.equal(wire.at(0).view.commitIndex, 0);
  wire.propose(0, "x");
  wire.settle();
  assert.deepEqual(wire.at(0).appliedIndexes, [1, 2, 3, 4]);
});

// Rule 30.
Deno.test("raft §5.3: followers learn the commit index from later AppendEntries, heartbeats included", () => {
  const wire = new Wire([{}, {}, {}]);
  wire.elect(0, [1, 2]);
  wire.propose(0, "x");
  wire.settle();
  assert.deepEqual(wire.servers.map(({ view }) => view.commitIndex), [1, 0, 0]);
  wire.heartbeat(0);
  assert.deepEqual(wire.servers.map(({ view }) => view.commitIndex), [1, 1, 1]);
  assert.deepEqual(wire.at(2).appliedIndexes, [1]);
});

// Rules 16 and 17.
Deno.test("raft §5.3: AppendEntries names index and term of the entry before, and is refused where that is not there", () => {
  const wire = new Wire([{ log: [1, 2, 3] }, { log: [1, 2, 3] }, { log: [1] }]);
  wire.elect(0, [1]);
  wire.heartbeat(0, 0, 1);
  const self = wire.at(0);
  self.pass(50);
  wire.collect();
  const [probe] = wire.between(0, 2);
  assert.deepEqual(shortAppend(probe!.request), { prev: [3, 3], entries: [], commit: 0 });
  wire.deliver(probe!);
  assert.deepEqual(wire.between(2, 0)[0]!.reply, refused(4, [0, 2]));
});

/** Figure 7: the leader of term 8, and six logs that followers may have then. */
const FIGURE_7_LEADER = [1, 1, 1, 4, 4, 5, 5, 6, 6, 6];
const FIGURE_7: readonly (readonly [name: string, log: number[], refusalCount: number])[] = [
  ["a", [1, 1, 1, 4, 4, 5, 5, 6, 6], 1],
  ["b", [1, 1, 1, 4], 1],
  ["c", [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6], 0],
  ["d", [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7], 0],
  ["e", [1, 1, 1, 4, 4, 4, 4], 2],
  ["f", [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3], 2],
];

// Rules 18, 19 and 21.
for (const [name, log, refusalCount] of FIGURE_7) {
  Deno.test(`raft §5.3, Figure 7: follower (${name}) is brought to the leader's log, after ${refusalCount} refusals`, () => {
    const agreeing = { log: FIGURE_7_LEADER, term: 7 };
    const wire = new Wire([agreeing, agreeing, { log, term: 7 }]);
    wire.elect(0, [1]);
    wire.propose(0, "x");
    wire.settle(0, 1);
    wire.heartbeat(0);
    wire.heartbeat(0);
    assert.deepEqual(wire.at(2).log, [...FIGURE_7_LEADER, 8]);
    assert.deepEqual(wire.at(0).log, [...FIGURE_7_LEADER, 8]);
    assert.equal(wire.at(2).view.commitIndex, 11);
    const refusals = wire.at(2).replies.filter(({ message }) =>
      message.kind === "AppendEntriesReply" && !message.success
    );
    assert.equal(refusals.length, refusalCount);
  });
}

// Rule 21.
Deno.test("raft §5.3: with the conflicting term in the refusal, one request per term is enough", () => {
  const terms = (count: number, first: number) =>
    Array.from({ length: count * 50 }, (_, i) => first + 2 * Math.floor(i / 50));
  const wire = new Wire([
    { log: terms(6, 3), term: 20 },
    { log: terms(6, 3), term: 20 },
    { log: terms(6, 2), term: 20 },
  ]);
  wire.elect(0, [1]);
  wire.heartbeat(0);
  wire.heartbeat(0);
  assert.deepEqual(wire.at(2).log, wire.at(0).log);
  assert(wire.at(2).replies.length <= 10, `${wire.at(2).replies.length} requests for 300 entries`);
});

// Rule 21.
Deno.test("raft §5.3: the leader goes to the entry behind its own last one of the conflicting term, if it has one", () => {
  const self = leader({ term: 9, log: [1, 4, 4, 4, 6, 6, 6] });
  self.pass(50);
  self.hearsBack(self.takeOne(1), refused(9, [5, 3]));
  assert.deepEqual(
    shortAppend(self.takeOne(1)).prev,
    [2, 4],
    "no entry of term 5: its first index",
  );

  self.hearsBack(self.takeOne(2), refused(9, [4, 2]));
  assert.deepEqual(shortAppend(self.takeOne(2)).prev, [4, 4], "behind its last entry of term 4");
});

// Rule 22.
Deno.test("raft §5.3: a refusal that comes late does not move nextIndex to or below matchIndex", () => {
  const self = leader({ term: 5, log: [1, 2, 3, 4] });
  self.pass(50);
  const probe = self.takeOne(1);
  self.hearsBack(probe, refused(5, [0, 3]));
  const second = self.takeOne(1);
  assert.deepEqual(shortAppend(second).prev, [2, 2]);
  self.hearsBack(second, accepted(5));
  self.hearsBack(probe, refused(5, [0, 1]));
  self.hearsBack(second, refused(5, [0, 1]));
  self.hearsBack(second, refused(5, [2, 1]));
  assert.deepEqual(self.take(1), []);
  self.pass(50);
  assert.deepEqual(shortAppend(self.take(1).at(-1)!).prev, [4, 4]);
});

// Rule 22.
Deno.test("raft §5.3: while the leader looks for agreement, only the answer to its last question counts", () => {
  const self = leader({ term: 9, log: [1, 2, 3, 4, 5, 6] });
  self.pass(50);
  const first = self.takeOne(1);
  self.hearsBack(first, refused(9, [0, 5]));
  const second = self.takeOne(1);
  assert.deepEqual(shortAppend(second).prev, [4, 4]);
  self.hearsBack(first, refused(9, [0, 5]));
  assert.deepEqual(self.take(1), [], "the first answer once more");
  self.hearsBack(second, refused(9, [0, 3]));
  assert.deepEqual(shortAppend(self.takeOne(1)).prev, [2, 2]);
});

// Rule 22.
Deno.test("raft §5.3: pipelined requests that arrive in the wrong order, or twice, end in the same logs", () => {
  const wire = new Wire([{}, {}, {}], { options: { appendEntriesMax: 1 } });
  wire.elect(0, [1, 2]);
  for (const command of ["a", "b", "c", "d"]) wire.propose(0, command);
  const pipelined = wire.between(0, 1);
  assert.equal(pipelined.length, 4);
  for (const flight of [...pipelined].reverse()) wire.deliver(flight);
  for (const flight of pipelined) wire.deliver(flight);
  wire.settle();
  wire.heartbeat(0);
  wire.heartbeat(0);
  assert.deepEqual(wire.at(1).log, [1, 1, 1, 1]);
  assert.deepEqual(wire.at(1).appliedIndexes, [1, 2, 3, 4]);
});

// Rule 25.
Deno.test("raft §5.3: a lost request is found missing by the next one, and sent again", () => {
  const wire = new Wire([{}, {}, {}]);
  wire.elect(0, [1, 2]);
  wire.propose(0, "a");
  for (const flight of wire.between(0, 1)) wire.lose(flight);
  assert.deepEqual(wire.between(0, 1), [], "no retry at once");
  wire.propose(0, "b");
  wire.settle();
  assert.deepEqual(wire.at(1).log, [1, 1]);
});

// Rule 24.
Deno.test("raft §5.3: at most inflightMax requests to a follower are unanswered; what comes meanwhile goes together", () => {
  const self = leaderInTouch({ term: 2, options: { inflightMax: 2 } });
  for (let i = 0; i < 6; i++) self.proposeNow(`${i}`);
  const sent = self.take(1);
  assert.deepEqual(sent.map((request) => shortAppend(request).entries.length), [1, 1]);
  self.hearsBack(sent[0]!, accepted(2));
  assert.deepEqual(shortAppend(self.takeOne(1)).entries.length, 4);
});

// Rule 25.
Deno.test("raft §5.3: a request that is known to be lost makes room for the next", () => {
  const self = leaderInTouch({ term: 2, options: { inflightMax: 1 } });
  self.proposeNow("a");
  self.proposeNow("b");
  const lost = self.takeOne(1);
  self.step({ kind: "noReply", request: lost });
  assert.deepEqual(self.takeAppend(1), { prev: [1, 2], entries: [2], commit: 0 });
});

// Rule 24.
Deno.test("raft §5.3: a request of which nothing is ever heard does not hold up entries for longer than a heartbeat", () => {
  const self = leaderInTouch({ term: 2, options: { inflightMax: 2 } });
  for (let i = 0; i < 5; i++) {
    self.proposeNow(`${i}`);
    self.take();
    self.pass(50);
    self.take();
  }
  self.proposeNow("x");
  assert.deepEqual(self.take(1), []);
  self.pass(50);
  assert.equal(shortAppend(self.takeOne(1)).entries.length, 1);
});

// Rule 25.
Deno.test("raft §5.3: what is streamed to a follower that does not answer is bounded by its heartbeats", () => {
  const self = leaderInTouch({ servers: 3, term: 2, options: { inflightMax: 4 } });
  let sent = 0;
  for (let i = 0; i < 500; i++) {
    self.proposeNow("x");
    for (const request of self.take(1)) {
      const { message } = request;
      assert(message.kind === "AppendEntries");
      self.hearsBack(request, accepted(2));
    }
    self.pass(1);
    sent += self.take(2).length;
  }
  // As many as may be unanswered, and one for each of ten heartbeats.
  assert(sent >= 10 && sent <= 4 + 10, `${sent} requests`);
});

Deno.test("raft §5.3: a follower that does not answer costs one small request per heartbeat, not all entries again", () => {
  const self = leader({ term: 2 });
  for (let i = 0; i < 50; i++) self.proposeNow("x".repeat(100));
  assert.deepEqual(self.take(1), []);
  for (let beat = 0; beat < 3; beat++) {
    self.pass(50);
    const lost = self.takeOne(1);
    assert.deepEqual(shortAppend(lost).entries, []);
    self.step({ kind: "noReply", request: lost });
  }
});

Deno.test("raft §5.3: one request holds at most appendEntriesMax entries and appendBytesMax bytes, but at least one entry", () => {
  const options = { appendEntriesMax: 3, appendBytesMax: 10, inflightMax: 100 };
  const self = leaderInTouch({ term: 2, options });
  const lengths = [4, 4, 4, 25, 1, 1, 1, 1];
  for (const length of lengths) self.propose("x".repeat(length));
  const batches: number[] = [];
  self.wake();
  for (;;) {
    const [request] = self.take(1);
    if (request === undefined) break;
    batches.push(shortAppend(request).entries.length);
    self.hearsBack(request, accepted(2));
  }
  assert.deepEqual(batches, [2, 1, 1, 3, 1]);
  assert.equal(self.view.commitIndex, 8);
});

// Rule 23.
Deno.test("raft §5.3: the entries of a request do not change when the log does", () => {
  const self = leaderInTouch({ term: 2 });
  self.proposeNow("a");
  const { message } = self.takeOne(1);
  assert.equal(message.kind, "AppendEntries");
  self.proposeNow("b");
  self.hears(appendEntries({ term: 3, entries: [3] }));
  assert.deepEqual(self.log, [3]);
  assert(message.kind === "AppendEntries");
  assert.deepEqual(message.entries.map(({ command }) => text(command)), ["a"]);
  const [written] = self.batches.filter(({ entries }) => entries !== undefined);
  assert.deepEqual(written!.entries!.map(({ command }) => text(command)), ["a"]);
});

Deno.test("raft §5.3: a slow follower does not delay the others", () => {
  const wire = new Wire([{}, {}, {}], { options: { commitNoticeDelay: ms(0) } });
  wire.elect(0, [1, 2]);
  wire.at(0).take();
  for (let i = 1; i <= 20; i++) {
    wire.propose(0, `${i}`);
    for (const flight of wire.between(0, 1)) wire.deliver(flight);
    for (const flight of wire.between(1, 0)) wire.deliver(flight);
  }
  assert.equal(wire.at(0).view.commitIndex, 20);
  wire.settle();
  wire.heartbeat(0);
  assert.equal(wire.at(2).view.commitIndex, 20);
});

Deno.test("raft §5.3: two entries with the same index and term store the same command, and so do all before them", () => {
  const wire = new Wire([{}, {}, {}]);
  wire.elect(0, [1, 2]);
  wire.propose(0, "a");
  wire.settle(0, 1);
  wire.propose(0, "lost");
  wire.settle(0);
  wire.elect(1, [2]);
  wire.propose(1, "b");
  wire.settle(1, 2);
  wire.propose(1, "c");
  wire.settle();
  wire.heartbeat(1);
  wire.heartbeat(1);
  const commands = wire.servers.map(({ view }) =>
    [1, 2, 3].map((index) => text(view.log.entryAt(logIndex(index))!.command))
  );
  assert.deepEqual(commands, [["a", "b", "c"], ["a", "b", "c"], ["a", "b", "c"]]);
});
