/** What a simulated network and its calls share: switches, counters, ends and servers. */

import type { Clock, Random, Trace, TraceEvent, TraceTopic } from "../base/ports.ts";
import { ByteSlab } from "../base/byte_slab.ts";
import type { MessageDirector } from "./message_director.ts";
import type { ServerName, SimServer } from "./network_server.ts";

/** What a network needs of the world that it is in. */
export interface NetworkWorld {
  readonly clock: Clock;
  readonly random: Random;
  readonly trace: Trace;
  /** Folds something that happened into the hash by which two runs are compared. */
  fold(kind: number, a: number, b: number): void;
}

/** A message that waits outside a paused server. */
export interface HeldMessage {
  /** The server goes on: what waited for it happens now. */
  release(): void;
}

/** A name that ends can be connected to, and who answers to it at present. */
export interface ServerSlot {
  readonly name: ServerName;
  live: SimServer | undefined;
  paused: boolean;
  /** The messages for a paused server, in the order of their arrival. */
  held: HeldMessage[];
}

/** One way out of a server or a client. */
export interface EndState {
  /** Counts the ends of the network; stands for the end in the hash. */
  readonly number: number;
  readonly name: string;
  /** Who sends through this end, if it was told. */
  readonly owner: ServerName | undefined;
  target: ServerSlot | undefined;
  enabled: boolean;
  /** Added to each leg of each call. */
  slowMicros: number;
}

/** The state of a network, for those who make one. */
export class NetworkState<World extends NetworkWorld = NetworkWorld> {
  readonly world: World;
  readonly random: Random;
  readonly latencyMinMicros: number;
  readonly latencyMaxMicros: number;
  /** Has the last word on what becomes of calls. */
  readonly director: MessageDirector | undefined;
  readonly ends = new Map<string, EndState>();
  readonly copies = new ByteSlab();
  readonly slots = new Map<ServerName, ServerSlot>();
  reliable = true;
  longDelays = false;
  longReordering = false;
  cleanedUp = false;
  duplicates: { readonly numerator: number; readonly denominator: number } | undefined;
  pausedCount = 0;
  totalCount = 0;
  totalBytes = 0;

  constructor(
    world: World,
    latencyMinMicros: number,
    latencyMaxMicros: number,
    director?: MessageDirector,
  ) {
    this.world = world;
    this.random = world.random.child("network");
    this.latencyMinMicros = latencyMinMicros;
    this.latencyMaxMicros = latencyMaxMicros;
    this.director = director;
  }

  /** Returns what stands behind a server's name, which need not have been heard before. */
  slot(name: ServerName): ServerSlot {
    let slot = this.slots.get(name);
    if (slot === undefined) {
      slot = { name, live: undefined, paused: false, held: [] };
      this.slots.set(name, slot);
    }
    return slot;
  }

  /** Draws how long one leg of a call through `end` takes, in microseconds. */
  drawLatency(end: EndState): number {
    return this.random.between(this.latencyMinMicros, this.latencyMaxMicros) + end.slowMicros;
  }

  /**
   * Reports something of `who` to the trace: of a server, if it has a number or ends lead to it, or of a client. Ask
   * whether it is enabled first.
   */
  trace(
    topic: TraceTopic,
    who: ServerName | undefined,
    what: string,
    fields: NonNullable<TraceEvent["fields"]>,
  ): void {
    const isServer = typeof who === "number" || (who !== undefined && this.slots.has(who));
    this.world.trace.emit({
      at: this.world.clock.now(),
      server: isServer ? who : undefined,
      term: undefined,
      topic,
      what,
      fields,
    });
  }
}
