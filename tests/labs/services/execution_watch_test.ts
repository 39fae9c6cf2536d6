import assert from "node:assert/strict";
import { NO_BYTES } from "../../../core/base/bytes.ts";
import { logIndex } from "../../../core/base/durable.ts";
import { encodeOperations, KvStateMachine } from "../../../core/kv/mod.ts";
import { ExactlyOnce } from "../../../core/rsm/exactly_once.ts";
import { type ClerkRequest, encodeClerkRequest } from "../../../core/rsm/messages.ts";
import { finishCapture } from "../../../core/rsm/state_machine.ts";
import { ExecutionWatch } from "./execution_watch.ts";

const KEY = new TextEncoder().encode("k");
const APPEND = encodeOperations([{ kind: "append", key: KEY, value: KEY }]);

function append(sequence: number): ClerkRequest {
  return { kind: "command", clientId: 7, session: 0, sequence, command: APPEND };
}

/** Applies requests one after the other; returns "sequence@index" for what was carried out. */
function executed(requests: readonly (ClerkRequest | Uint8Array)[]): string[] {
  const seen: string[] = [];
  const watch = new ExecutionWatch(({ sequence }, index) => seen.push(`${sequence}@${index}`));
  const machine = watch.around(new ExactlyOnce(watch.inside(new KvStateMachine())));
  for (const [place, request] of requests.entries()) {
    const bytes = request instanceof Uint8Array ? request : encodeClerkRequest(request);
    machine.apply(bytes, logIndex(place + 1));
  }
  return seen;
}

Deno.test("ExecutionWatch sees the entry that carries a command out, and not its duplicates", () => {
  assert.deepEqual(executed([append(1), append(1), append(2), append(1)]), ["1@1", "2@3"]);
});

Deno.test("ExecutionWatch ignores what is nobody's command", () => {
  const question = encodeOperations([{ kind: "get", key: KEY }]);
  const others: ClerkRequest[] = [
    { kind: "query", question },
    { kind: "open", clientId: 8 },
    { kind: "bare", command: APPEND },
  ];
  assert.deepEqual(executed([append(1), ...others, NO_BYTES]), ["1@1"]);
});

Deno.test("ExecutionWatch changes nothing that the replica sees of its state machine", () => {
  const watch = new ExecutionWatch(() => {});
  const plain = new ExactlyOnce(new KvStateMachine());
  const watched = watch.around(new ExactlyOnce(watch.inside(new KvStateMachine())));
  const question = encodeClerkRequest({
    kind: "query",
    question: encodeOperations([{ kind: "get", key: KEY }]),
  });
  for (const sequence of [1, 1, 2]) {
    const bytes = encodeClerkRequest(append(sequence));
    assert.deepEqual(watched.apply(bytes, logIndex(1)), plain.apply(bytes, logIndex(1)));
  }
  const state = finishCapture(plain.capture());
  assert.deepEqual(finishCapture(watched.capture()), state);
  watched.restore(state);
  assert.deepEqual(watched.query(question), plain.query(question));
});
