import assert from "node:assert/strict";
import { logIndex, serverId, term } from "../../../core/base/durable.ts";
import type { Input, OutgoingRequest, Output } from "../../../core/raft/io.ts";
import { fakeView, QUIET_INPUT, QUIET_OUTPUT } from "./fakes.ts";
import { ReadChecker } from "./read_checker.ts";

const LEADER = fakeView({
  role: "leader",
  currentTerm: term(2),
  commitIndex: logIndex(2),
}, [1, 2, 2]);

const READ: Input = { kind: "read", readId: 7 };

const ANSWERED: Output = {
  ...QUIET_OUTPUT,
  reads: [{ readId: 7, index: logIndex(2), leaderId: serverId(0) }],
};

/** A heartbeat to another server. */
function heartbeat(to: number): OutgoingRequest {
  const message = { kind: "TimeoutNow", term: term(2), leaderId: serverId(0) } as const;
  return { to: serverId(to), message, afterDurable: 0, round: 1 };
}

const [TO_1, TO_2, TO_3] = [heartbeat(1), heartbeat(2), heartbeat(3)];

/** Whom a request was sent to has answered it. */
function heard(request: OutgoingRequest, inTerm = 2): Input {
  const message = {
    kind: "AppendEntriesReply",
    term: term(inTerm),
    success: true,
    conflictTerm: term(0),
    conflictIndex: logIndex(0),
  } as const;
  return { kind: "reply", request, message };
}

/** The leader goes through this, with what it sends, and answers the read at the last step. */
function answer(steps: readonly (readonly [Input, ...OutgoingRequest[]])[], raft = LEADER): void {
  const checker = new ReadChecker();
  checker.onStart(raft);
  for (const [place, [input, ...requests]] of steps.entries()) {
    const output = place === steps.length - 1 ? ANSWERED : QUIET_OUTPUT;
    checker.onStep(raft, input, { ...output, requests });
  }
}

Deno.test("ReadChecker: a read that is answered before a majority has confirmed the leader is found", () => {
  assert.throws(() => answer([[READ]]), {
    property: "ReadsAreConfirmed",
    message: "ReadsAreConfirmed: server 0 answers a read as leader of term 2; of 3 servers 1, " +
      "itself included, have answered what it has sent since the read came",
  });
  assert.throws(() => answer([[QUIET_INPUT, TO_1], [heard(TO_1)], [READ]]), {
    property: "ReadsAreConfirmed",
  });
  assert.throws(() => answer([[READ, TO_1], [heard(TO_1, 1)]]), { property: "ReadsAreConfirmed" });
  answer([[READ, TO_1], [heard(TO_1)]]);
  answer([[READ], [QUIET_INPUT, TO_1], [heard(TO_1)]]);
});

Deno.test("ReadChecker: an answer that was on its way when the read came does not count", () => {
  assert.throws(() => answer([[QUIET_INPUT, TO_1], [READ, TO_2], [heard(TO_1)]]), {
    property: "ReadsAreConfirmed",
  });
  answer([[QUIET_INPUT, TO_1], [READ, TO_2], [heard(TO_1)], [heard(TO_2)]]);
});

Deno.test("ReadChecker: each server counts once", () => {
  const five = { ...LEADER, servers: [0, 1, 2, 3, 4].map(serverId) };
  const again = heartbeat(1);
  const read = [READ, TO_1, again, TO_3] as const;
  assert.throws(() => answer([read, [heard(TO_1)], [heard(again)]], five), {
    property: "ReadsAreConfirmed",
  });
  answer([read, [heard(TO_1)], [heard(TO_3)]], five);
});

Deno.test("ReadChecker: a read that is answered before an entry of the term is committed is found", () => {
  assert.throws(
    () => answer([[READ, TO_1], [heard(TO_1)]], { ...LEADER, commitIndex: logIndex(1) }),
    {
      property: "ReadsInOwnTerm",
      message:
        "ReadsInOwnTerm: server 0 leads term 2 and answers a read, but all that it knows to " +
        "be committed ends with entry 1 of term 1",
    },
  );
});

Deno.test("ReadChecker: a read that is turned away needs nothing", () => {
  const checker = new ReadChecker();
  checker.onStart(LEADER);
  const refused = [{ readId: 7, index: undefined, leaderId: undefined }];
  checker.onStep(LEADER, READ, { ...QUIET_OUTPUT, reads: refused });
});
