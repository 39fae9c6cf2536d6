/**
 * Measures what a call costs, with both ends in one process over loopback.
 *
 * Usage: `deno run -A scripts/bench_rpc.ts [SECONDS_PER_LINE]`
 */

import { SeededRandom } from "../core/base/random.ts";
import { RealClock, RpcClient, RpcServer } from "../core/host/mod.ts";

const milliseconds = Number(Deno.args[0] ?? 2) * 1000;
const options = { protocol: "bench", version: 1, clusterId: "bench" };
const server = RpcServer.listen({ hostname: "127.0.0.1", port: 0 }, options);
const megabyte = new Uint8Array(1 << 20).fill(1);
server.serve("Echo", (request, reply) => reply(request));
server.serve("Megabyte", (_request, reply) => reply(megabyte));
const dependencies = { clock: new RealClock(), random: new SeededRandom(1n) };
const client = new RpcClient(server, options, dependencies);

/** Calls for the given time, `inFlight` at a time, and prints calls and bytes of replies per second. */
async function measure(service: string, requestBytes: number, inFlight: number): Promise<void> {
  const request = new Uint8Array(requestBytes);
  let calls = 0;
  let bytes = 0;
  const start = performance.now();
  const end = start + milliseconds;
  const caller = async () => {
    while (performance.now() < end) {
      const reply = await client.call(service, request);
      bytes += reply.length;
      calls++;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, caller));
  const seconds = (performance.now() - start) / 1000;
  const line = `${service} with ${requestBytes} bytes, ${inFlight} in flight: ` +
    `${Math.round(calls / seconds)} calls/s, ${Math.round(bytes / seconds / 1e6)} MB/s\n`;
  await Deno.stdout.write(new TextEncoder().encode(line));
}

await measure("Echo", 64, 64);
await measure("Echo", 64, 1);
await measure("Echo", 64, 64);
await measure("Echo", 64, 256);
await measure("Echo", 4096, 64);
await measure("Megabyte", 0, 1);
await measure("Megabyte", 0, 8);
client.close();
await server.close();
