/**
 * A wire between servers: it delivers what the test chooses, in the order that the test chooses, and nothing
 * by itself. Every step of every server is checked against the properties of Figure 3.
 */

import assert from "node:assert/strict";
import type { LogIndex } from "../../core/base/durable.ts";
import { instant } from "../../core/base/units.ts";
import type { OutgoingRequest, Reply } from "../../core/raft/mod.ts";
import { figure3Checkers } from "../../core/sim/checkers/mod.ts";
import { type Given, server, type TestServer } from "./_dsl.ts";

/** A request, or the answer to one, on its way. */
export interface Flight {
  readonly from: number;
  readonly to: number;
  readonly request: OutgoingRequest;
  /** Undefined while this is the request itself. */
  readonly reply: Reply | undefined;
}

/** An answer that waits for its server's disk. */
interface Held {
  readonly flight: Flight;
  readonly afterDurable: number;
}

/** More deliveries than this, and the servers will never stop talking. */
const DELIVERIES_MAX = 10_000;

/** Servers and the messages between them. */
export class Wire {
  readonly servers: TestServer[];
  /** Requests and answers on their way, oldest first. */
  flights: Flight[] = [];
  #held: Held[] = [];

  /** One server for each description; `all` holds for every one of them. */
  constructor(given: readonly Given[], all: Given = {}) {
    const observer = figure3Checkers((error) => {
      throw error;
    });
    this.servers = given.map((each, id) =>
      server({
        servers: given.length,
        seed: BigInt(id + 1),
        observer,
        ...all,
        ...each,
        id,
      })
    );
  }

  /** The server called `id`. */
  at(id: number): TestServer {
    const found = this.servers[id];
    assert(found, `there is a server ${id}`);
    return found;
  }

  /** Lets the election timeout of a server pass, whatever the others' clocks say. */
  timeout(id: number): void {
    const timed = this.at(id);
    timed.wake();
    for (const each of this.servers) each.now = instant(Math.max(each.now, timed.now));
    this.collect();
  }

  /** Lets time pass for every server; each is woken when it wants to be. Nothing is delivered. */
  pass(span: number): void {
    for (const each of this.servers) each.pass(span);
    this.collect();
  }

  /** A client hands a command to a server, which sends it at once. */
  propose(id: number, command: string): LogIndex {
    const proposed = this.at(id).proposeNow(command);
    assert(proposed, `server ${id} leads`);
    this.collect();
    return proposed.index;
  }

  /** Elects `id` by the votes of `voters`, and delivers its first heartbeats to them. */
  elect(id: number, voters: readonly number[]): void {
    this.timeout(id);
    this.settle(id, ...voters);
    assert.equal(this.at(id).view.role, "leader", `server ${id} won the election`);
  }

  /** Puts what servers have sent on its way. */
  collect(): void {
    for (const each of this.servers) {
      for (const request of each.take()) {
        if (!each.mayLeave(request)) each.sent.push(request);
        else this.flights.push({ from: each.id, to: request.to, request, reply: undefined });
      }
    }
    const ready = this.#held.filter(({ flight, afterDurable }) =>
      afterDurable <= this.at(flight.from).durableSequence
    );
    this.#held = this.#held.filter((held) => !ready.includes(held));
    this.flights.push(...ready.map(({ flight }) => flight));
  }

  /** Delivers one message. An answer to a request is put on its way as soon as it may leave. */
  deliver(flight: Flight): void {
    this.flights = this.flights.filter((other) => other !== flight);
    const receiver = this.at(flight.to);
    if (flight.reply !== undefined) {
      receiver.hearsBack(flight.request, flight.reply);
    } else {
      const reply = receiver.hears(flight.request.message);
      const { afterDurable } = receiver.replies.at(-1)!;
      const back = { from: flight.to, to: flight.from, request: flight.request, reply };
      this.#held.push({ flight: back, afterDurable });
    }
    this.collect();
  }

  /** Loses a message; the sender of the request hears that no answer came. */
  lose(flight: Flight): void {
    this.flights = this.flights.filter((other) => other !== flight);
    const sender = flight.reply === undefined ? flight.from : flight.to;
    this.at(sender).step({ kind: "noReply", request: flight.request });
    this.collect();
  }

  /** Delivers all requests and answers between two servers that are on their way now, in one direction. */
  carry(from: number, to: number): void {
    this.collect();
    for (const flight of this.between(from, to)) this.deliver(flight);
  }

  /** What is on its way from one server to another. */
  between(from: number, to: number): Flight[] {
    return this.flights.filter((flight) => flight.from === from && flight.to === to);
  }

  /**
   * Delivers everything among some servers (all, unless named) until they are silent, time standing still. What is
   * sent between them and others is lost.
   */
  settle(...among: readonly number[]): void {
    const isAmong = (id: number) => among.length === 0 || among.includes(id);
    this.collect();
    for (let count = 0; count < DELIVERIES_MAX; count++) {
      const flight = this.flights[0] ?? this.#wakeWhoWants(isAmong);
      if (flight === undefined) return;
      if (isAmong(flight.from) && isAmong(flight.to)) this.deliver(flight);
      else this.lose(flight);
    }
    assert.fail("the servers never stop talking");
  }

  /** Lets a heartbeat interval pass for `id`, and settles. */
  heartbeat(id: number, ...among: readonly number[]): void {
    const beating = this.at(id);
    const { now } = beating;
    beating.pass(51);
    for (const each of this.servers) each.now = instant(Math.max(each.now, now + 51));
    this.settle(...among);
  }

  /** Ends a server's life and begins the next, from what its disk holds. What it sent or was asked is lost. */
  crash(id: number): TestServer {
    this.flights = this.flights.filter(({ from, to }) => from !== id && to !== id);
    this.#held = this.#held.filter(({ flight }) => flight.from !== id && flight.to !== id);
    this.servers[id] = this.at(id).restart();
    return this.servers[id];
  }

  /** Wakes servers that want to be woken at this instant, and returns what they sent first. */
  #wakeWhoWants(isAmong: (id: number) => boolean): Flight | undefined {
    for (const each of this.servers) {
      if (isAmong(each.id) && each.view.role === "leader" && each.raft.wakeAt <= each.now) {
        each.wake();
      }
    }
    this.collect();
    return this.flights[0];
  }
}
