import assert from "node:assert/strict";
import { type LogEntry, logIndex, serverId, term } from "../base/durable.ts";
import { Waiters } from "./waiters.ts";

/** Waiters for some entries of term 3, and what they are told. */
class Subject {
  readonly waiters = new Waiters();
  readonly told: string[] = [];

  constructor(...indexes: number[]) {
    for (const index of indexes) this.add(index);
  }

  add(index: number): void {
    this.waiters.add({ index: logIndex(index), term: term(3) }, (outcome) => {
      this.told.push(`${index} ${outcome.kind}`);
    });
  }

  apply(index: number, inTerm = 3): void {
    const entry: LogEntry = {
      index: logIndex(index),
      term: term(inTerm),
      kind: "command",
      command: new Uint8Array(),
    };
    this.waiters.onApplied(entry, new Uint8Array(), serverId(1));
  }
}

Deno.test("Waiters: who waits for an entry is told when it is applied, and nobody else", () => {
  const subject = new Subject(5, 6);
  subject.apply(4);
  subject.apply(5);
  assert.deepEqual(subject.told, ["5 done"]);
  assert.deepEqual([subject.waiters.size, subject.waiters.term], [1, 3]);
  subject.apply(6);
  subject.apply(6);
  assert.deepEqual(subject.told, ["5 done", "6 done"]);
  assert.equal(subject.waiters.term, undefined);
});

Deno.test("Waiters: an entry of another term in its place means that a command was not carried out", () => {
  const subject = new Subject(5);
  subject.apply(5, 4);
  assert.deepEqual(subject.told, ["5 rejected"]);
});

Deno.test("Waiters: a snapshot leaves those in doubt that it passes, and the others waiting", () => {
  const subject = new Subject(5, 6, 7);
  subject.waiters.onSnapshot(logIndex(6), undefined);
  assert.deepEqual(subject.told, ["5 unknown", "6 unknown"]);
  subject.waiters.giveUpAll(undefined);
  assert.deepEqual(subject.told, ["5 unknown", "6 unknown", "7 unknown"]);
});

Deno.test("Waiters: who comes while others are told of their loss is not lost with them", () => {
  const waiters = new Waiters();
  const subject = new Subject();
  waiters.add({ index: logIndex(5), term: term(3) }, () => {
    waiters.add({ index: logIndex(9), term: term(4) }, () => subject.told.push("9"));
  });
  waiters.giveUpAll(undefined);
  assert.deepEqual([waiters.size, waiters.term, subject.told], [1, 4, []]);
});
