/** The ways of one server to servers of other clusters, made when they are first used. */

import type { Incarnation } from "../../../core/sim/incarnation.ts";
import type { ServerName, SimEnd } from "../../../core/sim/network.ts";
import type { Stage } from "./stage.ts";

/** Ends by the name of the server that they lead to. */
export class NamedEnds {
  readonly #stage: Stage;
  readonly #owner: ServerName;
  readonly #life: Pick<Incarnation, "alive">;
  readonly #ends = new Map<ServerName, SimEnd>();

  constructor(stage: Stage, owner: ServerName, life: Pick<Incarnation, "alive">) {
    this.#stage = stage;
    this.#owner = owner;
    this.#life = life;
  }

  /** Calls a server. A server that is not alive neither calls nor hears an answer. */
  call(
    to: ServerName,
    service: string,
    request: Uint8Array,
    onReply: (reply: Uint8Array | undefined) => void,
  ): void {
    if (!this.#life.alive) return;
    this.#end(to).call(service, request, (reply) => {
      if (this.#life.alive) onReply(reply);
    });
  }

  #end(to: ServerName): SimEnd {
    let end = this.#ends.get(to);
    if (end === undefined) {
      end = this.#stage.makeEnd(to, this.#owner);
      this.#stage.network.enable(end.name, true);
      this.#ends.set(to, end);
    }
    return end;
  }
}
