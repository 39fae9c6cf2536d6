import assert from "node:assert/strict";
import { formatHistoryLine, parseHistoryLine } from "./history_lines.ts";
import type { KvOperation } from "./kv_model.ts";

const TIMES = { client: 3, call: 1.5, return: 2 };

Deno.test("formatHistoryLine() and parseHistoryLine() are each other's inverse", () => {
  const key = "k\n\u0000\u00e9\ud83d\ude00";
  const operations: KvOperation[] = [
    { ...TIMES, input: { op: "get", key }, output: { value: "v" } },
    { ...TIMES, input: { op: "get", key }, output: { value: null } },
    { ...TIMES, input: { op: "put", key, value: "" }, output: {} },
    { ...TIMES, input: { op: "append", key, value: "v" }, output: undefined, return: Infinity },
    { ...TIMES, input: { op: "cas", key, expect: null, value: "v" }, output: { ok: false } },
    { ...TIMES, input: { op: "cas", key, expect: "e", value: "v" }, output: { ok: true } },
    { ...TIMES, input: { op: "delete", key }, output: {} },
    { ...TIMES, input: { op: "delete", key }, output: { ok: false } },
  ];
  for (const operation of operations) {
    const line = formatHistoryLine(operation);
    assert.doesNotMatch(line, /\n/);
    assert.deepEqual(parseHistoryLine(line), operation, line);
  }
});

Deno.test("parseHistoryLine() knows other names, numbers as values, and fields of others", () => {
  assert.deepEqual(
    parseHistoryLine(
      '{"client":0,"op":"write","key":7,"value":-1,"call":0,"return":1,"node":"n1"}',
    ),
    { client: 0, input: { op: "put", key: "7", value: "-1" }, output: {}, call: 0, return: 1 },
  );
});

Deno.test("parseHistoryLine() says what is wrong with a line", () => {
  const good = { client: 1, op: "get", key: "k", output: "v", call: 1, return: 2 };
  const wrong: [unknown, RegExp][] = [
    [{ ...good, op: "toString" }, /"op" must be one of get, put/],
    [{ ...good, client: 1.5 }, /"client" must be an integer, and is 1.5/],
    [{ ...good, call: "1" }, /"call" must be a number, and is "1"/],
    [{ ...good, return: undefined }, /"return" is missing: a number, or null if unknown/],
    [{ ...good, key: ["k"] }, /"key" must be a string, and is \["k"\]/],
    [{ ...good, output: true }, /"output" must be a string, or null if absent, and is true/],
    [{ ...good, return: null }, /"return" is null, .* but there is "output"/],
    [{ ...good, op: "cas", expect: "a", value: "b" }, /"ok" is missing: true or false/],
    [{ ...good, op: "put", value: "b", ok: false }, /"ok" is false/],
    ["text", /not a JSON object/],
    [null, /not a JSON object/],
  ];
  for (const [value, message] of wrong) {
    assert.throws(() => parseHistoryLine(JSON.stringify(value)), {
      name: "HistoryLineError",
      message,
    });
  }
  assert.throws(() => parseHistoryLine("{"), /not JSON: /);
});
