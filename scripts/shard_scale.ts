/**
 * How the throughput of a sharded store grows with its groups, in virtual time, so that the cores of this machine do
 * not hide it: `deno run -A scripts/shard_scale.ts`. What bounds a group is that its leader sends so many entries at a
 * time to a follower, and waits for the answer: as if it had a core of a certain speed.
 */

import { macrotask } from "../core/host/macrotask.ts";
import { Simulation } from "../core/sim/simulation.ts";
import { SimWorld } from "../tests/labs/harness/sim_world.ts";
import { ShardConfig } from "../tests/labs/shards/shard_config.ts";

const CLIENTS = 200;
const SPAN = 3000;
const ENTRIES_MAX = 8;

function say(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

let one = 0;
for (const groups of [1, 2, 4]) {
  const simulation = new Simulation({ seed: 1n, macrotask });
  const count = await simulation.run(async () => {
    const config = new ShardConfig(new SimWorld(simulation), {
      groups,
      raft: { appendEntriesMax: ENTRIES_MAX },
    });
    const { stage } = config;
    await config.join(...Array.from({ length: groups }, (_, group) => group));
    await stage.sleep(1000);
    let done = 0;
    let isCounting = false;
    let over = false;
    const clients = Array.from({ length: CLIENTS }, (_, client) => {
      const clerk = config.makeClerk();
      return stage.spawn(async () => {
        while (!over) {
          await clerk.put(String(client % 10), "value");
          if (isCounting) done++;
        }
      });
    });
    await stage.sleep(1000);
    isCounting = true;
    await stage.sleep(SPAN);
    isCounting = false;
    over = true;
    for (const client of clients) await client;
    config.cleanup();
    return done;
  });
  const rate = count / SPAN * 1000;
  one ||= rate;
  say(`${groups} groups: ${Math.round(rate)} writes/s, ${(rate / one).toFixed(2)} times as many`);
}
