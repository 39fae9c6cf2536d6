/**
 * The ways of one clerk to the servers of a cluster, in an order of its own: the position of an end says nothing about
 * the server behind it.
 */

import { type ServerId, serverId } from "../../../core/base/durable.ts";
import type { Transport } from "../../../core/base/ports.ts";
import type { ServerName, SimEnd } from "../../../core/sim/network.ts";
import type { Stage } from "./stage.ts";

/** The ends of a clerk. To the clerk, they are servers 0 and up. */
export class ClerkEnds implements Pick<Transport, "call"> {
  /** The servers as the clerk knows them. */
  readonly servers: readonly ServerId[];
  readonly #stage: Stage;
  /** By server. */
  readonly #ends: readonly SimEnd[];
  readonly #shuffled: readonly SimEnd[];

  /** Makes an end to each of `names`, and enables those that lead to the servers `to`. */
  constructor(stage: Stage, names: readonly ServerName[], to: readonly number[]) {
    this.#stage = stage;
    this.#ends = names.map((name) => stage.makeEnd(name));
    this.#shuffled = shuffled(this.#ends, (bound) => stage.harness.below(bound));
    this.servers = names.map((_, place) => serverId(place));
    this.connect(to);
  }

  /** Enables the ends that lead to these servers; the others stay as they are. */
  connect(to: readonly number[]): void {
    for (const server of to) this.#stage.network.enable(this.#ends[server]!.name, true);
  }

  call(
    to: ServerId,
    service: string,
    request: Uint8Array,
    onReply: (reply: Uint8Array | undefined) => void,
  ): void {
    this.#shuffled[to]!.call(service, request, onReply);
  }
}

/** Fisher and Yates's shuffle, of a copy. */
function shuffled<T>(items: readonly T[], below: (bound: number) => number): readonly T[] {
  const copy = [...items];
  for (let last = copy.length - 1; last > 0; last--) {
    const place = below(last + 1);
    [copy[last], copy[place]] = [copy[place]!, copy[last]!];
  }
  return copy;
}
