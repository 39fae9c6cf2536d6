/** The simulated network of the labs. What becomes of one call stands in `network_call.ts`. */

import { ms } from "../base/units.ts";
import { LabNetwork, type NetworkOptions, type OnReply } from "./lab_network.ts";
import type { MessageDirector } from "./message_director.ts";
import { startCall } from "./network_call.ts";
import type { EndState } from "./network_state.ts";
import type { Simulation } from "./simulation.ts";

export { LabNetwork, type NetworkOptions, type SimEnd } from "./lab_network.ts";
export { type ServerName, SimServer } from "./network_server.ts";

/** By default a message takes as long as in a LAN. */
const LAN: NetworkOptions = { latencyMin: ms(0.2), latencyMax: ms(1) };

/** A network between servers of one simulation. */
export class SimNetwork extends LabNetwork<Simulation> {
  /** A `director` has the last word on what becomes of calls; without one, the seed has. */
  constructor(
    simulation: Simulation,
    options: Partial<NetworkOptions> = {},
    director?: MessageDirector,
  ) {
    super(simulation, { ...LAN, ...options }, director);
  }

  protected override startCall(
    end: EndState,
    service: string,
    request: Uint8Array,
    onReply: OnReply,
  ): void {
    startCall(this.state, end, service, request, onReply);
  }
}
