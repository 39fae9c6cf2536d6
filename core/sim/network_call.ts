/**
 * The life of one call on the simulated network, from its sending to its reply or its failure. The
 * caller gets its answer in an event of its own, never within its own call nor within the handler's reply.
 */

import type { Timer } from "../base/ports.ts";
import { ms } from "../base/units.ts";
import { digestBytes, FoldKind } from "./event_hash.ts";
import { ScheduledEvent } from "./event_heap.ts";
import type { OnReply } from "./lab_network.ts";
import type { CallCourse, CallDecision } from "./message_director.ts";
import type { ServerName, SimServer } from "./network_server.ts";
import type { EndState, HeldMessage, NetworkState, ServerSlot } from "./network_state.ts";
import type { Simulation } from "./simulation.ts";

/**
 * How often the network looks whether the server of a running handler is gone. A little more than the
 * 100 ms of the labs, so that the looks do not stay in step with a test that counts in hundreds.
 */
const LOOK_INTERVAL = ms(100.1);

/** How long a call to nobody takes to fail, in microseconds, if a director wants it undisturbed. */
const CALM_FAILURE_MICROS = 100_000;

/** What the next event of a call is. */
type Phase = "arrival" | "failure" | "reply";

/** Sends one call, or fails it, as the end and the switches of the network are now. */
export function startCall(
  network: NetworkState<Simulation>,
  end: EndState,
  service: string,
  request: Uint8Array,
  onReply: OnReply,
): void {
  if (network.cleanedUp) {
    new NetworkCall(network, end, service, request, onReply, undefined).failAfter(0);
    return;
  }
  network.totalCount++;
  network.totalBytes += request.length;
  network.world.fold(FoldKind.send, end.number, digestBytes(request));
  const target = end.enabled ? end.target : undefined;
  const server = target?.live;
  const course = network.director?.onCall(end);
  if (target === undefined || server === undefined) {
    const drawn = network.random.below(network.longDelays ? 7000 : 100) * 1000;
    const delay = course?.decide("failure time", drawn, CALM_FAILURE_MICROS) ?? drawn;
    new NetworkCall(network, end, service, request, onReply, course).failAfter(
      delay,
      "unreachable",
    );
    return;
  }
  if (network.world.trace.enabled) {
    const call = network.totalCount;
    const fields = { call, service, from: nameOf(end), to: target.name, bytes: request.length };
    network.trace("send", end.owner, "sends", fields);
  }
  const copy = network.copies.copy(request);
  new NetworkCall(network, end, service, copy, onReply, course).sendTo(target, server);
  const duplicates = network.duplicates;
  if (duplicates === undefined) return;
  const drawn = network.random.chance(duplicates.numerator, duplicates.denominator) ? 1 : 0;
  if ((course?.decide("copied", drawn, 0) ?? drawn) === 1) {
    const again = network.copies.copy(request);
    new NetworkCall(network, end, service, again, undefined, course).sendTo(target, server);
  }
}

/** One call, as the event that happens to it next. */
export class NetworkCall extends ScheduledEvent implements HeldMessage {
  readonly #network: NetworkState<Simulation>;
  readonly #end: EndState;
  readonly #service: string;
  /** Undefined for a duplicate, whose reply nobody waits for. */
  readonly #onReply: OnReply | undefined;
  readonly #course: CallCourse | undefined;
  /** Counts the calls of the network; a duplicate has the number of the original. */
  readonly #number: number;
  readonly #reliable: boolean;
  readonly #longReordering: boolean;
  #phase: Phase = "arrival";
  /** What travels: the request, later the reply. */
  #message: Uint8Array;
  #target: ServerSlot | undefined;
  #server: SimServer | undefined;
  #look: Timer | undefined;
  #wasHeld = false;
  #replied = false;
  #over = false;

  constructor(
    network: NetworkState<Simulation>,
    end: EndState,
    service: string,
    request: Uint8Array,
    onReply: OnReply | undefined,
    course: CallCourse | undefined,
  ) {
    super();
    this.#network = network;
    this.#end = end;
    this.#service = service;
    this.#message = request;
    this.#onReply = onReply;
    this.#course = course;
    this.#number = network.totalCount;
    this.#reliable = network.reliable;
    this.#longReordering = network.longReordering;
  }

  /** Lets the request arrive, or get lost, after its time on the way. */
  sendTo(target: ServerSlot, server: SimServer): void {
    const network = this.#network;
    this.#target = target;
    this.#server = server;
    const delay = this.#reliable ? 0 : network.random.below(27) * 1000;
    const drawn = network.drawLatency(this.#end) + delay;
    const what = this.#isCopy ? "copy time" : "request time";
    this.#schedule("arrival", this.#decide(what, drawn, this.#calmMicros));
  }

  /** Lets the caller know after this time that no reply came. */
  failAfter(micros: number, why?: string): void {
    if (why !== undefined) this.#drop(why);
    this.#schedule("failure", micros);
  }

  override fire(): void {
    switch (this.#phase) {
      case "arrival":
        this.#onArrival();
        break;
      case "failure":
        this.#finish(undefined);
        break;
      case "reply":
        this.#onDelivery();
    }
  }

  /** A paused server goes on: what waited for it happens now. */
  release(): void {
    this.#schedule(this.#phase, 0);
  }

  #onArrival(): void {
    const network = this.#network;
    const target = this.#target!;
    if (this.#isLost(this.#requestLoss)) {
      this.#drop("request lost");
      this.#finish(undefined);
      return;
    }
    if (target.paused) {
      this.#wasHeld = true;
      target.held.push(this);
      return;
    }
    this.#course?.onArrival();
    network.world.fold(FoldKind.deliver, this.#end.number, this.#message.length);
    if (network.world.trace.enabled) {
      const fields = {
        call: this.#number,
        service: this.#service,
        to: target.name,
        bytes: this.#message.length,
      };
      network.trace("deliver", target.name, "receives", fields);
    }
    this.#server!.dispatch(this.#service, this.#message, (reply) => this.#onHandled(reply));
    if (!this.#replied) this.#armLook();
  }

  #onHandled(reply: Uint8Array): void {
    if (this.#replied) throw new TypeError(`A handler of "${this.#service}" replied twice`);
    this.#replied = true;
    if (this.#over || this.#onReply === undefined) return;
    this.#look?.cancel();
    const network = this.#network;
    const latency = network.drawLatency(this.#end);
    const takes = (drawn: number) => this.#decide("reply time", drawn, this.#calmMicros);
    if (this.#isGone()) {
      this.failAfter(takes(latency), "server gone");
    } else if (this.#isLost("reply lost")) {
      this.failAfter(takes(latency), "reply lost");
    } else {
      this.#message = network.copies.copy(reply);
      this.#schedule("reply", takes(latency + this.#drawReordering()));
    }
  }

  #onDelivery(): void {
    const network = this.#network;
    if (network.pausedCount > 0 && this.#end.owner !== undefined) {
      const owner = network.slot(this.#end.owner);
      if (owner.paused) {
        owner.held.push(this);
        return;
      }
    }
    const reply = this.#message;
    this.#course?.onArrival();
    network.totalBytes += reply.length;
    network.world.fold(FoldKind.reply, this.#end.number, digestBytes(reply));
    if (network.world.trace.enabled) {
      const fields = {
        call: this.#number,
        service: this.#service,
        from: this.#target!.name,
        to: nameOf(this.#end),
        bytes: reply.length,
      };
      network.trace("deliver", this.#end.owner, "receives reply", fields);
    }
    this.#finish(reply);
  }

  get #isCopy(): boolean {
    return this.#onReply === undefined;
  }

  get #requestLoss(): CallDecision {
    if (this.#isCopy) return this.#wasHeld ? "held copy lost" : "copy lost";
    return this.#wasHeld ? "held request lost" : "request lost";
  }

  /** What one leg takes if nothing disturbs it. */
  get #calmMicros(): number {
    return this.#network.latencyMinMicros + this.#end.slowMicros;
  }

  #isLost(what: CallDecision): boolean {
    const drawn = !this.#reliable && this.#network.random.chance(100, 1000);
    return this.#decide(what, drawn ? 1 : 0, 0) === 1;
  }

  #decide(what: CallDecision, drawn: number, calm: number): number {
    return this.#course?.decide(what, drawn, calm) ?? drawn;
  }

  /** The extra time of a reply that is overtaken by others, in microseconds. */
  #drawReordering(): number {
    const random = this.#network.random;
    if (!this.#longReordering || !random.chance(600, 900)) return 0;
    return (200 + random.below(1 + random.below(2000))) * 1000;
  }

  /** The end was disabled, or another life of the server has begun, since the call was sent. */
  #isGone(): boolean {
    return !this.#end.enabled || this.#target!.live !== this.#server;
  }

  #armLook(): void {
    this.#look = this.#network.world.clock.after(LOOK_INTERVAL, () => {
      if (!this.#isGone()) return this.#armLook();
      this.#drop("server gone");
      this.#finish(undefined);
    });
  }

  #finish(reply: Uint8Array | undefined): void {
    this.#over = true;
    this.#onReply?.(reply);
  }

  #drop(why: string): void {
    const network = this.#network;
    network.world.fold(FoldKind.drop, this.#end.number, this.#message.length);
    if (network.world.trace.enabled) {
      const to = this.#end.target?.name ?? "nobody";
      const from = nameOf(this.#end);
      const fields = { call: this.#number, service: this.#service, from, to };
      network.trace("drop", this.#end.owner, why, fields);
    }
  }

  #schedule(phase: Phase, micros: number): void {
    this.#phase = phase;
    this.#network.world.scheduler.schedule(this, micros);
  }
}

/** Who sends through an end; one that belongs to no server goes by its own name. */
function nameOf({ owner, name }: EndState): ServerName {
  return owner ?? name;
}
