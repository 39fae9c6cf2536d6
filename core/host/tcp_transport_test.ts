import assert from "node:assert/strict";
import { type ServerId, serverId } from "../base/durable.ts";
import { SeededRandom } from "../base/random.ts";
import { ms } from "../base/units.ts";
import { RealClock } from "./clock.ts";
import { type Address, RpcServer } from "./rpc/mod.ts";
import { TcpTransport } from "./tcp_transport.ts";

const OPTIONS = { protocol: "test", version: 1, clusterId: "a", deadline: ms(30) };
const ONE = serverId(1);

/** A server's transport whose only peer is at `address`. */
function makeTransport(address: Address): TcpTransport {
  const server = RpcServer.listen({ hostname: "127.0.0.1", port: 0 }, OPTIONS);
  const peers = new Map<ServerId, Address>([[ONE, address]]);
  const random = new SeededRandom(1n);
  return new TcpTransport(server, peers, OPTIONS, { clock: new RealClock(), random });
}

function call(transport: TcpTransport, service: string): Promise<Uint8Array | undefined> {
  return new Promise((resolve) => transport.call(ONE, service, new Uint8Array(1), resolve));
}

Deno.test("TcpTransport.call() gives undefined for every failure", async () => {
  const server = RpcServer.listen({ hostname: "127.0.0.1", port: 0 }, OPTIONS);
  server.serve("Echo", (request, reply) => reply(request));
  server.serve("Never", () => {});
  const transport = makeTransport(server);
  assert.deepEqual(await call(transport, "Echo"), new Uint8Array(1));
  assert.equal(await call(transport, "Nope"), undefined);
  assert.equal(await call(transport, "Never"), undefined);
  await server.close();
  assert.equal(await call(transport, "Echo"), undefined);
  const pending = call(transport, "Echo");
  await transport.close();
  assert.equal(await pending, undefined);
});

Deno.test("TcpTransport.call() never calls back within the call, not even when it is closed", async () => {
  const transport = makeTransport({ hostname: "127.0.0.1", port: 1 });
  await transport.close();
  let called = false;
  const answered = new Promise<void>((resolve) => {
    transport.call(ONE, "Echo", new Uint8Array(1), () => {
      called = true;
      resolve();
    });
  });
  assert.equal(called, false);
  await answered;
});

Deno.test("TcpTransport.call() throws for a server that is no peer", async () => {
  const transport = makeTransport({ hostname: "127.0.0.1", port: 1 });
  assert.throws(() => transport.call(serverId(7), "Echo", new Uint8Array(1), () => {}), RangeError);
  await transport.close();
});
