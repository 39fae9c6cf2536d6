import assert from "node:assert/strict";
import { logIndex, serverId } from "../base/durable.ts";
import { SeededRandom } from "../base/random.ts";
import { ms } from "../base/units.ts";
import { macrotask } from "../host/macrotask.ts";
import { ExactlyOnce } from "../rsm/exactly_once.ts";
import { Simulation } from "../sim/simulation.ts";
import { type Answer, SHARDCTRLER_SERVICE, ShardctrlerClerk } from "./clerk.ts";
import type { Config } from "./config.ts";
import type { ChangeResult } from "./messages.ts";
import { ShardctrlerStateMachine } from "./state_machine.ts";

Deno.test("ShardctrlerClerk changes and asks, each once, whatever gets lost", async () => {
  const simulation = new Simulation({ seed: 1n, macrotask });
  const { clock } = simulation;
  const machine = new ShardctrlerStateMachine();
  const exactlyOnce = new ExactlyOnce(machine);
  let calls = 0;
  const clerk = new ShardctrlerClerk({
    clock,
    random: new SeededRandom(1n),
    servers: [serverId(0)],
    callTimeout: ms(100),
    pause: ms(10),
    hints: false,
    session: "implicit",
    transport: {
      call: (_to, service, request, onReply) => {
        assert.equal(service, SHARDCTRLER_SERVICE);
        const reply = exactlyOnce.apply(request, logIndex(++calls));
        // Every other answer is lost, so everything is asked twice.
        if (calls % 2 === 0) clock.after(ms(1), () => onReply(reply));
      },
    },
  });
  const ask = <T>(begin: (onAnswer: (answer: Answer<T>) => void) => void): Promise<T> =>
    simulation.run(() => {
      const { promise, resolve, reject } = simulation.deferred<T>();
      begin((answer) => answer.kind === "done" ? resolve(answer.result) : reject(answer));
      return promise;
    });
  const groups = new Map([[7, ["a", "b"]]]);
  assert.deepEqual(await ask<ChangeResult>((on) => clerk.change({ kind: "join", groups }, on)), {
    kind: "changed",
    num: 1,
  });
  assert.equal(
    (await ask<ChangeResult>((on) => clerk.change({ kind: "join", groups }, on))).kind,
    "refused",
  );
  assert.deepEqual(
    (await ask<Config>((on) => clerk.ask(undefined, on))).shards,
    new Array(10).fill(7),
  );
  assert.equal((await ask<Config>((on) => clerk.ask(0, on))).num, 0);
  assert.equal(machine.history.length, 2);
  const nums: number[] = [];
  clerk.query(1, ({ num }) => nums.push(num));
  await simulation.run(() => clock.sleep(ms(300)));
  clerk.query(1, ({ num }) => nums.push(num));
  clerk.stop();
  assert.deepEqual(nums, [1], "who only wants success does not hear of an end");
});
