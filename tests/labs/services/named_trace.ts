/** A trace in which all that a server tells of itself stands under its name: in a world of several clusters, numbers repeat. */

import type { Trace, TraceEvent } from "../../../core/base/ports.ts";
import type { ServerName } from "../../../core/sim/network.ts";

/** What `trace` is to the server of that name. */
export function namedTrace(trace: Trace, server: ServerName): Trace {
  return {
    enabled: trace.enabled,
    emit: (event: TraceEvent) => trace.emit({ ...event, server }),
  };
}
