/** The world of the transport suite on real sockets, whatever the streams on them are. */

import { type ServerId, serverId } from "../../core/base/durable.ts";
import { SeededRandom } from "../../core/base/random.ts";
import { RealClock, type RpcOptions, RpcServer, TcpTransport } from "../../core/host/mod.ts";
import { transportSuite, type TransportWorld } from "./transport_suite.ts";

const IDS = [serverId(0), serverId(1), serverId(2)] as const;

/** Defines the suite's tests for transports that open and take in connections in this way. */
export function tcpTransportSuite(
  name: string,
  streams: Pick<RpcOptions, "dial" | "listen"> = {},
): void {
  const options = { protocol: "test", version: 1, clusterId: "a", ...streams };
  transportSuite(name, async (body) => {
    const clock = new RealClock();
    const servers = IDS.map(() => RpcServer.listen({ hostname: "127.0.0.1", port: 0 }, options));
    const make = (id: ServerId) => {
      const others = IDS.filter((other) => other !== id);
      const peers = new Map(others.map((other) => [other, servers[other]!]));
      const random = new SeededRandom(BigInt(id));
      return new TcpTransport(servers[id]!, peers, options, { clock, random });
    };
    const transports = [make(IDS[0]), make(IDS[1]), make(IDS[2])] as const;
    const world: TransportWorld = { clock, transports };
    try {
      await body(world);
    } finally {
      await Promise.all(transports.map((transport) => transport.close()));
    }
  });
}
