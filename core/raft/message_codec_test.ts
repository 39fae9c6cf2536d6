import assert from "node:assert/strict";
import fc from "fast-check";
import { NO_BYTES } from "../base/bytes.ts";
import { type LogEntry, logIndex, serverId, term } from "../base/durable.ts";
import { DamagedDataError } from "../base/errors.ts";
import { SeededRandom } from "../base/random.ts";
import { decodeReply, decodeRequest, encodeReply, encodeRequest } from "./message_codec.ts";
import type { Reply, Request } from "./messages.ts";

function record<T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  return fc.record(model, { noNullPrototype: true }) as fc.Arbitrary<T>;
}

/** Small numbers often, all that fit sometimes. */
const anInteger = fc.oneof(fc.nat(300), fc.maxSafeNat());
/** The codec keeps the kind of an entry in the lowest bit of its term. */
const aTerm = fc.oneof(fc.nat(300), fc.nat({ max: 2 ** 31 - 1 })).map(term);
const anIndex = fc.oneof(fc.nat(300), fc.integer({ min: 0, max: 2 ** 52 })).map(logIndex);
const anId = fc.nat(100).map(serverId);
const someBytes = fc.uint8Array({ maxLength: 300 });

const someEntries = fc.array(
  record({ isNoOp: fc.boolean(), command: someBytes }),
  { maxLength: 5 },
);

const aRequest: fc.Arbitrary<Request> = fc.oneof(
  record({
    kind: fc.constant("RequestVote" as const),
    term: aTerm,
    candidateId: anId,
    lastLogIndex: anIndex,
    lastLogTerm: aTerm,
    preVote: fc.boolean(),
    leadershipTransfer: fc.boolean(),
  }),
  record({
    kind: fc.constant("AppendEntries" as const),
    leaderId: anId,
    prevLogIndex: anIndex,
    someTerms: fc.array(aTerm, { minLength: 7, maxLength: 7 }),
    entries: someEntries,
    leaderCommit: anIndex,
  }).map(({ someTerms, ...message }) => {
    // As in every log, terms never fall, and none is above the leader's.
    const [prevLogTerm, ...terms] = someTerms.toSorted((a, b) => a - b);
    const entries = message.entries.map(({ isNoOp, command }, i): LogEntry => ({
      index: logIndex(message.prevLogIndex + 1 + i),
      term: terms[i]!,
      kind: isNoOp ? "noOp" : "command",
      command,
    }));
    return { ...message, term: terms.at(-1)!, prevLogTerm: prevLogTerm!, entries };
  }),
  record({
    kind: fc.constant("InstallSnapshot" as const),
    term: aTerm,
    leaderId: anId,
    lastIncludedIndex: anIndex,
    lastIncludedTerm: aTerm,
    offset: anInteger,
    data: someBytes,
    done: fc.boolean(),
  }),
  record({ kind: fc.constant("TimeoutNow" as const), term: aTerm, leaderId: anId }),
);

const aReply: fc.Arbitrary<Reply> = fc.oneof(
  record({
    kind: fc.constant("RequestVoteReply" as const),
    term: aTerm,
    voteGranted: fc.boolean(),
  }),
  record({
    kind: fc.constant("AppendEntriesReply" as const),
    term: aTerm,
    success: fc.constant(true),
    conflictTerm: fc.constant(term(0)),
    conflictIndex: fc.constant(logIndex(0)),
  }),
  record({
    kind: fc.constant("AppendEntriesReply" as const),
    term: aTerm,
    success: fc.constant(false),
    conflictTerm: aTerm,
    conflictIndex: anIndex,
  }),
  record({
    kind: fc.constant("InstallSnapshotReply" as const),
    term: aTerm,
    installed: fc.boolean(),
    bytesStored: anInteger,
  }),
  record({ kind: fc.constant("TimeoutNowReply" as const), term: aTerm }),
);

/** Decodes, or says that the data is damaged; anything else is a failure of the test. */
function decodes(decode: (data: Uint8Array) => unknown, data: Uint8Array): boolean {
  try {
    decode(data);
    return true;
  } catch (error) {
    assert(error instanceof DamagedDataError, `${error}`);
    assert(error.offset >= 0 && error.offset <= data.length);
    return false;
  }
}

Deno.test("message codec: every request comes back as it was", () => {
  fc.assert(
    fc.property(aRequest, (request) => {
      assert.deepEqual(decodeRequest(encodeRequest(request)), request);
    }),
    { numRuns: 1000, seed: 1 },
  );
});

Deno.test("message codec: every reply comes back as it was", () => {
  fc.assert(
    fc.property(aReply, (reply) => {
      assert.deepEqual(decodeReply(encodeReply(reply)), reply);
    }),
    { numRuns: 1000, seed: 1 },
  );
});

Deno.test("message codec: entries whose terms fall, or exceed the leader's, are damaged", () => {
  const withTerms = (leader: number, prev: number, ...terms: number[]): Request => ({
    kind: "AppendEntries",
    term: term(leader),
    leaderId: serverId(1),
    prevLogIndex: logIndex(4),
    prevLogTerm: term(prev),
    entries: terms.map((each, i) => ({
      index: logIndex(5 + i),
      term: term(each),
      kind: "command",
      command: new Uint8Array(1),
    })),
    leaderCommit: logIndex(0),
  });
  assert(decodes(decodeRequest, encodeRequest(withTerms(7, 3, 3, 5, 7))));
  assert(!decodes(decodeRequest, encodeRequest(withTerms(7, 3, 2))));
  assert(!decodes(decodeRequest, encodeRequest(withTerms(7, 3, 5, 4))));
  assert(!decodes(decodeRequest, encodeRequest(withTerms(7, 3, 8))));
});

Deno.test("message codec: what is cut short or has something behind it is damaged", () => {
  fc.assert(
    fc.property(aRequest, (request) => {
      const data = encodeRequest(request);
      for (let length = 0; length < data.length; length++) {
        assert.equal(decodes(decodeRequest, data.subarray(0, length)), false);
      }
      assert.equal(decodes(decodeRequest, new Uint8Array([...data, 0])), false);
    }),
    { seed: 1 },
  );
  fc.assert(
    fc.property(aReply, (reply) => {
      const data = encodeReply(reply);
      for (let length = 0; length < data.length; length++) {
        assert.equal(decodes(decodeReply, data.subarray(0, length)), false);
      }
      assert.equal(decodes(decodeReply, new Uint8Array([...data, 0])), false);
    }),
    { seed: 1 },
  );
});

Deno.test("message codec: changed bytes decode to something or are damaged, never anything else", () => {
  const random = new SeededRandom(1n);
  const mutate = (data: Uint8Array): Uint8Array => {
    const changed = data.slice();
    for (let count = random.between(1, 3); count > 0 && changed.length > 0; count--) {
      changed[random.below(changed.length)] = random.below(256);
    }
    return changed;
  };
  let damaged = 0;
  for (const request of fc.sample(aRequest, { numRuns: 2000, seed: 1 })) {
    const data = mutate(encodeRequest(request));
    if (!decodes(decodeRequest, data)) damaged++;
    decodes(decodeReply, data);
  }
  for (const reply of fc.sample(aReply, { numRuns: 2000, seed: 2 })) {
    const data = mutate(encodeReply(reply));
    if (!decodes(decodeReply, data)) damaged++;
    decodes(decodeRequest, data);
  }
  assert(damaged > 500, `${damaged} of 4000 were damaged`);
});

Deno.test("message codec: random bytes are damaged or a message, never anything else", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (data) => {
      decodes(decodeRequest, data);
      decodes(decodeReply, data);
    }),
    { numRuns: 3000, seed: 1 },
  );
});

Deno.test("message codec: a message that announces more than there is is refused without reserving memory for it", () => {
  // An AppendEntries of 2^48 entries, and an InstallSnapshot of 2^48 bytes.
  const huge = [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x40];
  assert.equal(decodes(decodeRequest, new Uint8Array([2, 1, 0, 0, 0, 0, ...huge])), false);
  assert.equal(decodes(decodeRequest, new Uint8Array([3, 1, 0, 0, 0, 0, ...huge])), false);
});

Deno.test("message codec: an empty AppendEntries with small numbers takes at most 12 bytes", () => {
  const heartbeat = encodeRequest({
    kind: "AppendEntries",
    term: term(127),
    leaderId: serverId(4),
    prevLogIndex: logIndex(16_000),
    prevLogTerm: term(127),
    entries: [],
    leaderCommit: logIndex(16_000),
  });
  assert(heartbeat.length <= 12, `${heartbeat.length} bytes`);
});

Deno.test("message codec: an entry costs three bytes more than its command, a successful answer two", () => {
  const message = (entries: readonly LogEntry[]): Request => ({
    kind: "AppendEntries",
    term: term(100),
    leaderId: serverId(0),
    prevLogIndex: logIndex(0),
    prevLogTerm: term(0),
    entries,
    leaderCommit: logIndex(0),
  });
  const command = new Uint8Array(100);
  const entry: LogEntry = { index: logIndex(1), term: term(100), kind: "command", command };
  const more = encodeRequest(message([entry])).length - encodeRequest(message([])).length;
  assert.equal(more, 103);
  const success: Reply = {
    kind: "AppendEntriesReply",
    term: term(100),
    success: true,
    conflictTerm: term(0),
    conflictIndex: logIndex(0),
  };
  assert.equal(encodeReply(success).length, 2);
});

Deno.test("message codec: a message that cannot be encoded leaves nothing behind for the next one", () => {
  const reply: Reply = { kind: "TimeoutNowReply", term: term(1) };
  const encoded = encodeReply(reply);
  assert.throws(() => encodeReply({ ...reply, term: term(2 ** 60) }), RangeError);
  assert.deepEqual(encodeReply(reply), encoded);
});

Deno.test("message codec: what was encoded does not change with what is encoded later, nor with its source", () => {
  const data = new Uint8Array([1, 2, 3]);
  const message: Request = {
    kind: "InstallSnapshot",
    term: term(1),
    leaderId: serverId(0),
    lastIncludedIndex: logIndex(9),
    lastIncludedTerm: term(1),
    offset: 0,
    data,
    done: true,
  };
  const encoded = encodeRequest(message);
  data.fill(9);
  encodeRequest({ ...message, data: NO_BYTES });
  const decoded = decodeRequest(encoded);
  assert(decoded.kind === "InstallSnapshot");
  assert.deepEqual(decoded.data, new Uint8Array([1, 2, 3]));
});
