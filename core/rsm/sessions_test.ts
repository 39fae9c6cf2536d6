import assert from "node:assert/strict";
import fc from "fast-check";
import { ByteReader, ByteWriter } from "../base/bytes.ts";
import { DamagedDataError } from "../base/errors.ts";
import { Sessions } from "./sessions.ts";

fc.configureGlobal({ seed: 824 });

function result(...bytes: number[]): Uint8Array {
  return new Uint8Array(bytes);
}

function clients(sessions: Sessions): number[] {
  return [...sessions.entries()].map(([clientId]) => clientId);
}

function encoded(sessions: Sessions): Uint8Array {
  const writer = new ByteWriter();
  sessions.encode(writer);
  return writer.finish();
}

Deno.test("Sessions forget the one that was used least recently", () => {
  const sessions = new Sessions({ sessionsMax: 3 });
  for (const clientId of [1, 2, 3]) sessions.open(clientId, clientId * 10);
  sessions.touch(1);
  sessions.record(2, { session: 20, sequence: 1, result: result(7) });
  assert.deepEqual(clients(sessions), [3, 1, 2]);
  sessions.open(4, 40);
  assert.deepEqual(clients(sessions), [1, 2, 4]);
  sessions.touch(3);
  assert.deepEqual(clients(sessions), [1, 2, 4], "who is forgotten cannot be touched");
});

Deno.test("Sessions.open() keeps a session that is there", () => {
  const sessions = new Sessions();
  sessions.record(1, { session: 5, sequence: 3, result: result(1) });
  assert.deepEqual(sessions.open(1, 9), { session: 5, sequence: 3, result: result(1) });
  assert.deepEqual(sessions.open(2, 9), { session: 9, sequence: 0, result: result() });
});

Deno.test("Sessions with a limit of bytes forget until the results fit, but never the newest", () => {
  const sessions = new Sessions({ resultBytesMax: 10 });
  for (const clientId of [1, 2, 3]) {
    sessions.record(clientId, { session: 0, sequence: 1, result: new Uint8Array(4) });
  }
  assert.deepEqual([clients(sessions), sessions.resultBytes], [[2, 3], 8]);
  sessions.record(4, { session: 0, sequence: 1, result: new Uint8Array(100) });
  assert.deepEqual([clients(sessions), sessions.resultBytes], [[4], 100]);
  sessions.record(4, { session: 0, sequence: 2, result: new Uint8Array(2) });
  sessions.open(5, 1);
  assert.deepEqual([clients(sessions), sessions.resultBytes], [[4, 5], 2]);
});

Deno.test("Sessions.merge() takes over what is newer, and nothing else", () => {
  const sessions = new Sessions();
  sessions.record(1, { session: 0, sequence: 5, result: result(5) });
  sessions.record(2, { session: 0, sequence: 5, result: result(5) });
  sessions.merge([
    [1, { session: 0, sequence: 4, result: result(4) }],
    [2, { session: 0, sequence: 6, result: result(6) }],
    [3, { session: 0, sequence: 1, result: result(1) }],
  ]);
  const sequences = [1, 2, 3].map((clientId) => sessions.find(clientId)?.sequence);
  assert.deepEqual(sequences, [5, 6, 1]);
});

Deno.test("Sessions keep no more than a result's own memory", () => {
  const sessions = new Sessions();
  const large = new Uint8Array(100_000);
  sessions.record(1, { session: 0, sequence: 1, result: large.subarray(0, 3) });
  assert.equal(sessions.find(1)?.result.buffer.byteLength, 3);
});

Deno.test("Sessions keep one result of a client in place of two equal ones", () => {
  const sessions = new Sessions();
  const result = new Uint8Array([1, 2]);
  sessions.record(1, { session: 0, sequence: 1, result });
  sessions.record(1, { session: 0, sequence: 2, result: result.slice() });
  assert.equal(sessions.find(1)?.result, result);
  sessions.record(1, { session: 0, sequence: 3, result: new Uint8Array([1, 3]) });
  assert.deepEqual(sessions.find(1), { session: 0, sequence: 3, result: new Uint8Array([1, 3]) });
  assert.equal(sessions.resultBytes, 2);
});

Deno.test("Sessions are decoded to what was encoded, in the order of use", () => {
  const entry = fc.record({
    clientId: fc.integer({ min: 0, max: 20 }),
    session: fc.nat(),
    sequence: fc.nat(),
    result: fc.uint8Array({ maxLength: 8 }),
  });
  fc.assert(fc.property(fc.array(entry), (entries) => {
    const sessions = new Sessions({ sessionsMax: 8 });
    for (const { clientId, ...session } of entries) sessions.record(clientId, session);
    assert(sessions.size <= 8);
    const other = new Sessions({ sessionsMax: 8 });
    other.open(99, 1);
    other.decode(new ByteReader(encoded(sessions)));
    assert.deepEqual([...other.entries()], [...sessions.entries()]);
    assert.equal(other.resultBytes, sessions.resultBytes);
    const bytes = [...sessions.entries()].reduce((sum, [, { result }]) => sum + result.length, 0);
    assert.equal(sessions.resultBytes, bytes);
  }));
});

Deno.test("Sessions.decode() refuses a client that has two", () => {
  const sessions = new Sessions();
  sessions.open(0, 0);
  const one = encoded(sessions).subarray(1);
  const twice = new Uint8Array([2, ...one, ...one]);
  assert.throws(() => sessions.decode(new ByteReader(twice)), DamagedDataError);
});
