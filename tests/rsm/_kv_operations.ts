/** Arbitrary operations, and words for tests. */

import fc from "fast-check";
import { ByteWriter } from "../../core/base/bytes.ts";
import type { KvOperation } from "../../core/kv/mod.ts";

/** Records like those that are written by hand. */
export const PLAIN = { noNullPrototype: true } as const;

const encoder = new TextEncoder();

/** A few keys, so that operations meet, and some of any bytes. */
const KEYS = ["", "a", "b", "ab", "\u0000", "counter"].map(utf8);

/** Text as bytes. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Any bytes; memory that begins anywhere. */
export function bytes(maxLength = 40): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ maxLength }).map((array) => {
    const writer = new ByteWriter();
    writer.raw(array);
    return writer.finish();
  });
}

/** A value: often an integer, seldom a long one. */
export function value(): fc.Arbitrary<Uint8Array> {
  return fc.oneof(
    bytes(),
    fc.bigInt(-(2n ** 65n), 2n ** 65n).map((integer) => utf8(String(integer))),
    fc.integer({ min: -9, max: 9 }).map((integer) => utf8(String(integer))),
    { arbitrary: fc.integer({ min: 16_000, max: 17_000 }).map((n) => filled(n)), weight: 1 },
  );
}

/** Any operation. */
export function operation(): fc.Arbitrary<KvOperation> {
  const key = fc.oneof(fc.constantFrom(...KEYS), bytes(6));
  const wantsOld = fc.boolean();
  return fc.oneof<fc.Arbitrary<KvOperation>[]>(
    fc.record({ kind: fc.constant("get" as const), key }, PLAIN),
    fc.record({ kind: fc.constant("length" as const), key }, PLAIN),
    fc.record({
      kind: fc.constant("put" as const),
      key,
      value: value(),
      wantsOld,
      onlyIf: fc.constantFrom("absent" as const, "present" as const),
    }, { ...PLAIN, requiredKeys: ["kind", "key", "value"] }),
    fc.record({ kind: fc.constant("append" as const), key, value: value() }, PLAIN),
    fc.record({ kind: fc.constant("delete" as const), key, wantsOld }, {
      ...PLAIN,
      requiredKeys: ["kind", "key"],
    }),
    fc.record({
      kind: fc.constant("cas" as const),
      key,
      expect: fc.option(value(), { nil: undefined }),
      value: fc.option(value(), { nil: undefined }),
      wantsOld,
    }, PLAIN),
    fc.record({ kind: fc.constant("increment" as const), key, by: addend() }, PLAIN),
    fc.record({
      kind: fc.constant("listing" as const),
      cursor: fc.constantFrom(0, 2 ** 31, 2 ** 32, 2 ** 40),
      count: fc.nat({ max: 20 }),
    }, PLAIN),
    fc.constant({ kind: "size" as const }),
  );
}

/** What an increment may add: a number where it can be exact, otherwise a bigint. */
function addend(): fc.Arbitrary<number | bigint> {
  return fc.oneof(
    fc.integer({ min: -3, max: 3 }).map((integer) => integer + 0),
    fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).map((integer) =>
      Number.isSafeInteger(Number(integer)) ? Number(integer) : integer
    ),
  );
}

function filled(length: number): Uint8Array {
  return new Uint8Array(length).map((_, i) => (i * 7) & 0xff);
}
