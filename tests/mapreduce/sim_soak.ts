/**
 * Runs simulated jobs by the thousand: `deno run -A tests/mapreduce/sim_soak.ts [RUNS] [FIRST_SEED]`. A failure prints
 * its seed; the same seed gives the same failure.
 */

import { describeProfile } from "./sim_profile.ts";
import { runSimJob } from "./sim_job.ts";

const runs = Number(Deno.args[0] ?? 2000);
const first = BigInt(Deno.args[1] ?? 1);
const startedAt = performance.now();
let [failed, events, attempts, wasted, workers, masters, virtualSeconds] = [0, 0, 0, 0, 0, 0, 0];

for (let i = 0; i < runs; i++) {
  const seed = first + BigInt(i);
  try {
    const result = await runSimJob(seed);
    events += result.events;
    attempts += result.status.map.attempts + result.status.reduce.attempts;
    wasted += result.status.wastedAttempts;
    workers += result.workersStarted;
    masters += result.mastersStarted;
    virtualSeconds += result.virtualSeconds;
    if (runs === 1) print(`${describeProfile(result.profile)}\nhash ${result.hash}`);
  } catch (error) {
    failed++;
    print(`seed ${seed}: ${error instanceof Error ? error.stack ?? error.message : error}`);
  }
}

const seconds = (performance.now() - startedAt) / 1000;
print(
  `${runs} jobs, ${failed} failed; ${attempts} attempts (${wasted} for nothing), ${workers} workers, ` +
    `${masters} masters, ${events} events, ${virtualSeconds.toFixed(0)} s of virtual time in ${
      seconds.toFixed(1)
    } s`,
);
Deno.exitCode = failed > 0 ? 1 : 0;

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}
