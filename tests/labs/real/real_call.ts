/**
 * The life of one call in the real world. What the labs do to calls is done here, at the caller's end and in front of
 * the socket; whatever is not lost travels through TCP.
 */

import type { Timer } from "../../../core/base/ports.ts";
import { type Millis, ms } from "../../../core/base/units.ts";
import { RpcError } from "../../../core/host/rpc/mod.ts";
import type { OnReply } from "../../../core/sim/lab_network.ts";
import type { SimServer } from "../../../core/sim/network_server.ts";
import type {
  EndState,
  HeldMessage,
  NetworkState,
  ServerSlot,
} from "../../../core/sim/network_state.ts";
import type { RealNetworkWorld } from "./real_network.ts";

/** How often the caller's end looks whether the server of a call under way is gone. */
const LOOK_INTERVAL = ms(100);

/** What is called, and by whom. */
export interface CallFacts {
  readonly end: EndState;
  readonly service: string;
  /** Undefined for a duplicate, whose reply nobody waits for. */
  readonly onReply: OnReply | undefined;
}

/** Sends a request through the socket; rejects when the connection breaks. */
export type Send = () => Promise<Uint8Array>;

/** One call. */
export class RealCall implements HeldMessage {
  readonly facts: CallFacts;
  readonly #network: NetworkState<RealNetworkWorld>;
  readonly #reliable: boolean;
  readonly #longReordering: boolean;
  /** What happens when a paused server goes on. */
  #next: () => void = () => {};
  #target: ServerSlot | undefined;
  #server: SimServer | undefined;
  #look: Timer | undefined;
  #over = false;

  constructor(network: NetworkState<RealNetworkWorld>, facts: CallFacts) {
    this.#network = network;
    this.facts = facts;
    this.#reliable = network.reliable;
    this.#longReordering = network.longReordering;
  }

  /** Lets the caller know after this time that no reply came. */
  failAfter(span: Millis): void {
    this.#network.world.clock.after(span, () => this.#finish(undefined));
  }

  /** Lets the request leave, or get lost, after its delay. */
  sendTo(target: ServerSlot, server: SimServer, send: Send): void {
    this.#target = target;
    this.#server = server;
    const { random } = this.#network;
    const delay = this.#reliable ? 0 : random.below(27);
    this.#afterLeg(ms(delay), () => this.#leave(send));
  }

  /** Reports that a message is lost. */
  drop(why: string): void {
    const network = this.#network;
    if (!network.world.trace.enabled) return;
    const { end, service } = this.facts;
    network.trace("drop", end.owner, why, { service, to: end.target?.name ?? "nobody" });
  }

  release(): void {
    this.#network.world.clock.after(ms(0), this.#next);
  }

  #leave(send: Send): void {
    const network = this.#network;
    if (!this.#reliable && network.random.chance(100, 1000)) {
      this.drop("request lost");
      return this.#finish(undefined);
    }
    if (this.#isHeldBy(this.#target!, () => this.#leave(send))) return;
    this.#armLook();
    send().then((reply) => this.#onReply(reply), (error) => this.#onBroken(error));
  }

  #onReply(reply: Uint8Array): void {
    const { random } = this.#network;
    if (this.#over) return;
    this.#look?.cancel();
    if (this.facts.onReply === undefined) return;
    if (this.#isGone()) {
      this.drop("server gone");
      this.#finish(undefined);
    } else if (!this.#reliable && random.chance(100, 1000)) {
      this.drop("reply lost");
      this.#finish(undefined);
    } else {
      this.#afterLeg(this.#drawReordering(), () => this.#deliver(reply));
    }
  }

  /**
   * If the server is gone, the next look finds that; if the caller is, its connections went with it. That a connection
   * breaks for any other reason must not be.
   */
  #onBroken(error: unknown): void {
    if (this.#over || this.#isGone()) return;
    this.#look?.cancel();
    if (error instanceof RpcError && error.failure === "closed") this.#finish(undefined);
    else this.#network.world.fail(error);
  }

  #deliver(reply: Uint8Array): void {
    const network = this.#network;
    const { end, service } = this.facts;
    if (end.owner !== undefined) {
      if (this.#isHeldBy(network.slot(end.owner), () => this.#deliver(reply))) return;
    }
    network.totalBytes += reply.length;
    if (network.world.trace.enabled) {
      const fields = { service, from: this.#target!.name, bytes: reply.length };
      network.trace("deliver", end.owner, "receives reply", fields);
    }
    this.#finish(reply);
  }

  /** The extra time of a reply that is overtaken by others. */
  #drawReordering(): Millis {
    const { random } = this.#network;
    if (!this.#longReordering || !random.chance(600, 900)) return ms(0);
    return ms(200 + random.below(1 + random.below(2000)));
  }

  /** Goes on after one leg of the call: at once, if nothing makes it longer than the socket does. */
  #afterLeg(delay: Millis, next: () => void): void {
    const span = delay + this.#network.drawLatency(this.facts.end) / 1000;
    if (span === 0) next();
    else this.#network.world.clock.after(ms(span), next);
  }

  /** Has a message wait outside a server that is paused. */
  #isHeldBy(slot: ServerSlot, next: () => void): boolean {
    if (!slot.paused) return false;
    this.#next = next;
    slot.held.push(this);
    return true;
  }

  /** The end was disabled, or another life of the server has begun, since the call was sent. */
  #isGone(): boolean {
    return !this.facts.end.enabled || this.#target!.live !== this.#server;
  }

  #armLook(): void {
    this.#look = this.#network.world.clock.after(LOOK_INTERVAL, () => {
      if (!this.#isGone()) return this.#armLook();
      this.drop("server gone");
      this.#finish(undefined);
    });
  }

  #finish(reply: Uint8Array | undefined): void {
    if (this.#over) return;
    this.#over = true;
    this.#network.world.attempt(() => this.facts.onReply?.(reply));
  }
}
