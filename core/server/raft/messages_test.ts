import assert from "node:assert/strict";
import { DamagedDataError, logIndex, serverId, term } from "../../base/mod.ts";
import {
  decodeRaftReply,
  decodeRaftRequest,
  encodeRaftReply,
  encodeRaftRequest,
  type RaftClientReply,
  type RaftClientRequest,
  type RaftServerStatus,
} from "./messages.ts";

const REQUESTS: readonly RaftClientRequest[] = [
  { kind: "propose", command: new Uint8Array([1, 2, 3]) },
  { kind: "propose", command: new Uint8Array() },
  { kind: "status" },
  { kind: "log", from: logIndex(7), count: 300 },
  { kind: "transfer", to: serverId(0) },
  { kind: "transfer", to: undefined },
];

const ENTRIES = [
  { index: logIndex(5), term: term(2), kind: "noOp", command: new Uint8Array() },
  { index: logIndex(6), term: term(2), kind: "command", command: new Uint8Array([9]) },
] as const;

const REPLIES: readonly RaftClientReply[] = [
  { kind: "committed", index: logIndex(6), term: term(2), number: 4 },
  { kind: "notLeader", leaderId: undefined },
  { kind: "notLeader", leaderId: serverId(0) },
  { kind: "unknown", leaderId: serverId(3) },
  { kind: "status", status: { id: 1, commands: 4 } as RaftServerStatus },
  {
    kind: "log",
    part: {
      firstIndex: logIndex(5),
      lastIndex: logIndex(6),
      commitIndex: logIndex(6),
      entries: ENTRIES,
    },
  },
  { kind: "transferred", leaderId: serverId(2) },
  { kind: "refused", reason: "no" },
];

Deno.test("raft client messages: each request and reply comes out as it went in", () => {
  for (const request of REQUESTS) {
    assert.deepEqual(decodeRaftRequest(encodeRaftRequest(request)), request);
  }
  for (const reply of REPLIES) assert.deepEqual(decodeRaftReply(encodeRaftReply(reply)), reply);
});

Deno.test("raft client messages: what is cut short, too long or unknown is damage", () => {
  const whole = [
    ...REQUESTS.filter(({ kind }) => kind !== "propose").map(encodeRaftRequest),
    ...REPLIES.map(encodeRaftReply),
  ];
  const [requests] = [REQUESTS.filter(({ kind }) => kind !== "propose").length];
  for (const [i, bytes] of whole.entries()) {
    const decode = i < requests ? decodeRaftRequest : decodeRaftReply;
    for (let length = 0; length < bytes.length; length++) {
      assert.throws(() => decode(bytes.subarray(0, length)), DamagedDataError);
    }
    assert.throws(() => decode(new Uint8Array([...bytes, 0])), DamagedDataError);
  }
  assert.throws(() => decodeRaftRequest(new Uint8Array([99])), DamagedDataError);
  assert.throws(() => decodeRaftReply(new Uint8Array([99])), DamagedDataError);
});
