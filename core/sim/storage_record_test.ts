import assert from "node:assert/strict";
import fc from "fast-check";
import { type DurableBatch, logIndex, serverId, term } from "../base/durable.ts";
import { DamagedDataError } from "../base/errors.ts";
import { decodeRecords, encodeRecord } from "./storage_record.ts";

fc.configureGlobal({ seed: 824 });

const anyTerm = fc.integer({ min: 0, max: 1e9 }).map(term);
const anyBytes = fc.uint8Array({ maxLength: 50 });

const anyBatch: fc.Arbitrary<DurableBatch> = fc.record({
  hardState: fc.record({
    currentTerm: anyTerm,
    votedFor: fc.option(fc.nat(9).map(serverId), { nil: undefined }),
  }),
  snapshot: fc.record({
    lastIncludedIndex: fc.nat().map(logIndex),
    lastIncludedTerm: anyTerm,
    data: anyBytes,
  }),
  discardLog: fc.constant(true),
  entries: fc.tuple(
    fc.integer({ min: 1, max: 1e6 }),
    fc.array(
      fc.record({
        term: anyTerm,
        kind: fc.constantFrom("command" as const, "noOp" as const),
        command: anyBytes,
      }),
      { minLength: 1, maxLength: 5 },
    ),
  ).map(([first, entries]) =>
    entries.map((entry, i) => ({ ...entry, index: logIndex(first + i) }))
  ),
}, { requiredKeys: [] });

function join(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

/** What a batch means; `fc.record` gives objects without a prototype. */
function plain(batches: readonly DurableBatch[]): unknown {
  return JSON.parse(JSON.stringify(batches));
}

Deno.test("decodeRecords() gives back the batches that encodeRecord() encoded", () => {
  fc.assert(fc.property(fc.array(anyBatch, { maxLength: 5 }), (batches) => {
    const data = join(batches.map(encodeRecord));
    const decoded = decodeRecords(data);
    assert.deepEqual(plain(decoded.batches), plain(batches));
    assert.equal(decoded.wholeBytes, data.length);
  }));
});

Deno.test("decodeRecords() stops at a torn tail, wherever it is torn", () => {
  const batches = [1, 2, 3].map((number): DurableBatch => ({
    hardState: { currentTerm: term(number), votedFor: undefined },
  }));
  const records = batches.map(encodeRecord);
  const data = join(records);
  const size = records[0]!.length;
  for (let cut = 0; cut <= data.length; cut++) {
    const decoded = decodeRecords(data.subarray(0, cut));
    const whole = Math.floor(cut / size);
    assert.deepEqual(decoded.batches, batches.slice(0, whole), `cut at ${cut}`);
    assert.equal(decoded.wholeBytes, whole * size);
  }
});

Deno.test("decodeRecords() throws on any flipped bit of whole records", () => {
  fc.assert(
    fc.property(fc.array(anyBatch, { minLength: 1, maxLength: 4 }), fc.nat(), (batches, at) => {
      const data = join(batches.map(encodeRecord));
      const bit = at % (data.length * 8);
      data[bit >>> 3]! ^= 1 << (bit & 7);
      assert.throws(() => decodeRecords(data), DamagedDataError);
    }),
  );
});

Deno.test("encodeRecord() takes few bytes for what a server writes most", () => {
  const vote = encodeRecord({ hardState: { currentTerm: term(100), votedFor: serverId(2) } });
  assert.equal(vote.length, 12);
  const command = new Uint8Array(10);
  const entry = { index: logIndex(100), term: term(7), kind: "command" as const, command };
  assert.equal(encodeRecord({ entries: [entry] }).length, 25);
});
