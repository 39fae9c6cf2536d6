/** Stores that do not keep their word are found out, and a right one is not accused. */

import assert from "node:assert/strict";
import { Campaign, type CampaignReport } from "../../cmd/chaos/campaign.ts";
import { Network } from "../../cmd/chaos/network/network.ts";
import { RedisClient } from "../../cmd/chaos/redis_client.ts";
import { CODES, verdictOf } from "../../cmd/chaos/report.ts";
import type { ReplicaState } from "../../cmd/chaos/store.ts";
import { SeededRandom } from "../../core/base/mod.ts";
import { FakeRedis, type Mistake } from "./_fake_redis.ts";

/** Plays two rounds that do nothing with a store that may err, and whose replicas are in these states at the end. */
async function play(
  mistake: Mistake,
  states: readonly ReplicaState[] = [{ server: "a", lastApplied: 1, contents: "" }],
): Promise<CampaignReport> {
  const server = new FakeRedis(mistake);
  const random = new SeededRandom(1n);
  const network = new Network(random);
  try {
    return await new Campaign({
      store: {
        groups: [[]],
        network,
        prepare: () => Promise.resolve(),
        client: (_, random) => new RedisClient([server.address], 0, random),
        sectionOf: () => "",
        states: () => Promise.resolve(states),
        close: () => Promise.resolve(),
      },
      random,
      faults: ["cut"],
      clients: 4,
      keys: 2,
      duration: Infinity,
      rounds: 1,
      budget: 1_000_000,
      now: () => performance.now(),
      signal: new AbortController().signal,
      onRound: () => {},
      onPhase: () => {},
      violations: [],
    }).play();
  } finally {
    await server.close();
    await network.close();
  }
}

function codeOf(report: CampaignReport): number {
  return CODES[verdictOf(report)];
}

Deno.test("chaos: a store that keeps its word is not accused", async () => {
  const report = await play(() => undefined);
  assert.deepEqual(report.violations, []);
  assert.ok(report.counts.returned > 20, `${report.counts.returned}`);
  assert.equal(codeOf(report), 0);
});

Deno.test("chaos: a store that loses an acknowledged write now and then is found out", async () => {
  let writes = 0;
  const report = await play(([name]) => name === "SET" && ++writes % 5 === 0 ? "+OK" : undefined);
  assert.match(report.violations.join(), /^the history is not linearizable: key/);
  assert.equal(codeOf(report), 1);
});

Deno.test("chaos: a store that carries out an append twice is found out", async () => {
  let appends = 0;
  const report = await play(([name, key, value], store) => {
    if (name === "APPEND" && ++appends % 5 === 0) store.set(key!, (store.get(key!) ?? "") + value);
    return undefined;
  });
  assert.match(report.violations.join(), /^the history is not linearizable: key/);
});

Deno.test("chaos: a store that reads what was there before is found out", async () => {
  const before = new Map<string, string>();
  let reads = 0;
  const report = await play(([name, key], store) => {
    const now = store.get(key!);
    if (name !== "GET") before.set(key!, now ?? "");
    const old = before.get(key!);
    if (name !== "GET" || ++reads % 5 !== 0 || old === undefined || old === "") return undefined;
    return `$${old.length}\r\n${old}`;
  });
  assert.match(report.violations.join(), /^the history is not linearizable: key/);
});

Deno.test("chaos: an answer that no store should give is a violation, an uncertain one is not", async () => {
  let writes = 0;
  const uncertain: Mistake = ([name]) => {
    if (name !== "SET" || ++writes % 3 !== 0) return undefined;
    return writes % 2 === 0 ? "-TRYAGAIN no leader" : "-UNCERTAIN lost sight of it";
  };
  const report = await play(uncertain);
  assert.deepEqual(report.violations, []);
  assert.ok(report.counts.unknown > 0 && report.counts.dropped > 0);
  const absurd = await play(([name]) => name === "APPEND" ? "-ERR what" : undefined);
  assert.match(absurd.violations[0]!, /^an answer that makes no sense to .*"append".*: -ERR what$/);
});

Deno.test("chaos: replicas that differ are a violation", async () => {
  const report = await play(() => undefined, [
    { server: "a", lastApplied: 7, contents: "x" },
    { server: "b", lastApplied: 7, contents: "y" },
  ]);
  assert.deepEqual(report.violations, ["replicas differ: a at 7: x, b at 7: y"]);
  assert.equal(codeOf(report), 1);
});
