import assert from "node:assert/strict";
import fc from "fast-check";
import { DamagedDataError } from "../base/errors.ts";
import { latin1Of } from "../base/bytes.ts";
import type { KvError, KvResult } from "./operations.ts";
import { decodeResults, ResultsWriter } from "./results_codec.ts";
import { bytes, PLAIN } from "../../tests/rsm/_kv_operations.ts";
import { valueOf } from "./value.ts";

fc.configureGlobal({ seed: 824 });

const ERRORS: readonly KvError[] = [
  "notAnInteger",
  "overflow",
  "valueTooLarge",
  "notAQuestion",
  "damaged",
  "notCarriedOut",
];

function result(): fc.Arbitrary<KvResult> {
  const some = fc.option(bytes(), { nil: undefined });
  const size = fc.nat(Number.MAX_SAFE_INTEGER);
  return fc.oneof<fc.Arbitrary<KvResult>[]>(
    fc.record({ kind: fc.constant("value" as const), value: some }, PLAIN),
    fc.record({ kind: fc.constant("changed" as const), changed: fc.boolean(), old: some }, PLAIN),
    fc.record({
      kind: fc.constant("length" as const),
      length: fc.option(size, { nil: undefined }),
    }, PLAIN),
    fc.record({
      kind: fc.constant("integer" as const),
      value: fc.oneof(
        fc.maxSafeInteger().map((integer) => integer + 0),
        fc.bigInt(2n ** 53n, 2n ** 63n - 1n),
        fc.bigInt(-(2n ** 63n), -(2n ** 53n)),
      ),
    }, PLAIN),
    fc.record(
      { kind: fc.constant("listing" as const), keys: fc.array(bytes()), cursor: size },
      PLAIN,
    ),
    fc.record({ kind: fc.constant("size" as const), keys: size, bytes: size }, PLAIN),
    fc.record({ kind: fc.constant("error" as const), error: fc.constantFrom(...ERRORS) }, PLAIN),
  );
}

function encode(results: readonly KvResult[]): Uint8Array {
  const writer = new ResultsWriter();
  writer.begin(results.length);
  for (const result of results) write(writer, result);
  return writer.finish();
}

function write(writer: ResultsWriter, result: KvResult): void {
  switch (result.kind) {
    case "value":
      return writer.value(result.value && valueOf(result.value));
    case "changed":
      return writer.changed(result.changed, result.old && valueOf(result.old));
    case "length":
      return writer.length(result.length);
    case "integer":
      return writer.integer(result.value);
    case "listing":
      return writer.listing(result.keys.map((key) => latin1Of(key)), result.cursor);
    case "size":
      return writer.size(result.keys, result.bytes);
    case "error":
      return writer.error(result.error);
  }
}

Deno.test("results: every list is decoded to what was encoded", () => {
  fc.assert(fc.property(fc.array(result()), (results) => {
    assert.deepEqual(decodeResults(encode(results)), results);
  }));
});

Deno.test("results: a list that is cut short is damaged, and so is an error of no kind", () => {
  fc.assert(fc.property(fc.array(result()), fc.nat(), (results, cut) => {
    const whole = encode(results);
    assert.throws(() => decodeResults(whole.subarray(0, cut % whole.length)), DamagedDataError);
  }));
  assert.throws(() => decodeResults(new Uint8Array([1, 11, 99])), DamagedDataError);
});
