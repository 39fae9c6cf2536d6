/**
 * The network of the labs on sockets: every server that lives listens on a port of its own, and every end has a
 * connection to the server that it calls. What is lost or delayed on purpose is so in front of the socket.
 */

import type { Random } from "../../../core/base/ports.ts";
import { ms } from "../../../core/base/units.ts";
import { RealClock } from "../../../core/host/clock.ts";
import { RpcClient } from "../../../core/host/rpc/mod.ts";
import { LabNetwork, type NetworkOptions, type OnReply } from "../../../core/sim/lab_network.ts";
import type { ServerName, SimServer } from "../../../core/sim/network_server.ts";
import type { EndState, NetworkWorld, ServerSlot } from "../../../core/sim/network_state.ts";
import { Door, RPC_OPTIONS } from "./door.ts";
import { RealCall } from "./real_call.ts";

/** What a network needs of the real world. */
export interface RealNetworkWorld extends NetworkWorld {
  fail(error: unknown): void;
  /** Does something; an error that it throws fails the test. */
  attempt(action: () => void): void;
}

/** The sockets add nothing to the time that a message takes. */
const AT_ONCE: NetworkOptions = { latencyMin: ms(0), latencyMax: ms(0) };

/** A call has as much time as the lab gives it: in the labs there are no deadlines. */
const NO_DEADLINE = ms(24 * 60 * 60 * 1000);

/** The connection of an end, to one life of a server. */
interface Link {
  readonly server: SimServer;
  readonly client: RpcClient;
}

/** A network of sockets on the loopback interface. */
export class RealNetwork extends LabNetwork<RealNetworkWorld> {
  readonly #clock = new RealClock();
  readonly #random: Random;
  readonly #doors = new Map<SimServer, Door>();
  readonly #links = new Map<EndState, Link>();
  /** Doors that are being closed. */
  readonly #closing = new Set<Promise<void>>();
  #closed = false;

  constructor(world: RealNetworkWorld, options: Partial<NetworkOptions> = {}) {
    super(world, { ...AT_ONCE, ...options });
    this.#random = world.random.child("connections");
  }

  /** Listens for the present life of a server. */
  override addServer(name: ServerName, server: SimServer): void {
    this.#closeDoor(name);
    super.addServer(name, server);
    const { world } = this.state;
    const tell = (service: string, bytes: number) => {
      if (world.trace.enabled) {
        this.state.trace("deliver", name, "receives", { service, bytes });
      }
    };
    this.#doors.set(server, new Door(server, this.#clock, (action) => world.attempt(action), tell));
  }

  /** Ends the life of a server: its port is closed, and so are the connections that it has opened. */
  override deleteServer(name: ServerName): void {
    this.#closeDoor(name);
    for (const end of this.#links.keys()) if (end.owner === name) this.#unlink(end);
    super.deleteServer(name);
  }

  /** Closes all sockets. Calls that are under way never end. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const name of this.state.slots.keys()) this.#closeDoor(name);
    for (const end of this.#links.keys()) this.#unlink(end);
    await Promise.all(this.#closing);
  }

  protected override startCall(
    end: EndState,
    service: string,
    request: Uint8Array,
    onReply: OnReply,
  ): void {
    const network = this.state;
    const call = new RealCall(network, { end, service, onReply });
    if (network.cleanedUp) return call.failAfter(ms(0));
    network.totalCount++;
    network.totalBytes += request.length;
    const target = end.enabled ? end.target : undefined;
    const server = target?.live;
    if (target === undefined || server === undefined) {
      call.drop("unreachable");
      return call.failAfter(ms(network.random.below(network.longDelays ? 7000 : 100)));
    }
    if (network.world.trace.enabled) {
      const fields = { service, to: target.name, bytes: request.length };
      network.trace("send", end.owner, "sends", fields);
    }
    this.#send(call, target, server, request.slice());
    const { duplicates } = network;
    if (duplicates && network.random.chance(duplicates.numerator, duplicates.denominator)) {
      const duplicate = new RealCall(network, { end, service, onReply: undefined });
      this.#send(duplicate, target, server, request.slice());
    }
  }

  #send(call: RealCall, target: ServerSlot, server: SimServer, request: Uint8Array): void {
    const { end, service } = call.facts;
    call.sendTo(target, server, async () => {
      try {
        const door = this.#doors.get(server);
        if (door === undefined) throw new TypeError("The server was deleted: nobody listens");
        door.open(service);
        return await this.#clientOf(end, server, door).call(service, request, NO_DEADLINE);
      } catch (error) {
        // When everything is closed, no call ends any more.
        if (this.#closed) return await new Promise<never>(() => {});
        throw error;
      }
    });
  }

  /** Returns the client of an end for one life of a server; one for an earlier life is closed. */
  #clientOf(end: EndState, server: SimServer, address: Door): RpcClient {
    const link = this.#links.get(end);
    if (link?.server === server) return link.client;
    link?.client.close();
    const random = this.#random.child(`${end.number}`);
    const client = new RpcClient(address, RPC_OPTIONS, { clock: this.#clock, random });
    this.#links.set(end, { server, client });
    return client;
  }

  #closeDoor(name: ServerName): void {
    const server = this.state.slot(name).live;
    const door = server && this.#doors.get(server);
    if (server === undefined || door === undefined) return;
    this.#doors.delete(server);
    const closing = door.close().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  #unlink(end: EndState): void {
    this.#links.get(end)?.client.close();
    this.#links.delete(end);
  }
}
