/**
 * Watches the memory of real servers of a replicated log while millions of commands go through it: run by hand.
 *
 *     deno run -A scripts/raft_memory.ts --proposals 5000000
 */

import { parseArgs } from "node:util";
import { ProcessCluster } from "../tests/raft_cluster/_process_cluster.ts";

const { values } = parseArgs({
  options: {
    proposals: { type: "string", default: "5000000" },
    proposers: { type: "string", default: "256" },
    bytes: { type: "string", default: "64" },
    compact: { type: "string", default: "32M" },
    samples: { type: "string", default: "20" },
  },
});

function say(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

/** The resident memory of a process, in MB. */
function memory(pid: number): number {
  const line = /VmRSS:\s+(\d+) kB/.exec(Deno.readTextFileSync(`/proc/${pid}/status`));
  return Number(line?.[1]) / 1024;
}

const proposals = Number(values.proposals);
const command = new Uint8Array(Number(values.bytes)).fill(120);
await using cluster = new ProcessCluster(3, ["--compact", values.compact]);
await Promise.all(cluster.ids.map((id) => cluster.start(id)));
const clients = Array.from({ length: 4 }, () => cluster.client());
let begun = 0;
let done = 0;
const step = Math.ceil(proposals / Number(values.samples));
let sampledAt = performance.now();

/** Prints how many commands are done, how fast the last ones were, and how large the processes are. */
function sample(): void {
  const now = performance.now();
  const seconds = (now - sampledAt) / 1000;
  sampledAt = now;
  const sizes = cluster.ids.map((id) => `${memory(cluster.pid(id)).toFixed(0)}`.padStart(5));
  say(
    `${`${done}`.padStart(9)} proposals  ${(step / seconds).toFixed(0).padStart(6)}/s ${
      sizes.join(" ")
    } MB`,
  );
}

async function propose(i: number): Promise<void> {
  const client = clients[i % clients.length]!;
  while (begun < proposals) {
    begun++;
    const outcome = await client.propose(command);
    if (outcome.kind !== "committed") throw new Error(JSON.stringify(outcome));
    if (++done % step === 0) sample();
  }
}

await Promise.all(Array.from({ length: Number(values.proposers) }, (_, i) => propose(i)));
const [status] = await cluster.agree(clients[0]!);
say(
  `log from ${status!.firstIndex} to ${status!.lastIndex}, ${status!.disk.logBytes} bytes on disk`,
);
for (const client of clients) client.close();
