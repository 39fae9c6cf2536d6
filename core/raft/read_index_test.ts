import assert from "node:assert/strict";
import {
  accepted,
  appendEntries,
  type Given,
  leaderInTouch,
  server,
  shortAppend,
  type TestServer,
} from "../../tests/paper/_dsl.ts";

/** A leader that has committed an entry of its term, and whose followers are all in touch. */
function leading(servers = 5, given: Given = {}): TestServer {
  const self = leaderInTouch({
    ...given,
    servers,
    term: 2,
    options: { noOpOnElection: true, ...given.options },
  });
  assert.equal(self.view.commitIndex, 1);
  return self;
}

function read(self: TestServer, readId: number): void {
  self.readNow(readId);
}

function answered(self: TestServer): number[] {
  return self.reads.map(({ readId }) => readId);
}

Deno.test("reads that come while a round is under way share the next one, which begins when the first is over", () => {
  const self = leading();
  read(self, 1);
  const first = self.take();
  read(self, 2);
  read(self, 3);
  assert.deepEqual(self.take(), [], "one round at a time");
  self.hearsBack(first[0]!, accepted(2));
  self.hearsBack(first[1]!, accepted(2));
  assert.deepEqual(answered(self), [1]);
  const second = self.take();
  assert.deepEqual(second.map(({ to }) => to), [1, 2, 3, 4]);
  for (const request of first.slice(2)) self.hearsBack(request, accepted(2));
  assert.deepEqual(answered(self), [1], "answers to the first round say nothing about the second");
  self.hearsBack(second[2]!, accepted(2));
  self.hearsBack(second[3]!, accepted(2));
  assert.deepEqual(answered(self), [1, 2, 3]);
  assert.deepEqual(self.take(), []);
});

Deno.test("an answer to an older round does not take back what a newer one confirmed", () => {
  const self = leading();
  read(self, 1);
  const first = self.take();
  self.hearsBack(first[1]!, accepted(2));
  self.hearsBack(first[2]!, accepted(2));
  read(self, 2);
  const second = self.take();
  self.hearsBack(second[0]!, accepted(2));
  self.hearsBack(first[0]!, accepted(2));
  self.hearsBack(second[1]!, accepted(2));
  assert.deepEqual(answered(self), [1, 2]);
});

Deno.test("an answer of one follower, heard twice, counts once", () => {
  const self = leading();
  read(self, 1);
  const [one] = self.take();
  self.hearsBack(one!, accepted(2));
  self.hearsBack(one!, accepted(2));
  assert.deepEqual(answered(self), []);
});

Deno.test("a round whose requests are lost is confirmed by the next heartbeats", () => {
  const self = leading(3);
  read(self, 1);
  for (const request of self.take()) self.step({ kind: "noReply", request });
  assert.deepEqual(answered(self), []);
  self.pass(50);
  self.hearsBack(self.take()[0]!, accepted(2));
  assert.deepEqual(answered(self), [1]);
});

Deno.test("entries that are sent after the read confirm it as well as heartbeats do", () => {
  const self = leading(3);
  read(self, 1);
  self.take();
  self.proposeNow("x");
  self.hearsBack(self.takeOne(2), accepted(2));
  assert.deepEqual(self.reads, [{ readId: 1, index: 1, leaderId: 0 }]);
  assert.equal(
    self.view.commitIndex,
    2,
    "the read asks for no more than was committed when it came",
  );
});

Deno.test("a read is for the commit index of the moment it came, not of the moment it is answered", () => {
  const self = leading(5);
  self.proposeNow("x");
  const [one, two] = self.take();
  read(self, 1);
  const round = self.take();
  self.hearsBack(one!, accepted(2));
  self.hearsBack(two!, accepted(2));
  assert.equal(self.view.commitIndex, 2);
  self.hearsBack(round[0]!, accepted(2));
  self.hearsBack(round[1]!, accepted(2));
  assert.deepEqual(self.reads, [{ readId: 1, index: 1, leaderId: 0 }]);
});

Deno.test("of four servers, leader and one follower are too few to confirm", () => {
  const self = leading(4);
  read(self, 1);
  const [one, two] = self.take();
  self.hearsBack(one!, accepted(2));
  assert.deepEqual(answered(self), []);
  self.hearsBack(two!, accepted(2));
  assert.deepEqual(answered(self), [1]);
});

Deno.test("a cluster of one answers reads at once, as soon as it has committed in its term", () => {
  const self = server({ servers: 1, slowDisk: true, options: { noOpOnElection: true } });
  self.wake();
  self.syncDisk();
  read(self, 1);
  assert.deepEqual(answered(self), []);
  self.syncDisk();
  assert.deepEqual(self.reads, [{ readId: 1, index: 1, leaderId: 0 }]);
  read(self, 2);
  assert.deepEqual(answered(self), [1, 2]);
});

Deno.test("a leader that compacted its whole log still knows that it has committed in its term", () => {
  const self = leading(3);
  self.step({ kind: "compact", index: self.view.lastApplied, data: new Uint8Array() });
  read(self, 1);
  self.hearsBack(self.take()[0]!, accepted(2));
  assert.deepEqual(self.reads, [{ readId: 1, index: 1, leaderId: 0 }]);
});

Deno.test("a read is turned away with the new leader's name when a new leader speaks", () => {
  const self = leading(3);
  read(self, 1);
  const round = self.take();
  self.hears(appendEntries({ term: 3, from: 2, prev: [1, 2] }));
  for (const request of round) self.hearsBack(request, accepted(2));
  assert.deepEqual(self.reads, [{ readId: 1, index: undefined, leaderId: 2 }]);
});

Deno.test("reads of one instant, and entries with them, go in one round", () => {
  const self = leading(3);
  self.step({ kind: "read", readId: 1 });
  self.propose("x");
  self.step({ kind: "read", readId: 2 });
  self.wake();
  const round = self.take();
  assert.deepEqual(round.map(({ to }) => to), [1, 2]);
  assert.deepEqual(shortAppend(round[0]!).entries, [2]);
  self.hearsBack(round[0]!, accepted(2));
  assert.deepEqual(answered(self), [1, 2]);
});

Deno.test("a follower that is down is not sent a request for every read", () => {
  const self = leading(3);
  let sent = 0;
  for (let readId = 1; readId <= 100; readId++) {
    read(self, readId);
    self.hearsBack(self.takeOne(1), accepted(2));
    sent += self.take(2).length;
  }
  assert.equal(answered(self).length, 100);
  assert.equal(sent, 4);
  self.pass(50);
  assert.equal(self.take(2).length, 1, "a heartbeat goes out all the same");
});

Deno.test("a follower that lives again, and was too far behind for the present round, is sent it at once", () => {
  const self = leading(3);
  for (let readId = 1; readId <= 10; readId++) {
    read(self, readId);
    self.hearsBack(self.takeOne(1), accepted(2));
  }
  const late = self.take(2);
  read(self, 11);
  self.take(1);
  assert.deepEqual(self.take(2), []);
  self.hearsBack(late.at(-1)!, accepted(2));
  assert.deepEqual(answered(self).length, 10);
  self.hearsBack(self.takeOne(2), accepted(2));
  assert.equal(answered(self).length, 11);
});

Deno.test("a round that finds as many entries under way as may be goes without any", () => {
  const self = leading(3, { options: { inflightMax: 1 } });
  self.proposeNow("x");
  const [first] = self.take();
  self.proposeNow("y");
  assert.deepEqual(self.take(), []);
  read(self, 1);
  const round = self.takeOne(1);
  assert.deepEqual(shortAppend(round), { prev: [2, 2], entries: [], commit: 1 });
  self.hearsBack(first!, accepted(2));
  self.hearsBack(round, accepted(2));
  assert.deepEqual(shortAppend(self.takeOne(1)).entries, [2]);
});

Deno.test("many reads that wait cost no more than few", () => {
  const self = leading(3);
  for (let readId = 1; readId <= 20_000; readId++) self.step({ kind: "read", readId });
  self.wake();
  const [one] = self.take();
  for (let readId = 20_001; readId <= 40_000; readId++) self.step({ kind: "read", readId });
  self.hearsBack(one!, accepted(2));
  assert.equal(self.reads.length, 20_000);
  self.hearsBack(self.takeOne(1), accepted(2));
  assert.deepEqual(answered(self), Array.from({ length: 40_000 }, (_, i) => i + 1));
});
