import assert from "node:assert/strict";
import fc from "fast-check";
import { serverId } from "../base/durable.ts";
import { DamagedDataError } from "../base/errors.ts";
import {
  type ClerkReply,
  type ClerkRequest,
  decodeClerkReply,
  decodeClerkRequest,
  decodeSession,
  encodeClerkReply,
  encodeClerkRequest,
  encodeSession,
} from "./messages.ts";

fc.configureGlobal({ seed: 824 });

const PLAIN = { noNullPrototype: true } as const;
const number = fc.maxSafeNat();
/** Short ones mostly, and one that is longer than what is copied in passing. */
const payload = fc.oneof(
  fc.uint8Array({ maxLength: 50 }),
  fc.integer({ min: 1020, max: 1030 }).map((length) => new Uint8Array(length).fill(9)),
);

const request = fc.oneof<fc.Arbitrary<ClerkRequest>[]>(
  fc.record({ kind: fc.constant("open" as const), clientId: number }, PLAIN),
  fc.record({
    kind: fc.constant("command" as const),
    clientId: number,
    session: number,
    sequence: number,
    command: payload,
  }, PLAIN),
  fc.record({ kind: fc.constant("bare" as const), command: payload }, PLAIN),
  fc.record({ kind: fc.constant("query" as const), question: payload }, PLAIN),
);

const leaderId = fc.option(fc.nat(100).map(serverId), { nil: undefined });

const reply = fc.oneof<fc.Arbitrary<ClerkReply>[]>(
  fc.record({ kind: fc.constant("done" as const), result: payload }, PLAIN),
  fc.record({ kind: fc.constant("notLeader" as const), leaderId }, PLAIN),
  fc.record({ kind: fc.constant("unknown" as const), leaderId }, PLAIN),
  fc.constant({ kind: "expired" as const }),
);

Deno.test("clerks' requests and replies are decoded to what was encoded", () => {
  fc.assert(fc.property(request, (message) => {
    assert.deepEqual(decodeClerkRequest(encodeClerkRequest(message)), message);
  }));
  fc.assert(fc.property(reply, (message) => {
    assert.deepEqual(decodeClerkReply(encodeClerkReply(message)), message);
  }));
  fc.assert(fc.property(number, (session) => {
    assert.equal(decodeSession(encodeSession(session)), session);
  }));
});

Deno.test("random bytes are a request, a reply, or damaged", () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => {
    for (const decode of [decodeClerkRequest, decodeClerkReply]) {
      try {
        decode(bytes);
      } catch (error) {
        assert(error instanceof DamagedDataError);
      }
    }
  }));
  assert.throws(() => decodeClerkRequest(new Uint8Array()), DamagedDataError);
  assert.throws(() => decodeClerkReply(new Uint8Array([4, 0])), DamagedDataError);
});
