import assert from "node:assert/strict";
import { runSimJob, type SimJobResult } from "./sim_job.ts";
import { CALM, describeProfile, drawProfile, type Profile } from "./sim_profile.ts";
import { SeededRandom } from "../../core/base/random.ts";

/** Each combination with a few seeds, once with either runner. */
const SCENARIOS: Readonly<Record<string, Partial<Profile>>> = {
  "nothing goes wrong": {},
  "no input at all": { files: 0 },
  "one worker, one partition": { workers: 1, nReduce: 1 },
  "workers on machines without a shared disk": { machines: 3, workers: 5 },
  "workers die in map": { machines: 2, crashInMap: 150 },
  "workers die in reduce": { machines: 2, crashInReduce: 150 },
  "workers die and take their files with them": { crashInMap: 80, crashInReduce: 80, diskLoss: 10 },
  "living workers lose their disks": { machines: 2, diskWipes: 3 },
  "workers stop and wake up": { stop: 120, taskTimeoutMs: 3000 },
  "workers stop on machines without a shared disk": { machines: 3, stop: 120, taskTimeoutMs: 3000 },
  "attempts hang": { hang: 60, taskTimeoutMs: 3000 },
  "attempts fail": { fail: 80 },
  "slow workers, and backups": { slowOneIn: 2, workers: 4, backupAfterMs: 1000 },
  "workers come and go": { machines: 2, leaves: 4 },
  "calls are lost": { unreliable: true },
  "calls are lost, late and doubled": {
    unreliable: true,
    longDelays: true,
    longReordering: true,
    duplicates: 5,
  },
  "the master is killed": { masterKills: 4 },
  "the master is stopped": { masterStops: 2, taskTimeoutMs: 3000 },
  "the master's machine loses power": { machines: 2, powerCuts: 2 },
  "the application throws on some lines": { badLines: "throw", linesMax: 60 },
  "some lines kill the worker": { badLines: "kill", linesMax: 60, taskTimeoutMs: 2000 },
  "everything at once": {
    machines: 3,
    workers: 5,
    crashInMap: 50,
    crashInReduce: 50,
    stop: 40,
    hang: 20,
    fail: 20,
    slowOneIn: 3,
    diskLoss: 5,
    diskWipes: 1,
    leaves: 1,
    masterKills: 2,
    masterStops: 1,
    powerCuts: 1,
    unreliable: true,
    duplicates: 3,
    taskTimeoutMs: 3000,
    backupAfterMs: 1500,
  },
};

/** Scenarios that can pass without anything being done twice. */
const HARMLESS = [
  "nothing goes wrong",
  "no input at all",
  "one worker, one partition",
  "workers on machines without a shared disk",
  "calls are lost",
];

for (const [name, faults] of Object.entries(SCENARIOS)) {
  Deno.test(`mapreduce/simulated: ${name}`, async () => {
    let troubles = 0;
    for (let seed = 1n; seed <= 6n; seed++) {
      const profile = { ...CALM, calmAfterMs: 30_000, realRunner: seed % 2n === 0n, ...faults };
      const { status, workersStarted, mastersStarted } = await run(seed, profile);
      troubles += status.wastedAttempts + workersStarted - profile.workers + mastersStarted - 1;
    }
    assert.equal(troubles === 0, HARMLESS.includes(name), `${troubles} troubles`);
  });
}

Deno.test("mapreduce/simulated: jobs with faults drawn from their seeds", async () => {
  for (let seed = 1n; seed <= 60n; seed++) {
    await run(seed, drawProfile(new SeededRandom(seed)));
  }
});

Deno.test("mapreduce/simulated: without faults every task is executed exactly once", async () => {
  for (let seed = 1n; seed <= 10n; seed++) {
    const { status } = await runSimJob(seed, { profile: CALM });
    assert.equal(status.map.attempts, status.map.tasks);
    assert.equal(status.reduce.attempts, status.reduce.tasks);
    assert.equal(status.wastedAttempts, 0);
    assert.ok(status.allDismissed);
  }
});

Deno.test("mapreduce/simulated: a backup is faster than the straggler it stands in for", async () => {
  const slow = { ...CALM, workers: 4, slowOneIn: 2, stepMs: 1500, calmAfterMs: 600_000 };
  let [alone, helped, backups] = [0, 0, 0];
  for (let seed = 1n; seed <= 10n; seed++) {
    alone += (await runSimJob(seed, { profile: { ...slow, backupAfterMs: undefined } }))
      .virtualSeconds;
    const { status, virtualSeconds } = await runSimJob(seed, {
      profile: { ...slow, backupAfterMs: 1000 },
    });
    helped += virtualSeconds;
    backups += status.map.backups + status.reduce.backups;
  }
  assert.ok(backups > 0);
  assert.ok(helped < alone, `${helped} s with ${backups} backups, ${alone} s without`);
});

Deno.test("mapreduce/simulated: the same seed gives the same run", async () => {
  for (let seed = 100n; seed < 110n; seed++) {
    const [one, two] = [await runSimJob(seed), await runSimJob(seed)];
    assert.equal(one.hash, two.hash);
    assert.deepEqual(one.status, two.status);
  }
});

async function run(seed: bigint, profile: Profile): Promise<SimJobResult> {
  try {
    return await runSimJob(seed, { profile });
  } catch (error) {
    throw new Error(`seed ${seed}, ${describeProfile(profile)}`, { cause: error });
  }
}
