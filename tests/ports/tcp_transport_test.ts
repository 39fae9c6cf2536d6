/** The transport over TCP behaves as the port promises. */

import { type ServerId, serverId } from "../../core/base/durable.ts";
import { SeededRandom } from "../../core/base/random.ts";
import { RealClock, RpcServer, TcpTransport } from "../../core/host/mod.ts";
import { transportSuite, type TransportWorld } from "./transport_suite.ts";

const OPTIONS = { protocol: "test", version: 1, clusterId: "a" };
const IDS = [serverId(0), serverId(1), serverId(2)] as const;

transportSuite("TcpTransport", async (body) => {
  const clock = new RealClock();
  const servers = IDS.map(() => RpcServer.listen({ hostname: "127.0.0.1", port: 0 }, OPTIONS));
  const make = (id: ServerId) => {
    const others = IDS.filter((other) => other !== id);
    const peers = new Map(others.map((other) => [other, servers[other]!]));
    const random = new SeededRandom(BigInt(id));
    return new TcpTransport(servers[id]!, peers, OPTIONS, { clock, random });
  };
  const transports = [make(IDS[0]), make(IDS[1]), make(IDS[2])] as const;
  const world: TransportWorld = { clock, transports };
  try {
    await body(world);
  } finally {
    await Promise.all(transports.map((transport) => transport.close()));
  }
});
