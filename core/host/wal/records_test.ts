import assert from "node:assert/strict";
import fc from "fast-check";
import { type DurableBatch, logIndex, serverId, type Snapshot, term } from "../../base/durable.ts";
import { DamagedDataError } from "../../base/errors.ts";
import { crcOf, crcOfFew } from "./crc.ts";
import { decodePayload, RecordReader } from "./record_reader.ts";
import { RecordWriter } from "./record_writer.ts";
import { scanSegment } from "./segment_scan.ts";

const SALT = 0x1234;

function entriesOf(first: number, commands: readonly Uint8Array[]): DurableBatch {
  return {
    entries: commands.map((command, i) => ({
      index: logIndex(first + i),
      term: term(7),
      kind: i % 2 === 0 ? "command" : "noOp",
      command,
    })),
  };
}

Deno.test("crc: both ways give the same value, in one go and in parts", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 50 }), fc.nat(50), (bytes, at) => {
      const cut = Math.min(at, bytes.length);
      const whole = crcOf(bytes);
      assert.equal(crcOf(bytes.subarray(cut), crcOf(bytes.subarray(0, cut))), whole);
      assert.equal(crcOfFew(bytes, cut, bytes.length, crcOfFew(bytes, 0, cut, 0)), whole);
    }),
    { seed: 824 },
  );
  assert.equal(crcOf(new TextEncoder().encode("123456789")), 0xcbf43926);
});

Deno.test("RecordWriter: what it writes is read, record by record", () => {
  const batch = fc.record({
    term: fc.nat(2 ** 40),
    vote: fc.option(fc.nat(1000), { nil: undefined }),
    first: fc.integer({ min: 1, max: 2 ** 45 }),
    commands: fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 5 }),
    snapshot: fc.boolean(),
    discardLog: fc.boolean(),
  });
  const writer = new RecordWriter(1);
  fc.assert(
    fc.property(fc.array(batch, { minLength: 1, maxLength: 5 }), (batches) => {
      writer.begin(SALT, 0, 3);
      const expected = batches.map(({ term: inTerm, vote, first, commands, ...rest }) => {
        const hardState = {
          currentTerm: term(inTerm),
          votedFor: vote === undefined ? undefined : serverId(vote),
        };
        const { entries = [] } = entriesOf(first, commands);
        const ref = rest.snapshot
          ? {
            number: 4,
            lastIncludedIndex: first,
            lastIncludedTerm: 2,
            length: 9,
            crc: 0xffff_ffff,
          }
          : undefined;
        const { discardLog } = rest;
        writer.batch({ hardState, discardLog, entries }, ref);
        return { hardState, snapshot: ref, discardLog, entries };
      });
      writer.seal();
      const data = new Uint8Array(writer.length + 100);
      data.set(writer.bytes);
      const found: unknown[] = [];
      const scan = scanSegment(
        { data, salt: SALT, start: 0, knownEnd: undefined, isFresh: true },
        (payload, { life }) => {
          assert.equal(life, 3);
          found.push(payload);
        },
      );
      assert.deepEqual(found, [...expected, undefined]);
      assert.deepEqual(scan, {
        end: writer.length,
        lastWrite: 0,
        isSealed: true,
        lastLife: 3,
        damage: undefined,
        tornBytes: 0,
      });
    }),
    { seed: 824 },
  );
});

Deno.test("RecordWriter.undo() takes the last record back", () => {
  const writer = new RecordWriter();
  writer.begin(SALT, 0, 1);
  writer.batch(entriesOf(1, [new Uint8Array(5)]), undefined);
  const { length } = writer;
  writer.batch(entriesOf(2, [new Uint8Array(5)]), undefined);
  writer.undo(length);
  assert.equal(writer.bytes.length, length);
});

Deno.test("RecordReader finds no record of another segment", () => {
  const writer = new RecordWriter();
  writer.begin(SALT, 0, 1);
  writer.seal();
  assert.ok(new RecordReader(writer.bytes, SALT).headerAt(0));
  assert.equal(new RecordReader(writer.bytes, SALT + 1).headerAt(0), undefined);
});

Deno.test("decodePayload() throws on what no program writes", () => {
  for (
    const payload of [[], [3], [1], [2, 0], [1, 1], [1, 8, 1, 1, 1, 9, 0]]
  ) assert.throws(() => decodePayload(new Uint8Array(payload)), DamagedDataError, `${payload}`);
});

/** Writes groups of records into a segment of 2,000 bytes, each group after a sync of those before. */
function segmentOf(groups: readonly (readonly (Snapshot["data"] | "seal")[])[]) {
  const data = new Uint8Array(2000);
  const starts: number[] = [];
  const writer = new RecordWriter();
  let end = 0;
  for (const group of groups) {
    writer.begin(SALT, end, 1);
    for (const each of group) {
      starts.push(end + writer.length);
      if (each === "seal") writer.seal();
      else writer.batch(entriesOf(1, [each]), undefined);
    }
    data.set(writer.bytes, end);
    end += writer.length;
  }
  const scan = (knownEnd?: number) =>
    scanSegment({ data, salt: SALT, start: 0, knownEnd, isFresh: true }, () => {});
  return { data, starts, end, scan };
}

const COMMAND = new Uint8Array(30).fill(9);

Deno.test("scanSegment: a hole in the last write is a torn tail, though records follow", () => {
  const { data, starts, end, scan } = segmentOf([[COMMAND], [COMMAND, COMMAND, COMMAND]]);
  data.fill(0, starts[2]! + 8, starts[2]! + 30);
  const { damage, end: found, tornBytes, lastWrite } = scan();
  assert.equal(damage, undefined);
  assert.equal(found, starts[2]);
  assert.equal(lastWrite, starts[1]);
  assert.equal(tornBytes, end - starts[2]!);
});

Deno.test("scanSegment: a hole in what was synced before the last write is damage", () => {
  for (const last of [[COMMAND], ["seal" as const]]) {
    const { data, starts, scan } = segmentOf([[COMMAND], [COMMAND, COMMAND], last]);
    data.fill(0, starts[1]!, starts[1]! + 4);
    const { damage } = scan();
    assert.equal(damage?.offset, starts[1]);
    assert.match(damage!.what, new RegExp(`when the one at byte ${starts[3]} was written`));
  }
});

Deno.test("scanSegment: where the end is known, nothing before it may be missing", () => {
  const { data, starts, end, scan } = segmentOf([[COMMAND], [COMMAND]]);
  assert.equal(scan(end).damage, undefined);
  assert.equal(scan(starts[1]).end, starts[1]);
  data[starts[1]! + 25]! ^= 1;
  assert.deepEqual(scan(end).damage?.offset, starts[1]);
});
