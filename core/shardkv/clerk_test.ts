import assert from "node:assert/strict";
import { SeededRandom } from "../base/random.ts";
import { ms } from "../base/units.ts";
import { macrotask } from "../host/macrotask.ts";
import { encodeOperations } from "../kv/mod.ts";
import type { ClerkOutcome } from "../rsm/clerk.ts";
import {
  type ClerkReply,
  type ClerkRequest,
  decodeClerkRequest,
  encodeClerkReply,
} from "../rsm/messages.ts";
import type { Config } from "../shardctrler/config.ts";
import { Simulation } from "../sim/simulation.ts";
import { append, configOf } from "./_test_groups.ts";
import { ShardkvClerk, type ShardkvClerkOptions } from "./clerk.ts";
import { encodeResult, type ShardkvResult } from "./results.ts";

/** What a server says; `undefined`: nothing, ever. */
type Answer = ClerkReply | ShardkvResult | undefined;

/** A clerk among servers that say what the test wants. */
class Scene {
  readonly simulation = new Simulation({ seed: 1n, macrotask });
  /** `server kind sequence`, in order. */
  readonly calls: string[] = [];
  readonly requests: ClerkRequest[] = [];
  config: Config = { num: 1, shards: [1, 2], groups: new Map([[1, ["a", "b"]], [2, ["c"]]]) };
  queries = 0;
  readonly clerk: ShardkvClerk;

  constructor(
    answer: (server: string, request: ClerkRequest) => Answer,
    more: Partial<ShardkvClerkOptions> = {},
  ) {
    const { clock } = this.simulation;
    this.clerk = new ShardkvClerk({
      clock,
      random: new SeededRandom(1n),
      keyToShard: (key, count) => (key[0] ?? 0) % count,
      callTimeout: ms(100),
      pause: ms(10),
      session: "implicit",
      configs: {
        query: (_num, onConfig) => {
          this.queries++;
          clock.after(ms(1), () => onConfig(this.config));
        },
        stop() {},
      },
      call: (server, _service, bytes, onReply) => {
        const request = decodeClerkRequest(bytes);
        this.requests.push(request);
        this.calls.push(`${server} ${request.kind}`);
        const said = answer(server, request);
        if (said !== undefined) clock.after(ms(1), () => onReply(encodeClerkReply(inReply(said))));
      },
      ...more,
    });
  }

  /** Appends to a key of shard 0, or the shard of another key. */
  append(key = "0"): Promise<ClerkOutcome> {
    return this.#ask((onOutcome) =>
      this.clerk.command(encodeOperations([append(key, "x")]), onOutcome)
    );
  }

  #ask(ask: (onOutcome: (outcome: ClerkOutcome) => void) => void): Promise<ClerkOutcome> {
    return this.simulation.run(() => {
      const { promise, resolve } = this.simulation.deferred<ClerkOutcome>();
      ask(resolve);
      return promise;
    });
  }
}

function inReply(said: ClerkReply | ShardkvResult): ClerkReply {
  const isReply = "result" in said || said.kind === "notLeader" || said.kind === "unknown" ||
    said.kind === "expired";
  return isReply
    ? said as ClerkReply
    : { kind: "done", result: encodeResult(said as ShardkvResult) };
}

const DONE: ShardkvResult = { kind: "done", results: Uint8Array.of(5) };

Deno.test("ShardkvClerk goes to the group of the key, and to its leader once it knows it", async () => {
  const scene = new Scene((server) =>
    server === "a" ? { kind: "notLeader", leaderId: undefined } : DONE
  );
  assert.deepEqual(await scene.append("0"), { kind: "done", result: Uint8Array.of(5) });
  await scene.append("0");
  await scene.append("1");
  assert.deepEqual(scene.calls, ["a command", "b command", "b command", "c command"]);
  assert.equal(scene.queries, 1);
});

Deno.test("ShardkvClerk keeps its sequence at another group, and asks who has the shard when it must", async () => {
  let now = 2;
  const scene: Scene = new Scene((server) => {
    if (server === "c") return DONE;
    scene.config = configOf(now, [2, 2]);
    scene.config = { ...scene.config, groups: new Map([[2, ["c"]]]) };
    return { kind: "wrongGroup", num: now++ };
  });
  await scene.append("0");
  assert.deepEqual(scene.calls, ["a command", "c command"]);
  const sequences = scene.requests.map((request) => "sequence" in request ? request.sequence : 0);
  assert.deepEqual(sequences, [1, 1]);
  assert.equal(scene.queries, 2);
});

Deno.test("ShardkvClerk waits for a group that has not got so far, without asking the controller again", async () => {
  let tries = 0;
  const scene = new Scene(() => ++tries < 4 ? { kind: "wrongGroup", num: 1 } : DONE);
  await scene.append("0");
  assert.deepEqual([scene.calls.length, scene.queries], [4, 1]);
  assert.ok(scene.simulation.clock.now() >= 30);
});

Deno.test("ShardkvClerk asks for the configuration when no server of a group answers", async () => {
  const scene: Scene = new Scene((server) => {
    if (server === "c") return DONE;
    scene.config = { num: 5, shards: [2, 2], groups: new Map([[2, ["c"]]]) };
    return undefined;
  });
  await scene.append("0");
  assert.deepEqual(scene.calls, ["a command", "b command", "c command"]);
});

Deno.test("ShardkvClerk opens a session in each shard, and another one when it was forgotten", async () => {
  let session = 0;
  let expires = 1;
  const scene = new Scene((_, request) => {
    if (request.kind === "bare") return { kind: "opened", session: ++session };
    return expires-- > 0 ? { kind: "expired" } : DONE;
  }, { session: "open" });
  const outcomes = [];
  for (const key of ["0", "0", "0", "1"]) outcomes.push((await scene.append(key)).kind);
  assert.deepEqual(outcomes, ["uncertain", "done", "done", "done"]);
  const kinds = scene.calls.map((call) => call.split(" ")[1]);
  assert.deepEqual(kinds, ["bare", "command", "bare", "command", "command", "bare", "command"]);
});

Deno.test("ShardkvClerk with a deadline: failed if no try can have been carried out, uncertain otherwise", async () => {
  const deadline = ms(500);
  const refusing = new Scene(() => ({ kind: "wrongGroup", num: 1 }), { deadline });
  assert.equal((await refusing.append()).kind, "failed");
  assert.equal(refusing.simulation.clock.now(), 500);
  for (const span of [50, 500]) {
    const silent = new Scene(() => undefined, { deadline: ms(span) });
    assert.equal((await silent.append()).kind, "uncertain", "answered in time or not");
  }
});

Deno.test("ShardkvClerk refuses keys of several shards, and waits while nobody has the shard", async () => {
  const scene = new Scene(() => DONE);
  scene.config = configOf(0, [0, 0]);
  const outcome = scene.append("0");
  scene.simulation.clock.after(ms(200), () => {
    scene.config = { num: 1, shards: [1, 1], groups: new Map([[1, ["a"]]]) };
  });
  assert.equal((await outcome).kind, "done");
  assert.ok(scene.simulation.clock.now() >= 200);
  const several = encodeOperations([append("0", "x"), append("1", "x")]);
  const outcomes: string[] = [];
  scene.clerk.command(several, ({ kind }) => outcomes.push(kind));
  assert.deepEqual(outcomes, ["failed"]);
});

Deno.test("ShardkvClerk.stop() gives everything an outcome", () => {
  const scene = new Scene(() => undefined);
  const outcomes: string[] = [];
  const operations = encodeOperations([append("0", "x")]);
  for (let i = 0; i < 3; i++) scene.clerk.command(operations, ({ kind }) => outcomes.push(kind));
  scene.clerk.stop();
  scene.clerk.query(operations, ({ kind }) => outcomes.push(kind));
  assert.deepEqual(outcomes, ["failed", "failed", "failed", "failed"]);
});
