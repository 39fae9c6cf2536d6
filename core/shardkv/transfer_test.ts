import assert from "node:assert/strict";
import { ms } from "../base/units.ts";
import { HandClock } from "../../tests/rsm/_hand_clock.ts";
import { encodePieceReply } from "./piece_codec.ts";
import { ShardData } from "./shard_data.ts";
import { Transfer } from "./transfer.ts";

Deno.test("regression: a long piece of a shard is given the time to travel before it is sent again", () => {
  const clock = new HandClock();
  const data = new ShardData();
  data.add({ kind: "entry", key: "k", value: new Uint8Array(8 * 1024 * 1024) });
  const calls: { server: string; answer: (reply: Uint8Array) => void }[] = [];
  let installed = 0;
  new Transfer({
    copy: { num: 2, shard: 0, to: 1, servers: ["a", "b"], data },
    servers: () => ["a", "b"],
    call: (server, _service, _request, answer) => calls.push({ server, answer }),
    clock,
    pieceBytes: 1024 * 1024,
    callTimeout: ms(1000),
    pause: ms(40),
    onInstalled: () => installed++,
  });
  clock.pass(2500);
  assert.deepEqual(calls.map(({ server }) => server), ["a"]);
  clock.pass(1000);
  assert.deepEqual(calls.map(({ server }) => server), ["a", "b"], "it is not waited for for ever");
  calls[1]!.answer(encodePieceReply({ kind: "installed" }));
  assert.equal(installed, 1);
});
