import assert from "node:assert/strict";
import { jobsOption, seedOption } from "./options.ts";
import { eachOf, integer, oneOf, seconds, size } from "./values.ts";

Deno.test("integer() accepts the bounds and refuses what lies beyond", () => {
  const parse = integer({ min: 1, max: 10 });
  assert.deepEqual(["1", "10", "007"].map(parse), [1, 10, 7]);
  for (const text of ["0", "11", "", " 1", "1.5", "1e1", "0x1", "-1", "x"]) {
    assert.throws(() => parse(text), { message: "Expected an integer from 1 to 10" }, text);
  }
  assert.equal(integer()("9007199254740991"), Number.MAX_SAFE_INTEGER);
  assert.throws(() => integer()("9007199254740992"), /at least 0/);
  assert.equal(integer({ min: -5 })("-5"), -5);
});

Deno.test("seconds() accepts whole and broken numbers above 0", () => {
  assert.deepEqual(["1", "0.25", "600"].map(seconds), [1, 0.25, 600]);
  for (const text of ["0", "-1", "1s", ".5", "Infinity", ""]) assert.throws(() => seconds(text));
});

Deno.test("size() takes bytes, and powers of 1024", () => {
  for (
    const [text, bytes] of [["1", 1], ["64K", 65536], ["32m", 2 ** 25], ["2G", 2 ** 31], [
      "1MiB",
      2 ** 20,
    ]] as const
  ) assert.equal(size(text), bytes, text);
  for (const text of ["", "0", "0M", "-1", "1.5M", "M", "1T", "9999999999G"]) {
    assert.throws(() => size(text), /Expected a number of bytes/, text);
  }
});

Deno.test("oneOf() ignores case and suggests the nearest value", () => {
  const parse = oneOf(["2A", "2B", "canary"]);
  assert.equal(parse("2b"), "2B");
  assert.throws(() => parse("canray"), {
    message: "Expected one of 2A, 2B, canary (did you mean canary?)",
  });
  assert.throws(() => parse("raft"), { message: "Expected one of 2A, 2B, canary" });
  const many = oneOf(Array.from({ length: 20 }, (_, i) => `bug-${i}`));
  assert.throws(() => many("bug1"), {
    message: "Expected one of bug-0, bug-1, bug-2, bug-3, and 16 more (did you mean bug-1?)",
  });
});

Deno.test("eachOf() collects without changing what was there before", () => {
  const parse = eachOf(integer());
  const first = parse("1");
  assert.deepEqual(parse("2", first), [1, 2]);
  assert.deepEqual(first, [1]);
});

Deno.test("--seed takes every 64-bit number, decimal or hexadecimal", () => {
  const parse = seedOption().parseArg as unknown as (text: string) => bigint;
  assert.equal(parse("0"), 0n);
  assert.equal(parse("18446744073709551615"), 2n ** 64n - 1n);
  assert.equal(parse("0xFFFFffffFFFFffff"), 2n ** 64n - 1n);
  for (const text of ["18446744073709551616", "-1", "1n", "", "0x", "0b1", "seed"]) {
    assert.throws(() => parse(text), /0 to 2\^64 - 1/, text);
  }
});

Deno.test("--jobs takes at least one", () => {
  const parse = jobsOption().parseArg as unknown as (text: string) => number;
  assert.equal(parse("1"), 1);
  assert.throws(() => parse("0"));
});
