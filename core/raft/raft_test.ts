import assert from "node:assert/strict";
import { logIndex, serverId, term } from "../base/durable.ts";
import { SeededRandom } from "../base/random.ts";
import { instant } from "../base/units.ts";
import type { Request } from "./messages.ts";
import { LAB_OPTIONS } from "./options.ts";
import { Raft } from "./raft.ts";

const SETUP = {
  id: serverId(0),
  servers: [0, 1, 2].map(serverId),
  options: LAB_OPTIONS,
  random: new SeededRandom(1n),
  recovered: { hardState: undefined, snapshot: undefined, entries: [] },
};

Deno.test("Raft is only to be made for a server of the cluster", () => {
  assert.throws(() => new Raft({ ...SETUP, id: serverId(3) }, instant(0)), RangeError);
});

for (const stranger of [0, 3]) {
  const who = stranger === 0 ? "another with its own id" : "a server that is not of the cluster";
  Deno.test(`Raft.step() gives no answer to ${who}, and does not follow it`, () => {
    const raft = new Raft(SETUP, instant(0));
    const requests: readonly Request[] = [
      {
        kind: "RequestVote",
        term: term(9),
        candidateId: serverId(stranger),
        lastLogIndex: logIndex(9),
        lastLogTerm: term(9),
        preVote: false,
        leadershipTransfer: false,
      },
      { kind: "TimeoutNow", term: term(9), leaderId: serverId(stranger) },
    ];
    for (const message of requests) {
      const output = raft.step({ kind: "request", callId: 1, message }, instant(1));
      assert.deepEqual(output.replies, []);
      assert.equal(raft.view.currentTerm, 0);
    }
  });
}
