import assert from "node:assert/strict";
import fc from "fast-check";
import { addIntegers, parseInteger } from "./integer.ts";

fc.configureGlobal({ seed: 824 });

const MAX = 2n ** 63n - 1n;
const MIN = -(2n ** 63n);

Deno.test("parseInteger() takes what Redis takes", () => {
  for (
    const [text, value] of [["0", 0], ["-1", -1], ["42", 42], ["999999999999999", 999999999999999]]
  ) {
    assert.equal(parseInteger(String(text)), value);
  }
  assert.equal(parseInteger(String(MAX)), MAX);
  assert.equal(parseInteger(String(MIN)), MIN);
});

Deno.test("parseInteger() refuses what Redis refuses", () => {
  const refused = [
    "",
    "-",
    "+1",
    "-0",
    "00",
    "01",
    "-01",
    " 1",
    "1 ",
    "1.0",
    "1e3",
    "0x10",
    "1\n",
    "١",
  ];
  for (const text of [...refused, String(MAX + 1n), String(MIN - 1n), "9".repeat(1000)]) {
    assert.equal(parseInteger(text), undefined, JSON.stringify(text));
  }
});

Deno.test("integers: what is exact as a number is a number, everything else a bigint", () => {
  assert.equal(parseInteger(String(Number.MAX_SAFE_INTEGER)), Number.MAX_SAFE_INTEGER);
  assert.equal(parseInteger(String(2n ** 53n)), 2n ** 53n);
  assert.equal(addIntegers(Number.MAX_SAFE_INTEGER, 1), 2n ** 53n);
  assert.equal(addIntegers(2n ** 53n, -1), Number.MAX_SAFE_INTEGER);
  assert(Object.is(addIntegers(-1, 1), 0));
});

Deno.test("addIntegers() is the sum, or undefined where it has more than 64 bits", () => {
  const integer = fc.oneof(
    fc.bigInt(MIN, MAX),
    fc.constantFrom(MIN, MIN + 1n, MAX - 1n, MAX, 0n, 2n ** 53n, -(2n ** 53n)),
  );
  fc.assert(fc.property(integer, integer, (a, b) => {
    const sum = addIntegers(parseInteger(String(a))!, parseInteger(String(b))!);
    const fits = a + b >= MIN && a + b <= MAX;
    assert.equal(sum === undefined ? undefined : BigInt(sum), fits ? a + b : undefined);
  }));
});
