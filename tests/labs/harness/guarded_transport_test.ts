import assert from "node:assert/strict";
import { logIndex, serverId, type Snapshot, term } from "../../../core/base/durable.ts";
import type { RequestHandler, Transport } from "../../../core/base/ports.ts";
import { encodeReply, encodeRequest } from "../../../core/raft/message_codec.ts";
import type { Reply, Request } from "../../../core/raft/messages.ts";
import { DurableState } from "./durable_state.ts";
import { entriesFrom, FakeStorage } from "./fakes.ts";
import { GuardedTransport } from "./guarded_transport.ts";
import { messageFields } from "./message_fields.ts";
import { VoteLedger } from "./vote_ledger.ts";

/** Server 0 has, on its disk: term 3, a vote for server 1, a snapshot at 5, and entries 6 and 7. */
function guarded() {
  const snapshot: Snapshot = {
    lastIncludedIndex: logIndex(5),
    lastIncludedTerm: term(2),
    data: new Uint8Array(0),
  };
  const storage = new FakeStorage({
    hardState: { currentTerm: term(3), votedFor: serverId(1) },
    snapshot,
    entries: entriesFrom(6, [2, 3]),
  });
  let passed = 0;
  let handler: RequestHandler | undefined;
  const inner: Transport = {
    call: () => passed++,
    serve: (_service, given) => handler = given,
  };
  const server = serverId(0);
  const guard = new GuardedTransport(
    server,
    inner,
    new DurableState(server, storage),
    new VoteLedger(),
  );
  return {
    guard,
    passed: () => passed,
    call: (request: Request) => guard.call(serverId(1), "Raft", encodeRequest(request), () => {}),
    answer: (request: Request, reply: Reply) => {
      guard.serve("Raft", (_request, send) => send(encodeReply(reply)));
      handler!(encodeRequest(request), () => passed++);
    },
  };
}

Deno.test("messageFields() counts entries and bytes, and leaves the rest as it is", () => {
  assert.deepEqual(messageFields(appendEntries(7, 3, [3, 3])), {
    leaderId: 1,
    prevLogIndex: 7,
    prevLogTerm: 3,
    entries: 2,
    leaderCommit: 0,
  });
});

function requestVote(asked: number, candidate: number, preVote = false): Request {
  return {
    kind: "RequestVote",
    term: term(asked),
    candidateId: serverId(candidate),
    lastLogIndex: logIndex(9),
    lastLogTerm: term(3),
    preVote,
    leadershipTransfer: false,
  };
}

function appendEntries(prevLogIndex: number, prevLogTerm: number, terms: number[]): Request {
  return {
    kind: "AppendEntries",
    term: term(3),
    leaderId: serverId(1),
    prevLogIndex: logIndex(prevLogIndex),
    prevLogTerm: term(prevLogTerm),
    entries: entriesFrom(prevLogIndex + 1, terms),
    leaderCommit: logIndex(0),
  };
}

function appended(success: boolean, inTerm = 3): Reply {
  return {
    kind: "AppendEntriesReply",
    term: term(inTerm),
    success,
    conflictTerm: term(0),
    conflictIndex: logIndex(0),
  };
}

function installSnapshot(index: number): Request {
  return {
    kind: "InstallSnapshot",
    term: term(3),
    leaderId: serverId(1),
    lastIncludedIndex: logIndex(index),
    lastIncludedTerm: term(2),
    offset: 0,
    data: new Uint8Array(0),
    done: true,
  };
}

const installed: Reply = {
  kind: "InstallSnapshotReply",
  term: term(3),
  bytesStored: 0,
  installed: true,
};

function voted(voteGranted: boolean, inTerm = 3): Reply {
  return { kind: "RequestVoteReply", term: term(inTerm), voteGranted };
}

const BREACH = { property: "PersistedBeforeSent" };

Deno.test("GuardedTransport lets through what the disk backs", () => {
  const { call, answer, passed } = guarded();
  call(appendEntries(5, 2, [2]));
  call(requestVote(2, 0));
  call(requestVote(4, 0, true));
  answer(requestVote(3, 1), voted(true));
  answer(requestVote(3, 2), voted(false));
  answer(requestVote(4, 2, true), voted(true));
  answer(appendEntries(5, 2, [2, 3]), appended(true));
  answer(appendEntries(3, 1, [2]), appended(true));
  answer(appendEntries(7, 3, []), appended(true));
  answer(appendEntries(8, 3, [3]), appended(false));
  answer(installSnapshot(7), installed);
  assert.equal(passed(), 11);
});

Deno.test("GuardedTransport finds a term, a vote or a confirmation that the disk does not hold", () => {
  const { call, answer } = guarded();
  assert.throws(() => call({ ...appendEntries(5, 2, []), term: term(4) }), BREACH);
  assert.throws(() => call(requestVote(4, 0)), BREACH);
  assert.throws(() => call(requestVote(3, 0)), BREACH);
  assert.throws(() => answer(requestVote(3, 2), voted(true)), BREACH);
  assert.throws(() => answer(requestVote(4, 2), voted(false, 4)), BREACH);
  assert.throws(() => answer(appendEntries(7, 3, [3]), appended(true)), BREACH);
  assert.throws(() => answer(appendEntries(6, 2, [2]), appended(true)), BREACH);
  assert.throws(() => answer(appendEntries(7, 3, []), appended(false, 4)), BREACH);
  assert.throws(() => answer(installSnapshot(8), installed), BREACH);
});

Deno.test("GuardedTransport finds whatever a killed server says", () => {
  const { guard, call, answer } = guarded();
  guard.onKilled();
  assert.throws(() => call(appendEntries(5, 2, [])), { property: "DeadIsSilent" });
  assert.throws(() => answer(requestVote(3, 2), voted(false)), { property: "DeadIsSilent" });
});
