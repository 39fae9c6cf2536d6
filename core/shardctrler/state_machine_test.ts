import assert from "node:assert/strict";
import fc from "fast-check";
import { finishCapture } from "../rsm/state_machine.ts";
import type { Change } from "./change.ts";
import { firstConfig, NEWEST } from "./config.ts";
import { decodeChangeResult, decodeConfig, encodeChange, encodeQuery } from "./messages.ts";
import { ShardctrlerStateMachine } from "./state_machine.ts";

function apply(controller: ShardctrlerStateMachine, change: Change) {
  return decodeChangeResult(controller.apply(encodeChange(change)));
}

function query(controller: ShardctrlerStateMachine, num: number) {
  return decodeConfig(controller.query(encodeQuery(num)));
}

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 3 }).map((gids) => ({
    kind: "join" as const,
    groups: new Map(gids.map((gid) => [gid, [`${gid}a`, `${gid}b`]])),
  })),
  fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 3 })
    .map((gids) => ({ kind: "leave" as const, gids })),
  fc.record({
    kind: fc.constant("move" as const),
    shard: fc.nat(9),
    gid: fc.integer({ min: 1, max: 12 }),
  }),
);

Deno.test("ShardctrlerStateMachine counts configurations and keeps all of them", () => {
  const controller = new ShardctrlerStateMachine();
  assert.deepEqual(query(controller, NEWEST), firstConfig(10));
  const join: Change = { kind: "join", groups: new Map([[1, ["x"]]]) };
  assert.deepEqual(apply(controller, join), { kind: "changed", num: 1 });
  assert.equal(apply(controller, join).kind, "refused");
  assert.deepEqual(apply(controller, { kind: "leave", gids: [1] }), { kind: "changed", num: 2 });
  assert.deepEqual([0, 1, 2, 3, NEWEST].map((num) => query(controller, num).num), [0, 1, 2, 2, 2]);
  assert.deepEqual(query(controller, 1).shards, new Array(10).fill(1));
});

Deno.test("ShardctrlerStateMachine answers bytes that nobody understands, and stays as it is", () => {
  const controller = new ShardctrlerStateMachine(3);
  const result = decodeChangeResult(controller.apply(Uint8Array.of(99)));
  assert.deepEqual([result.kind, result.num], ["refused", 0]);
  assert.deepEqual(decodeConfig(controller.query(new Uint8Array(0))), firstConfig(3));
});

Deno.test("ShardctrlerStateMachine: a replica restored on the way agrees for ever after", () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 30 }), fc.nat(30), (changes, cut) => {
      const controller = new ShardctrlerStateMachine();
      let restored: ShardctrlerStateMachine | undefined;
      for (const [i, one] of changes.entries()) {
        if (i === cut) {
          restored = new ShardctrlerStateMachine();
          restored.restore(finishCapture(controller.capture()));
        }
        const result = apply(controller, one);
        if (restored !== undefined) assert.deepEqual(apply(restored, one), result);
      }
      if (restored !== undefined) assert.deepEqual(restored.history, controller.history);
      controller.history.forEach((config, num) => assert.equal(config.num, num));
    }),
  );
});

Deno.test("ShardctrlerStateMachine captures the moment of the call", () => {
  const controller = new ShardctrlerStateMachine();
  const capture = controller.capture();
  apply(controller, { kind: "join", groups: new Map([[1, ["x"]]]) });
  const restored = new ShardctrlerStateMachine();
  restored.restore(finishCapture(capture));
  assert.equal(restored.newest.num, 0);
});
