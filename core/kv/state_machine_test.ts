import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { logIndex } from "../base/durable.ts";
import { DamagedDataError } from "../base/errors.ts";
import { finishCapture } from "../rsm/mod.ts";
import type { KvOperation, KvResult } from "./operations.ts";
import { encodeOperations } from "./operations_codec.ts";
import { decodeResults } from "./results_codec.ts";
import { KvStateMachine } from "./state_machine.ts";
import { operation, utf8 } from "../../tests/rsm/_kv_operations.ts";

fc.configureGlobal({ seed: 824 });

function apply(store: KvStateMachine, ...operations: KvOperation[]): KvResult[] {
  return decodeResults(store.apply(encodeOperations(operations), logIndex(1)));
}

function ask(store: KvStateMachine, ...operations: KvOperation[]): KvResult[] {
  return decodeResults(store.query(encodeOperations(operations)));
}

function keyOf(text: string): Uint8Array {
  return utf8(text);
}

/** The store as anybody would write it who has time: a map of hexadecimal text. */
class Oracle {
  readonly values = new Map<string, Buffer>();

  carryOut(operation: KvOperation): KvResult | undefined {
    if (operation.kind === "size") {
      const bytes = [...this.values].reduce(
        (sum, [key, value]) => sum + key.length / 2 + value.length,
        0,
      );
      return { kind: "size", keys: this.values.size, bytes };
    }
    if (operation.kind === "listing") return undefined;
    const key = Buffer.from(operation.key).toString("hex");
    const old = this.values.get(key);
    const oldBytes = old && new Uint8Array(old);
    const kept = "wantsOld" in operation && operation.wantsOld ? oldBytes : undefined;
    switch (operation.kind) {
      case "get":
        return { kind: "value", value: oldBytes };
      case "length":
        return { kind: "length", length: old?.length };
      case "put": {
        const changed = operation.onlyIf === undefined ||
          (old === undefined) === (operation.onlyIf === "absent");
        if (changed) this.values.set(key, Buffer.from(operation.value));
        return { kind: "changed", changed, old: kept };
      }
      case "append": {
        const value = Buffer.concat([old ?? Buffer.alloc(0), operation.value]);
        this.values.set(key, value);
        return { kind: "length", length: value.length };
      }
      case "delete":
        return { kind: "changed", changed: this.values.delete(key), old: kept };
      case "cas": {
        const { expect, value } = operation;
        const changed = expect === undefined ? old === undefined : old?.equals(expect) === true;
        if (changed && value !== undefined) this.values.set(key, Buffer.from(value));
        if (changed && value === undefined) this.values.delete(key);
        return { kind: "changed", changed, old: kept };
      }
      case "increment": {
        const text = old?.toString("latin1") ?? "0";
        if (text.length > 20 || !/^-?\d+$/.test(text) || String(BigInt(text)) !== text) {
          return { kind: "error", error: "notAnInteger" };
        }
        const before = BigInt(text);
        if (BigInt.asIntN(64, before) !== before) return { kind: "error", error: "notAnInteger" };
        const sum = before + BigInt(operation.by);
        if (BigInt.asIntN(64, sum) !== sum) return { kind: "error", error: "overflow" };
        this.values.set(key, Buffer.from(String(sum)));
        return { kind: "integer", value: Number.isSafeInteger(Number(sum)) ? Number(sum) : sum };
      }
    }
  }
}

Deno.test("KvStateMachine does what the oracle does", () => {
  fc.assert(
    fc.property(fc.array(fc.array(operation(), { maxLength: 5 }), { maxLength: 60 }), (lists) => {
      const store = new KvStateMachine();
      const oracle = new Oracle();
      for (const list of lists) {
        const results = apply(store, ...list);
        assert.equal(results.length, list.length);
        for (const [i, operation] of list.entries()) {
          const expected = oracle.carryOut(operation);
          if (expected !== undefined) assert.deepEqual(results[i], expected);
        }
      }
      assert.deepEqual(ask(store, { kind: "size" }), [oracle.carryOut({ kind: "size" })]);
      const [listing] = ask(store, { kind: "listing", cursor: 0, count: 1000 });
      assert(listing?.kind === "listing");
      assert.deepEqual(
        listing.keys.map((key) => Buffer.from(key).toString("hex")).sort(),
        [...oracle.values.keys()].sort(),
      );
    }),
  );
});

Deno.test("KvStateMachine: a captured state, restored, is the same state, and captures to the same bytes", () => {
  fc.assert(fc.property(fc.array(operation()), fc.array(operation()), (before, after) => {
    const store = new KvStateMachine();
    apply(store, ...before);
    const capture = store.capture();
    const expected = finishCapture(store.capture());
    apply(store, ...after);
    const data = finishCapture(capture);
    assert.deepEqual(data, expected);
    const other = new KvStateMachine();
    apply(other, { kind: "put", key: keyOf("gone"), value: keyOf("x") });
    other.restore(data);
    assert.deepEqual(finishCapture(other.capture()), data);
    assert.deepEqual(apply(other, ...after), apply(storeWith(before), ...after));
  }));
});

function storeWith(operations: readonly KvOperation[]): KvStateMachine {
  const store = new KvStateMachine();
  apply(store, ...operations);
  return store;
}

Deno.test("KvStateMachine.restore() refuses what is no captured state, and keeps what it had", () => {
  const store = storeWith([{ kind: "put", key: keyOf("k"), value: keyOf("v") }]);
  const data = finishCapture(store.capture());
  for (const damaged of [data.subarray(0, -1), new Uint8Array([...data, 0]), new Uint8Array([9])]) {
    assert.throws(() => store.restore(damaged), DamagedDataError);
  }
  assert.deepEqual(ask(store, { kind: "get", key: keyOf("k") }), [
    { kind: "value", value: keyOf("v") },
  ]);
});

Deno.test("KvStateMachine.query() changes nothing", () => {
  const store = new KvStateMachine();
  const key = keyOf("k");
  const results = ask(store, { kind: "put", key, value: key }, { kind: "get", key });
  assert.deepEqual(results, [
    { kind: "error", error: "notAQuestion" },
    { kind: "value", value: undefined },
  ]);
});

Deno.test("KvStateMachine: a list that cannot be decoded has one result, and does nothing of what it could be read to say", () => {
  const store = new KvStateMachine();
  const list = encodeOperations([
    { kind: "put", key: keyOf("a"), value: keyOf("1") },
    { kind: "put", key: keyOf("b"), value: keyOf("2") },
  ]);
  const result = store.apply(list.subarray(0, -1), logIndex(1));
  assert.deepEqual(decodeResults(result), [{ kind: "error", error: "damaged" }]);
  assert.equal(store.keys, 0);
});

Deno.test("KvStateMachine: no operation makes a value longer than the store allows", () => {
  const store = new KvStateMachine({ valueBytesMax: 10 });
  const key = keyOf("k");
  const tooLarge = { kind: "error", error: "valueTooLarge" };
  assert.deepEqual(apply(store, { kind: "append", key, value: new Uint8Array(10) }), [
    { kind: "length", length: 10 },
  ]);
  assert.deepEqual(apply(store, { kind: "append", key, value: new Uint8Array(1) }), [tooLarge]);
  assert.deepEqual(apply(store, { kind: "put", key, value: new Uint8Array(11) }), [tooLarge]);
  const expect = new Uint8Array(10);
  assert.deepEqual(
    apply(store, { kind: "cas", key, expect, value: new Uint8Array(11) }),
    [tooLarge],
  );
  assert.equal(store.bytes, 11);
});

Deno.test("KvStateMachine keeps nothing of a command's memory", () => {
  const store = new KvStateMachine();
  const key = keyOf("k");
  for (const length of [3, 20_000]) {
    const command = encodeOperations([{ kind: "put", key, value: new Uint8Array(length).fill(7) }]);
    store.apply(command, logIndex(1));
    command.fill(0);
    const [result] = ask(store, { kind: "get", key });
    assert(result?.kind === "value");
    assert.deepEqual(result.value, new Uint8Array(length).fill(7));
  }
});
