/** Raft's messages as the fields of a trace event; the simulated network itself sees only bytes. */

import type { Term } from "../../../core/base/durable.ts";
import type { Reply, Request } from "../../../core/raft/messages.ts";
import type { ServerName } from "../../../core/sim/network.ts";
import type { World } from "./world.ts";

/** Plain data, as a trace event has it. */
export type MessageFields = Readonly<Record<string, string | number | boolean>>;

/** Hears what a server says: its term, the kind of the message, and what is in it. */
export type Tell = (term: Term, kind: string, fields: MessageFields) => void;

/** Enters what a server says into the trace of its world; nothing, if nobody reads that. */
export function tellTo(
  { trace, clock }: Pick<World, "trace" | "clock">,
  server: ServerName,
): Tell | undefined {
  if (!trace.enabled) return undefined;
  return (term, what, fields) =>
    trace.emit({ at: clock.now(), server, term, topic: "send", what, fields });
}

/** What is in a message beside its kind and its term. Of entries and of bytes only the number. */
export function messageFields(message: Request | Reply): MessageFields {
  const fields: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(message)) {
    if (name === "kind" || name === "term") continue;
    fields[name] = value instanceof Uint8Array || Array.isArray(value) ? value.length : value;
  }
  return fields;
}
