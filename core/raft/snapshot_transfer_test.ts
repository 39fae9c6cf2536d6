import assert from "node:assert/strict";
import {
  accepted,
  bytes,
  leader,
  leaderInTouch,
  refused,
  shortAppend,
  stored,
  type TestServer,
  text,
} from "../../tests/paper/_dsl.ts";
import { Wire } from "../../tests/paper/_wire.ts";
import type { OutgoingRequest } from "./io.ts";

/** A leader of term 5 whose log begins behind index 4; follower 1 has nothing. */
function sending(chunk = 3, data = "abcdefgh"): { self: TestServer; first: OutgoingRequest } {
  const self = leader({
    term: 5,
    snapshot: { index: 4, term: 2, data },
    log: [3],
    options: { snapshotChunkBytes: chunk },
  });
  self.pass(50);
  self.hearsBack(self.takeOne(1), refused(5, [0, 1]));
  self.take(2);
  return { self, first: self.takeOne(1) };
}

/** A piece of a snapshot, in short form. */
function piece({ message }: OutgoingRequest): [offset: number, data: string, done: boolean] {
  assert(message.kind === "InstallSnapshot", message.kind);
  return [message.offset, text(message.data), message.done];
}

Deno.test("a snapshot goes out in pieces, one at a time, and entries follow it", () => {
  const { self, first } = sending();
  assert.deepEqual(piece(first), [0, "abc", false]);
  self.hearsBack(first, stored(5, 3));
  const second = self.takeOne(1);
  assert.deepEqual(piece(second), [3, "def", false]);
  self.hearsBack(second, stored(5, 6));
  const third = self.takeOne(1);
  assert.deepEqual(piece(third), [6, "gh", true]);
  self.hearsBack(third, stored(5, 8, true));
  assert.deepEqual(shortAppend(self.takeOne(1)), { prev: [4, 2], entries: [3], commit: 4 });
});

Deno.test("a snapshot of nothing, and one of exactly so many pieces, end with a piece that says so", () => {
  const empty = sending(3, "");
  assert.deepEqual(piece(empty.first), [0, "", true]);

  const { self, first } = sending(3, "abcdef");
  self.hearsBack(first, stored(5, 3));
  assert.deepEqual(piece(self.takeOne(1)), [3, "def", true]);
});

Deno.test("a snapshot goes in one piece where pieces are unbounded", () => {
  const { first } = sending(Number.MAX_SAFE_INTEGER);
  assert.deepEqual(piece(first), [0, "abcdefgh", true]);
});

Deno.test("a follower that lost what it had gets it from the beginning; one that has more than thought goes on there", () => {
  const { self, first } = sending();
  self.hearsBack(first, stored(5, 3));
  self.hearsBack(self.takeOne(1), stored(5, 0));
  const again = self.takeOne(1);
  assert.deepEqual(piece(again), [0, "abc", false]);
  self.hearsBack(again, stored(5, 6));
  assert.deepEqual(piece(self.takeOne(1)), [6, "gh", true]);
});

Deno.test("an answer to an earlier piece, heard late or twice, changes nothing", () => {
  const { self, first } = sending();
  self.hearsBack(first, stored(5, 3));
  const second = self.takeOne(1);
  self.hearsBack(first, stored(5, 3));
  self.hearsBack(first, stored(5, 0));
  assert.deepEqual(self.take(1), []);
  self.hearsBack(second, stored(5, 6));
  assert.deepEqual(piece(self.takeOne(1)), [6, "gh", true]);
});

Deno.test("a lost piece goes out again when the follower shows that it lives, not before", () => {
  const { self, first } = sending();
  self.step({ kind: "noReply", request: first });
  assert.deepEqual(self.take(1), []);
  self.pass(50);
  const beat = self.takeOne(1);
  assert.deepEqual(shortAppend(beat).entries, []);
  self.step({ kind: "noReply", request: beat });
  assert.deepEqual(self.take(1), [], "it does not live");
  self.pass(50);
  self.hearsBack(self.takeOne(1), refused(5, [0, 1]));
  assert.deepEqual(piece(self.takeOne(1)), [0, "abc", false]);
});

Deno.test("a piece of which nothing is heard goes out again when it is overdue, and no sooner", () => {
  const { self } = sending();
  self.readNow(1);
  self.hearsBack(self.takeOne(1), refused(5, [0, 1]));
  assert.deepEqual(self.take(1), [], "the piece is still on its way");
  self.pass(50);
  self.hearsBack(self.takeOne(1), refused(5, [0, 1]));
  assert.deepEqual(piece(self.takeOne(1)), [0, "abc", false]);
});

Deno.test("a piece that is known to be lost does not wait until it is overdue", () => {
  const { self, first } = sending();
  self.readNow(1);
  const beat = self.takeOne(1);
  self.step({ kind: "noReply", request: first });
  self.hearsBack(beat, refused(5, [0, 1]));
  assert.deepEqual(piece(self.takeOne(1)), [0, "abc", false]);
});

Deno.test("a follower that turns out to have everything ends the transfer", () => {
  const { self } = sending();
  self.pass(50);
  const beat = self.takeOne(1);
  assert.deepEqual(shortAppend(beat).prev, [4, 2]);
  self.hearsBack(beat, accepted(5));
  assert.deepEqual(shortAppend(self.takeOne(1)), { prev: [4, 2], entries: [3], commit: 4 });
});

Deno.test("a follower that has it already says so to the first piece, and the rest stays at home", () => {
  const { self, first } = sending();
  self.hearsBack(first, stored(5, 0, true));
  assert.deepEqual(shortAppend(self.takeOne(1)), { prev: [4, 2], entries: [3], commit: 4 });
});

Deno.test("a snapshot on its way is finished though the leader has a newer one by now", () => {
  const { self, first } = sending();
  self.proposeNow("x");
  self.pass(50);
  self.hearsBack(self.takeOne(2), accepted(5));
  self.hearsBack(self.takeOne(2), accepted(5));
  assert.equal(self.view.commitIndex, 6);
  self.step({ kind: "compact", index: self.view.lastApplied, data: bytes("newer") });
  self.take(1);

  self.hearsBack(first, stored(5, 3));
  const second = self.takeOne(1);
  assert.deepEqual(piece(second), [3, "def", false]);
  self.hearsBack(second, stored(5, 6));
  self.hearsBack(self.takeOne(1), stored(5, 8, true));
  assert.deepEqual(piece(self.takeOne(1)), [0, "new", false], "and the newer one follows");
});

Deno.test("an old acknowledgement does not break off the transfer", () => {
  const self = leaderInTouch({ term: 5, log: [1, 1], options: { snapshotChunkBytes: 3 } });
  self.proposeNow("x");
  self.proposeNow("y");
  const [old, lost] = self.take(1);
  self.hearsBack(self.take(2).at(-1)!, accepted(5));
  assert.equal(self.view.commitIndex, 4);
  self.step({ kind: "compact", index: self.view.lastApplied, data: bytes("abcdef") });
  self.hearsBack(lost!, refused(5, [0, 3]));
  const first = self.takeOne(1);
  assert.deepEqual(piece(first), [0, "abc", false]);
  self.hearsBack(old!, accepted(5));
  assert.deepEqual(self.take(1), []);
  self.hearsBack(first, stored(5, 3));
  assert.deepEqual(piece(self.takeOne(1)), [3, "def", true]);
});

Deno.test("new commands are not sent to a follower that is getting a snapshot", () => {
  const { self } = sending();
  self.proposeNow("x");
  assert.deepEqual(self.take(1), []);
});

Deno.test("pieces that are lost, doubled and overtaken end in the snapshot that was sent", () => {
  for (let seed = 0; seed < 50; seed++) {
    const data = "the state of a machine, in many small pieces";
    const wire = new Wire([
      { term: 4, snapshot: { index: 9, term: 3, data }, log: [4] },
      { term: 4, snapshot: { index: 9, term: 3, data }, log: [4] },
      {},
    ], { options: { snapshotChunkBytes: 1 + seed % 7 } });
    wire.elect(0, [1]);
    let dice = seed + 1;
    for (let i = 0; i < 3000 && wire.at(2).view.commitIndex < 9; i++) {
      dice = (dice * 1103515245 + 12345) % 2 ** 31;
      const flight = wire.flights[dice % Math.max(1, wire.flights.length)];
      if (flight === undefined) wire.at(0).pass(20);
      else if (dice % 5 === 0) wire.lose(flight);
      else {
        wire.deliver(flight);
        if (dice % 7 === 0) wire.flights.push({ ...flight });
      }
      wire.collect();
    }
    assert.equal(text(wire.at(2).recovered.snapshot!.data), data, `seed ${seed}`);
  }
});
