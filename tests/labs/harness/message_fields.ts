/** Raft's messages as the fields of a trace event; the simulated network itself sees only bytes. */

import type { Reply, Request } from "../../../core/raft/messages.ts";

/** Plain data, as a trace event has it. */
export type MessageFields = Readonly<Record<string, string | number | boolean>>;

/** What is in a message beside its kind and its term. Of entries and of bytes only the number. */
export function messageFields(message: Request | Reply): MessageFields {
  const fields: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(message)) {
    if (name === "kind" || name === "term") continue;
    fields[name] = value instanceof Uint8Array || Array.isArray(value) ? value.length : value;
  }
  return fields;
}
