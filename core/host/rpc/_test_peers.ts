/** Servers, clients and raw peers for the tests of this folder. */

import { SeededRandom } from "../../base/random.ts";
import type { Millis } from "../../base/units.ts";
import { RealClock } from "../clock.ts";
import type { Address } from "./byte_stream.ts";
import { FrameBuffer } from "./frame_buffer.ts";
import { encodeHello, MessageKind } from "./messages.ts";
import type { RpcLimits, RpcLogEvent, RpcOptions } from "./options.ts";
import { RpcClient } from "./rpc_client.ts";
import { RpcServer } from "./rpc_server.ts";

/** Limits as plain numbers. */
export type TestLimits = { readonly [name in keyof RpcLimits]?: number };

/** What the servers and clients here agree on. */
export const HELLO = { protocol: "test", version: 3, clusterId: "blue" };

/** A server with its log; it echoes on "Echo", and on "Zeros" replies as many zeros as the request's u32 says. */
export interface TestServer {
  readonly server: RpcServer;
  readonly log: RpcLogEvent[];
}

/** Options with these limits and a log that collects. */
export function testOptions(
  limits: TestLimits = {},
  log: RpcLogEvent[] = [],
): RpcOptions {
  return {
    ...HELLO,
    limits: limits as Partial<{ [name in keyof RpcLimits]: number & Millis }>,
    log: (event) => log.push(event),
  };
}

/** Starts a server. */
export function startServer(limits: TestLimits = {}, port = 0): TestServer {
  const log: RpcLogEvent[] = [];
  const server = RpcServer.listen({ hostname: "127.0.0.1", port }, testOptions(limits, log));
  server.serve("Echo", (request, reply) => reply(request));
  server.serve("Zeros", (request, reply) => {
    reply(new Uint8Array(new DataView(request.buffer, request.byteOffset).getUint32(0, true)));
  });
  return { server, log };
}

/** Makes a client of a server. */
export function makeClient(
  address: Address,
  limits: TestLimits = {},
  log: RpcLogEvent[] = [],
  more: Partial<RpcOptions> = {},
): RpcClient {
  return new RpcClient(address, { ...testOptions(limits, log), ...more }, {
    clock: new RealClock(),
    random: new SeededRandom(1n),
  });
}

/** A peer that sends whatever bytes the test wants. */
export class RawPeer {
  /** What goes on with this peer by itself, to be waited for at the end. */
  background: Promise<void> | undefined;
  readonly #connection: Deno.TcpConn;

  private constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
  }

  static async connect(server: Address): Promise<RawPeer> {
    const { hostname, port } = server;
    return new RawPeer(await Deno.connect({ hostname, port }));
  }

  /** Connects and is welcomed. */
  static async introduced(server: Address): Promise<RawPeer> {
    const peer = await RawPeer.connect(server);
    await peer.send(frame(encodeHello(HELLO)));
    await peer.receive(frame(new Uint8Array([MessageKind.welcome])).length);
    return peer;
  }

  async send(bytes: Uint8Array): Promise<void> {
    for (let sent = 0; sent < bytes.length;) {
      sent += await this.#connection.write(bytes.subarray(sent));
    }
  }

  /** Receives exactly `count` bytes, or what comes before the end. */
  async receive(count: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(count);
    let filled = 0;
    while (filled < count) {
      const got = await this.#connection.read(bytes.subarray(filled));
      if (got === null) break;
      filled += got;
    }
    return bytes.subarray(0, filled);
  }

  /** Resolves once the other end has closed the connection. */
  async closedByOther(): Promise<void> {
    const bytes = new Uint8Array(64 * 1024);
    try {
      while (await this.#connection.read(bytes) !== null);
    } catch (error) {
      if (!(error instanceof Deno.errors.ConnectionReset)) throw error;
    }
  }

  /** Sends nothing any more. */
  endSending(): Promise<void> {
    return this.#connection.closeWrite();
  }

  close(): void {
    this.#connection.close();
  }
}

/** Returns the frame with this content. */
export function frame(content: Uint8Array): Uint8Array {
  const frames = new FrameBuffer();
  frames.begin(content.length);
  frames.raw(content);
  frames.end();
  return frames.take()!;
}

/** Returns the frame of a request. */
export function requestFrame(id: number, service: string, body: Uint8Array): Uint8Array {
  const name = new TextEncoder().encode(service);
  const content = new Uint8Array(10 + name.length + body.length);
  const view = new DataView(content.buffer);
  view.setUint8(0, MessageKind.request);
  view.setUint32(1, id, true);
  view.setUint8(9, name.length);
  content.set(name, 10);
  content.set(body, 10 + name.length);
  return frame(content);
}

/** Four bytes, least significant first. */
export function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

/** Joins byte strings. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

/** Waits until `holds`, and throws if it does not within some seconds. */
export async function until(holds: () => boolean, what = "the condition"): Promise<void> {
  const end = performance.now() + 10_000;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`Waited too long for ${what}`);
    await pause(2);
  }
}

/** Waits. */
export function pause(span: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, span);
  });
}
