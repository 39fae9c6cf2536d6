/**
 * A network of the labs, whatever carries its messages: named one-way ends, servers, and the switches by which calls are
 * lost, delayed or reordered.
 */

import type { Millis } from "../base/units.ts";
import { FoldKind } from "./event_hash.ts";
import type { MessageDirector } from "./message_director.ts";
import type { ServerName, SimServer } from "./network_server.ts";
import { type EndState, NetworkState, type NetworkWorld } from "./network_state.ts";
import { toMicros } from "./scheduler.ts";

/** What a caller is told: the reply's bytes, or `undefined` if none came. */
export type OnReply = (reply: Uint8Array | undefined) => void;

/** How long a message is on its way when nothing delays it, drawn for each in microseconds. */
export interface NetworkOptions {
  readonly latencyMin: Millis;
  readonly latencyMax: Millis;
}

/** One way out of a server or a client, to the one server that it is connected to. */
export interface SimEnd {
  readonly name: string;
  /**
   * Sends a request. `onReply` runs at most once, never within this call: with the reply, or with
   * `undefined`, which does not say whether the request was handled.
   */
  call(service: string, request: Uint8Array, onReply: OnReply): void;
}

/** The network of one test. It begins reliable, with neither long delays nor long reordering. */
export abstract class LabNetwork<World extends NetworkWorld = NetworkWorld> {
  protected readonly state: NetworkState<World>;

  constructor(
    world: World,
    { latencyMin, latencyMax }: NetworkOptions,
    director?: MessageDirector,
  ) {
    const min = toMicros(latencyMin);
    const max = toMicros(latencyMax);
    if (min > max) {
      throw new RangeError(`latencyMin must be at most latencyMax: ${min} µs is above ${max} µs`);
    }
    this.state = new NetworkState(world, min, max, director);
  }

  /** Calls sent, whatever became of them. */
  get totalCount(): number {
    return this.state.totalCount;
  }

  /** The bytes of all requests sent, and of the replies that were delivered. */
  get totalBytes(): number {
    return this.state.totalBytes;
  }

  /**
   * Makes an end that is connected to nothing and disabled. The `owner`, if known, appears in the trace,
   * and replies to it wait while it is paused.
   *
   * @throws {TypeError} If there is an end of that name already.
   */
  makeEnd(name: string, owner?: ServerName): SimEnd {
    const network = this.state;
    if (network.ends.has(name)) {
      throw new TypeError(`The name of an end must be new: there is a "${name}" already`);
    }
    const end: EndState = {
      number: network.ends.size,
      name,
      owner,
      target: undefined,
      enabled: false,
      slowMicros: 0,
    };
    network.ends.set(name, end);
    return {
      name,
      call: (service, request, onReply) => this.startCall(end, service, request, onReply),
    };
  }

  /** Sets where an end sends to. The server need not exist yet. */
  connect(endName: string, server: ServerName): void {
    const end = this.#end(endName);
    end.target = this.state.slot(server);
    this.state.director?.onConnect(end);
  }

  /** Lets calls through an end, or not. Calls on their way are affected only where the labs say so. */
  enable(endName: string, yes: boolean): void {
    const end = this.#end(endName);
    if (end.enabled === yes) return;
    end.enabled = yes;
    this.#fault(yes ? 1 : 2, end.number, yes ? "enables end" : "disables end", end.owner, {
      end: endName,
      to: end.target?.name ?? "nobody",
    });
  }

  /** Registers the present life of a server, in place of the one before. */
  addServer(name: ServerName, server: SimServer): void {
    this.state.slot(name).live = server;
    this.#fault(3, 0, "adds server", name);
  }

  /** Leaves the name of a server without anybody behind it. */
  deleteServer(name: ServerName): void {
    this.state.slot(name).live = undefined;
    this.#fault(4, 0, "deletes server", name);
    this.resume(name);
  }

  /** Unreliable: requests are delayed up to 26 ms; one in ten is lost, and so is one in ten replies. */
  setReliable(yes: boolean): void {
    this.state.reliable = yes;
    this.#fault(5, yes ? 1 : 0, yes ? "becomes reliable" : "becomes unreliable");
  }

  /** Whether a call to nobody takes up to 7 s to fail, and not only 100 ms. */
  setLongDelays(yes: boolean): void {
    this.state.longDelays = yes;
    this.#fault(6, yes ? 1 : 0, yes ? "begins long delays" : "ends long delays");
  }

  /** Whether two replies in three come 0.2 to 2.2 s late. */
  setLongReordering(yes: boolean): void {
    this.state.longReordering = yes;
    this.#fault(7, yes ? 1 : 0, yes ? "begins long reordering" : "ends long reordering");
  }

  /** Delivers a second copy of that share of the requests; off (0 of 1) in the labs. */
  setDuplication(numerator: number, denominator: number): void {
    this.state.duplicates = numerator === 0 ? undefined : { numerator, denominator };
    this.#fault(8, numerator, "duplicates requests", undefined, { numerator, denominator });
  }

  /** Adds `extra` to both legs of every call through an end from now on; none in the labs. */
  setSlowLink(endName: string, extra: Millis): void {
    const end = this.#end(endName);
    end.slowMicros = toMicros(extra);
    this.#fault(9, end.number, "slows end", end.owner, { end: endName, extra });
  }

  /**
   * Lets messages wait outside a server, as if its process was stopped: requests to it, and replies to the
   * ends it owns. Never in the labs.
   */
  pause(name: ServerName): void {
    const slot = this.state.slot(name);
    if (slot.paused) return;
    slot.paused = true;
    this.state.pausedCount++;
    this.#fault(10, 0, "pauses server", name);
  }

  /** Ends a pause: what waited arrives now, in its order. */
  resume(name: ServerName): void {
    const slot = this.state.slot(name);
    if (!slot.paused) return;
    slot.paused = false;
    this.state.pausedCount--;
    this.#fault(11, 0, "resumes server", name);
    const held = slot.held;
    slot.held = [];
    for (const call of held) call.release();
  }

  /**
   * Returns how many requests the present life of a server received.
   *
   * @throws {TypeError} If there is none.
   */
  getCount(name: ServerName): number {
    const server = this.state.slots.get(name)?.live;
    if (server === undefined) {
      throw new TypeError(`Only a live server has a count: ${name} is gone`);
    }
    return server.count;
  }

  /** From now on new calls fail at once and are not counted. Those on their way go on. */
  cleanup(): void {
    this.state.cleanedUp = true;
  }

  /** Sends a call through an end, or fails it, as the end and the switches are now. */
  protected abstract startCall(
    end: EndState,
    service: string,
    request: Uint8Array,
    onReply: OnReply,
  ): void;

  #end(name: string): EndState {
    const end = this.state.ends.get(name);
    if (end === undefined) throw new TypeError(`There is no end called "${name}"`);
    return end;
  }

  #fault(
    code: number,
    detail: number,
    what: string,
    server?: ServerName,
    fields: Record<string, string | number> = {},
  ): void {
    const { world } = this.state;
    world.fold(FoldKind.fault, code, detail);
    if (world.trace.enabled) this.state.trace("fault", server, what, fields);
  }
}
