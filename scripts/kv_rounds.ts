/**
 * Kills and freezes servers of the key/value store under load, many times, and reports what its Redis clients saw: run
 * by hand.
 *
 *     deno run -A scripts/kv_rounds.ts --rounds 50
 */

import { parseArgs } from "node:util";
import { SeededRandom } from "../core/base/mod.ts";
import { systemRandom } from "../core/host/mod.ts";
import { faultRounds } from "../tests/redis/_fault_rounds.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "50" },
    clients: { type: "string", default: "8" },
    seed: { type: "string", default: `${systemRandom().bits53()}` },
  },
});

function say(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

say(`${values.rounds} rounds, seed of the choices ${values.seed}`);
const { history, operations, unknown, outages } = await faultRounds({
  rounds: Number(values.rounds),
  clients: Number(values.clients),
  random: new SeededRandom(BigInt(values.seed)),
  onRound: (round, what, outage) => say(`round ${round}: ${what}, ${outage.toFixed(0)} ms`),
});
const sorted = [...outages].sort((a, b) => a - b);
const at = (quantile: number) => sorted[Math.ceil(quantile * sorted.length) - 1]!.toFixed(0);
say(
  `${operations} operations, the outcome of ${unknown} unknown; the history is ${history.verdict}`,
);
say(
  `ms until a write behind the fault was acknowledged: p50 ${at(0.5)}, p90 ${at(0.9)}, max ${
    at(1)
  }`,
);
if (history.verdict !== "ok") Deno.exitCode = 1;
