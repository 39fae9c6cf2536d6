import assert from "node:assert/strict";
import { validateHistory } from "./history_error.ts";
import type { Operation } from "./history.ts";

type Plain = Operation<string, string>;

function operation(client: number, call: number, end: number): Plain {
  return { client, input: "i", output: "x", call, return: end };
}

Deno.test("validateHistory() accepts a client that goes on after an unknown outcome", () => {
  const given = { ...operation(1, 1, Infinity), output: undefined };
  validateHistory([given, operation(1, 2, 3), operation(2, 1.5, 4)]);
});

Deno.test("validateHistory() names what is wrong, and where", () => {
  const wrong: [Plain[], RegExp, number[]][] = [
    [[operation(1, 2, 1)], /returns at 1, before its call at 2/, [0]],
    [[operation(1, NaN, 1)], /call of an operation of client 1 is at NaN/, [0]],
    [[operation(1, 1, Infinity)], /has an output but its return is at Infinity/, [0]],
    [[operation(1, 1, 2), operation(2, 2, 3)], /at the same time, 2/, [0, 1]],
    [
      [operation(2, 1, 4), operation(1, 0, 9), operation(2, 3, 5)],
      /Client 2 calls .* 3, while .* 4/,
      [
        0,
        2,
      ],
    ],
  ];
  for (const [history, message, operations] of wrong) {
    assert.throws(() => validateHistory(history), { name: "HistoryError", message, operations });
  }
});

Deno.test("validateHistory() lets ties pass where they count as concurrent", () => {
  const history = [operation(1, 1, 2), operation(2, 2, 3), operation(1, 2, 4)];
  assert.throws(() => validateHistory(history));
  validateHistory(history, "concurrent");
});
