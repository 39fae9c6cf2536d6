import assert from "node:assert/strict";
import { logIndex, serverId, term } from "../../../core/base/durable.ts";
import type { Input, Output } from "../../../core/raft/io.ts";
import { fakeView, QUIET_OUTPUT } from "./fakes.ts";
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

/** Another server has answered a heartbeat. */
function heard(from: number, inTerm = 2): Input {
  const message = {
    kind: "AppendEntriesReply",
    term: term(inTerm),
    success: true,
    conflictTerm: term(0),
    conflictIndex: logIndex(0),
  } as const;
  const asked = { kind: "TimeoutNow", term: term(2), leaderId: serverId(0) } as const;
  const request = { to: serverId(from), message: asked, afterDurable: 0, round: 1 };
  return { kind: "reply", request, message };
}

/** The leader goes through this, and answers the read at the last step. */
function answer(inputs: readonly Input[], raft = LEADER): void {
  const checker = new ReadChecker();
  checker.onStart(raft);
  for (const [place, input] of inputs.entries()) {
    checker.onStep(raft, input, place === inputs.length - 1 ? ANSWERED : QUIET_OUTPUT);
  }
}

Deno.test("ReadChecker: a read that is answered before a majority has confirmed the leader is found", () => {
  assert.throws(() => answer([READ]), {
    property: "ReadsAreConfirmed",
    message: "ReadsAreConfirmed: server 0 answers a read as leader of term 2; of 3 servers 1, " +
      "itself included, took it for the leader since the read came",
  });
  assert.throws(() => answer([heard(1), READ]), { property: "ReadsAreConfirmed" });
  assert.throws(() => answer([READ, heard(1, 1)]), { property: "ReadsAreConfirmed" });
  answer([READ, heard(1)]);
});

Deno.test("ReadChecker: each server counts once", () => {
  const five = { ...LEADER, servers: [0, 1, 2, 3, 4].map(serverId) };
  assert.throws(() => answer([READ, heard(1), heard(1)], five), { property: "ReadsAreConfirmed" });
  answer([READ, heard(1), heard(3)], five);
});

Deno.test("ReadChecker: a read that is answered before an entry of the term is committed is found", () => {
  assert.throws(() => answer([READ, heard(1)], { ...LEADER, commitIndex: logIndex(1) }), {
    property: "ReadsInOwnTerm",
    message: "ReadsInOwnTerm: server 0 leads term 2 and answers a read, but all that it knows to " +
      "be committed ends with entry 1 of term 1",
  });
});

Deno.test("ReadChecker: a read that is turned away needs nothing", () => {
  const checker = new ReadChecker();
  checker.onStart(LEADER);
  const refused = [{ readId: 7, index: undefined, leaderId: undefined }];
  checker.onStep(LEADER, READ, { ...QUIET_OUTPUT, reads: refused });
});
