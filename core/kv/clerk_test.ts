import assert from "node:assert/strict";
import { logIndex } from "../base/durable.ts";
import type { ClerkOutcome } from "../rsm/mod.ts";
import { utf8 } from "../../tests/rsm/_kv_operations.ts";
import { KvClerk, type KvOutcome } from "./clerk.ts";
import type { KvOperation, KvResult } from "./operations.ts";
import { encodeOperations } from "./operations_codec.ts";
import { KvStateMachine } from "./state_machine.ts";

type OnOutcome = (outcome: ClerkOutcome) => void;

/** A store in place of a cluster, which answers at once, and can be told to fail. */
class Subject {
  readonly store = new KvStateMachine({ valueBytesMax: 10 });
  readonly kinds: string[] = [];
  failure: ClerkOutcome | undefined;
  readonly clerk = new KvClerk({
    command: (bytes, onOutcome) => {
      this.kinds.push("command");
      this.#answer(onOutcome, () => this.store.apply(bytes, logIndex(1)));
    },
    query: (bytes, onOutcome) => {
      this.kinds.push("query");
      this.#answer(onOutcome, () => this.store.query(bytes));
    },
    stop: () => this.kinds.push("stop"),
  });

  #answer(onOutcome: OnOutcome, result: () => Uint8Array): void {
    onOutcome(this.failure ?? { kind: "done", result: result() });
  }
}

function outcomeOf<T>(call: (onOutcome: (outcome: KvOutcome<T>) => void) => void): KvOutcome<T> {
  const outcomes: KvOutcome<T>[] = [];
  call((outcome) => outcomes.push(outcome));
  assert.equal(outcomes.length, 1);
  return outcomes[0]!;
}

function valueOf<T>(call: (onOutcome: (outcome: KvOutcome<T>) => void) => void): T {
  const outcome = outcomeOf(call);
  assert(outcome.kind === "done");
  return outcome.value;
}

const key = utf8("k");

Deno.test("KvClerk: put, get, append, delete and cas do what they say", () => {
  const { clerk } = new Subject();
  assert.equal(valueOf((on) => clerk.get(key, on)), undefined);
  assert.equal(valueOf((on) => clerk.put(key, utf8("a"), on)), undefined);
  assert.equal(valueOf((on) => clerk.append(key, utf8("bc"), on)), 3);
  assert.deepEqual(valueOf((on) => clerk.get(key, on)), utf8("abc"));
  assert.equal(valueOf((on) => clerk.cas(key, utf8("x"), utf8("y"), on)), false);
  assert.equal(valueOf((on) => clerk.cas(key, utf8("abc"), utf8("y"), on)), true);
  assert.equal(valueOf((on) => clerk.delete(key, on)), true);
  assert.equal(valueOf((on) => clerk.delete(key, on)), false);
  assert.equal(valueOf((on) => clerk.cas(key, undefined, utf8("new"), on)), true);
});

Deno.test("KvClerk asks what changes nothing as a question, and everything else as a command", () => {
  const { clerk, kinds } = new Subject();
  clerk.get(key, () => {});
  clerk.put(key, key, () => {});
  clerk.run([{ kind: "get", key }, { kind: "size" }], () => {});
  clerk.run([{ kind: "get", key }, { kind: "delete", key }], () => {});
  clerk.stop();
  assert.deepEqual(kinds, ["query", "command", "query", "command", "stop"]);
});

Deno.test("KvClerk: what is not done is told as it is", () => {
  const subject = new Subject();
  for (const kind of ["failed", "uncertain"] as const) {
    subject.failure = { kind, reason: "because" };
    assert.deepEqual(outcomeOf((on) => subject.clerk.put(key, key, on)), subject.failure);
  }
});

Deno.test("KvClerk: an operation that is refused has failed; in a list, its result says so", () => {
  const { clerk } = new Subject();
  const value = new Uint8Array(11);
  assert.deepEqual(outcomeOf((on) => clerk.put(key, value, on)), {
    kind: "failed",
    reason: "valueTooLarge",
  });
  const list: KvOperation[] = [{ kind: "put", key, value }, { kind: "size" }];
  const results = valueOf<KvResult[]>((on) => clerk.run(list, on));
  assert.deepEqual(results.map(({ kind }) => kind), ["error", "size"]);
});

Deno.test("KvClerk: an answer to something else is a failure, and no wrong answer", () => {
  const subject = new Subject();
  const other = subject.store.query(encodeOperations([{ kind: "size" }]));
  subject.failure = { kind: "done", result: other };
  assert.equal(outcomeOf((on) => subject.clerk.get(key, on)).kind, "failed");
});
