/** Puts the events of each call together: sent, received, answered, or lost. */

import type { TraceEvent } from "../../core/base/ports.ts";
import type { Lanes } from "./lanes.ts";
import type { Message } from "./story.ts";

/** A message between names: whether they are those of servers, may turn out later. */
interface Draft extends Omit<{ -readonly [Key in keyof Message]: Message[Key] }, "from" | "to"> {
  readonly from: unknown;
  readonly to: unknown;
}

/** All who are no servers share a lane. */
const CLIENTS = "clients";

/** See the head of this file. */
export class Messages {
  readonly #lanes: Lanes;
  readonly #calls = new Map<number, Draft>();
  readonly #servers = new Set<string>();
  /** What a server has just said that it sends: the network's own event follows, and knows only bytes. */
  #announced: TraceEvent | undefined;

  constructor(lanes: Lanes) {
    this.#lanes = lanes;
  }

  see(event: TraceEvent): void {
    const { what, topic, server, fields = {} } = event;
    if (what === "adds server" && server !== undefined) this.#servers.add(String(server));
    const call = fields["call"];
    if (typeof call !== "number") {
      this.#announced = topic === "send" ? event : undefined;
      return;
    }
    if (what === "sends" || what === "unreachable") this.#begin(call, event);
    const draft = this.#calls.get(call);
    if (draft === undefined) return;
    if (what === "receives") draft.received ??= event.at;
    else if (what === "receives reply") draft.replied ??= event.at;
    else if (topic === "drop") {
      draft.lost ??= event.at;
      draft.why ??= what;
    }
  }

  all(): readonly Message[] {
    return [...this.#calls.values()].map((draft) => ({
      ...draft,
      from: this.#lane(draft.from),
      to: this.#lane(draft.to),
    }));
  }

  #begin(call: number, { at, fields = {}, server }: TraceEvent): void {
    const announced = this.#announced;
    const isOfThis = announced?.at === at && announced.server === server;
    this.#announced = undefined;
    this.#calls.set(call, {
      from: fields["from"],
      to: fields["to"],
      name: isOfThis ? announced.what : String(fields["service"]),
      sent: at,
    });
  }

  #lane(name: unknown): number {
    const isServer = typeof name === "number" || this.#servers.has(String(name));
    return this.#lanes.number(isServer ? String(name) : CLIENTS);
  }
}
