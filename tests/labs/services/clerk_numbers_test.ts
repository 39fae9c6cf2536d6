import assert from "node:assert/strict";
import { NO_BYTES } from "../../../core/base/bytes.ts";
import { serverId } from "../../../core/base/durable.ts";
import {
  type ClerkRequest,
  encodeClerkReply,
  encodeClerkRequest,
} from "../../../core/rsm/messages.ts";
import { ClerkNumbers } from "./clerk_numbers.ts";

const DONE = encodeClerkReply({ kind: "done", result: NO_BYTES });
const EXPIRED = encodeClerkReply({ kind: "expired" });
const UNKNOWN = encodeClerkReply({ kind: "unknown", leaderId: undefined });

/** A clerk that sends what the test wants; each call returns what answers it. */
function clerk(): (sequence: number, text: string) => (reply: Uint8Array | undefined) => void {
  let answer: (reply: Uint8Array | undefined) => void;
  const numbers = new ClerkNumbers({ call: (_to, _service, _bytes, onReply) => answer = onReply });
  return (sequence, text) => {
    const command = new TextEncoder().encode(text);
    const request = { kind: "command", clientId: 7, session: 0, sequence, command } as const;
    numbers.call(serverId(0), "Kv", encodeClerkRequest(request), () => {});
    return answer;
  };
}

Deno.test("ClerkNumbers: a command that is sent again under another number is found, with both numbers", () => {
  const send = clerk();
  send(3, "x")(undefined);
  assert.throws(() => send(4, "x"), {
    property: "ClerkKeepsNumber",
    message:
      "ClerkKeepsNumber: client 7 sends a command as number 4; it has sent the same command " +
      "as number 3, and has had no answer to that",
  });
});

Deno.test("ClerkNumbers: only an answer ends a command", () => {
  const send = clerk();
  send(3, "x")(UNKNOWN);
  assert.throws(() => send(4, "x"), { property: "ClerkKeepsNumber" });
  send(3, "x")(DONE);
  send(4, "x")(EXPIRED);
  send(5, "x");
});

Deno.test("ClerkNumbers: a command is sent again under its number, and a late answer ends it", () => {
  const send = clerk();
  const first = send(3, "x");
  send(3, "x")(undefined);
  first(DONE);
  const next = send(4, "x");
  first(DONE);
  assert.throws(() => send(5, "x"), { property: "ClerkKeepsNumber" });
  next(DONE);
  send(5, "x");
});

Deno.test("ClerkNumbers: what does not end a command, other services say themselves", () => {
  let answer: (reply: Uint8Array | undefined) => void;
  const way = {
    call: (_to: string, _service: string, _bytes: Uint8Array, onReply: typeof answer) =>
      answer = onReply,
  };
  const numbers = new ClerkNumbers<string>(way, (reply) => reply !== DONE);
  const send = (sequence: number) => {
    const request = { kind: "command", clientId: 7, session: 0, sequence, command: NO_BYTES };
    numbers.call("a", "Kv", encodeClerkRequest(request as ClerkRequest), () => {});
  };
  send(1);
  answer!(DONE);
  assert.throws(() => send(2), { property: "ClerkKeepsNumber" });
  answer!(EXPIRED);
  send(2);
});
