import assert from "node:assert/strict";
import fc from "fast-check";
import { DamagedDataError } from "../base/errors.ts";
import type { KvOperation } from "./operations.ts";
import { decodeOperations, encodeOperations } from "./operations_codec.ts";
import { bytes, operation, utf8 } from "../../tests/rsm/_kv_operations.ts";

fc.configureGlobal({ seed: 824 });

Deno.test("operations: every list is decoded to what was encoded", () => {
  fc.assert(fc.property(fc.array(operation()), (operations) => {
    assert.deepEqual(decodeOperations(encodeOperations(operations)), operations.map(explicit));
  }));
});

Deno.test("operations: a list that is cut short, or longer than it says, is damaged", () => {
  fc.assert(fc.property(fc.array(operation()), fc.nat(), bytes(), (operations, cut, more) => {
    const whole = encodeOperations(operations);
    assert.throws(() => decodeOperations(whole.subarray(0, cut % whole.length)), DamagedDataError);
    if (more.length === 0) return;
    assert.throws(() => decodeOperations(new Uint8Array([...whole, ...more])), DamagedDataError);
  }));
});

Deno.test("operations: random bytes are a list or damaged, and nothing else", () => {
  fc.assert(fc.property(bytes(), (data) => {
    try {
      decodeOperations(data);
    } catch (error) {
      assert(error instanceof DamagedDataError);
    }
  }));
});

Deno.test("operations: a get takes two bytes more than its key, a put three more than key and value", () => {
  const key = utf8("key");
  assert.equal(encodeOperations([{ kind: "get", key }]).length, 1 + 2 + 3);
  assert.equal(encodeOperations([{ kind: "put", key, value: key }]).length, 1 + 3 + 6);
});

/** What decoding says of flags that encoding may leave out. */
function explicit(operation: KvOperation): KvOperation {
  switch (operation.kind) {
    case "put":
    case "delete":
    case "cas":
      return { ...operation, wantsOld: operation.wantsOld ?? false };
    default:
      return operation;
  }
}
