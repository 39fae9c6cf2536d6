/** Calls over the simulated network, as {@linkcode RpcCaller} wants them. */

import type { Millis } from "../../core/base/units.ts";
import type { RpcCaller } from "../../core/mapreduce/messages.ts";
import type { SimEnd, Simulation } from "../../core/sim/mod.ts";
import type { SimProcess } from "./sim_process.ts";

/** The way from one process to one server. */
export class SimCaller implements RpcCaller {
  readonly #simulation: Simulation;
  readonly #process: SimProcess;
  readonly #end: SimEnd;

  constructor(simulation: Simulation, process: SimProcess, end: SimEnd) {
    this.#simulation = simulation;
    this.#process = process;
    this.#end = end;
  }

  call(service: string, request: Uint8Array, deadline?: Millis): Promise<Uint8Array> {
    if (!this.#process.alive) return this.#process.hang();
    const answer = this.#simulation.deferred<Uint8Array>();
    let settled = false;
    const settle = (reply: Uint8Array | undefined, why: string) => {
      if (settled || !this.#process.alive) return;
      settled = true;
      timer?.cancel();
      if (reply === undefined) answer.reject(new Error(why));
      else answer.resolve(reply);
    };
    const timer = deadline === undefined
      ? undefined
      : this.#process.clock.after(deadline, () => settle(undefined, "the deadline has passed"));
    this.#end.call(service, request, (reply) => settle(reply, "no answer"));
    return answer.promise;
  }
}
