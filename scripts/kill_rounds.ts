/**
 * Kills real servers of a replicated log under load, many times, and reports what came of it: run by hand.
 *
 *     deno run -A scripts/kill_rounds.ts --rounds 300
 *     deno run -A scripts/kill_rounds.ts --leaders 50
 *     deno run -A scripts/kill_rounds.ts --handovers 50
 */

import { parseArgs } from "node:util";
import { SeededRandom } from "../core/base/mod.ts";
import { systemRandom } from "../core/host/mod.ts";
import { killRounds } from "../tests/raft_cluster/_kill_rounds.ts";
import { leaderKills } from "../tests/raft_cluster/_leader_kills.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "0" },
    leaders: { type: "string", default: "0" },
    handovers: { type: "string", default: "0" },
    servers: { type: "string", default: "3" },
    writers: { type: "string", default: "8" },
    seed: { type: "string", default: `${systemRandom().bits53()}` },
    compact: { type: "string" },
  },
});

function say(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

const servers = Number(values.servers);
const began = performance.now();

if (Number(values.rounds) > 0) {
  say(`${values.rounds} rounds, seed of the choices ${values.seed}`);
  const report = await killRounds({
    rounds: Number(values.rounds),
    servers,
    writers: Number(values.writers),
    pause: 2,
    random: new SeededRandom(BigInt(values.seed)),
    ...(values.compact !== undefined && { args: ["--compact", values.compact] }),
    onRound: (round, killed, acknowledged) => {
      if (round % 10 === 0) say(`round ${round}: killed ${killed}; ${acknowledged} acknowledged`);
    },
  });
  say(`nothing lost, no divergence: ${JSON.stringify(report)}`);
}

for (const [count, inGoodOrder] of [[values.leaders, false], [values.handovers, true]] as const) {
  if (Number(count) === 0) continue;
  const { outages, ...verdict } = await leaderKills(Number(count), servers, inGoodOrder);
  const at = (quantile: number) => outages[Math.ceil(quantile * outages.length) - 1]!.toFixed(0);
  const how = inGoodOrder ? "ended in good order" : "killed";
  say(`leader ${how} ${count} times; ms until a command begun then was acknowledged:`);
  say(`  ${outages.map((outage) => outage.toFixed(0)).join(" ")}`);
  say(`  min ${at(0.01)}, p50 ${at(0.5)}, p90 ${at(0.9)}, max ${at(1)}`);
  say(`  ${JSON.stringify(verdict)}`);
}

say(`took ${((performance.now() - began) / 1000).toFixed(1)} s`);
