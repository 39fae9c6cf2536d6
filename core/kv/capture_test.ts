import assert from "node:assert/strict";
import { logIndex } from "../base/durable.ts";
import { finishCapture } from "../rsm/state_machine.ts";
import { encodeOperations } from "./operations_codec.ts";
import { KvStateMachine } from "./state_machine.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

function put(store: KvStateMachine, key: string, value: string): void {
  const operations = encodeOperations([{ kind: "put", key: bytes(key), value: bytes(value) }]);
  store.apply(operations, logIndex(1));
}

Deno.test("KvStateMachine.capture() captures the moment of the call, not of the first step", () => {
  for (const bucketBits of [1, 4, 12]) {
    const store = new KvStateMachine({ bucketBits });
    for (let i = 0; i < 100; i++) put(store, `key${i}`, "before");
    const capture = store.capture();
    for (let i = 0; i < 200; i++) put(store, `key${i}`, "after");
    const restored = new KvStateMachine({ bucketBits });
    restored.restore(finishCapture(capture));
    assert.equal(restored.keys, 100);
    for (const [, value] of restored.entries()) assert.equal(value, "before");
    assert.deepEqual([...restored.entries()].length, 100);
    assert.equal(store.keys, 200);
  }
});
