import assert from "node:assert/strict";
import fc from "fast-check";
import { ByteBudget } from "./byte_budget.ts";
import { DEFAULT_RESP_LIMITS, type RequestLimits } from "./limits.ts";
import { RespProtocolError } from "./request.ts";
import { RequestParser } from "./request_parser.ts";

const SMALL: RequestLimits = {
  ...DEFAULT_RESP_LIMITS,
  wordsMax: 40,
  wordBytesMax: 5000,
  requestBytesMax: 8000,
};
const BUDGET_BYTES = 256 * 1024;

const encoder = new TextEncoder();

function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

interface Outcome {
  /** Words as latin1, or the refusal. */
  readonly requests: readonly (readonly string[] | string)[];
  readonly error: string | undefined;
}

/** Feeds bytes in pieces of these sizes, over and over, and checks the bounds at each. */
function parse(
  input: Uint8Array,
  sizes: readonly number[],
  { limits = SMALL, trusted = true, budget = new ByteBudget(BUDGET_BYTES) } = {},
): Outcome {
  const parser = new RequestParser(limits, budget, trusted);
  const requests: (readonly string[] | string)[] = [];
  let error: string | undefined;
  try {
    let turn = 0;
    for (let at = 0; at < input.length;) {
      const space = parser.space();
      const size = Math.min(space.length, sizes[turn++ % sizes.length]!, input.length - at);
      assert.ok(size >= 1);
      space.set(input.subarray(at, at + size));
      parser.filled(size);
      at += size;
      for (;;) {
        const taken: Parameters<typeof parser.take>[1] = [];
        try {
          parser.take(7, taken);
        } finally {
          for (const { words, refusal } of taken) requests.push(refusal ?? words.map(latin1));
        }
        if (taken.length === 0) break;
      }
      assert.ok(parser.heldBytes <= 2 * limits.requestBytesMax + 65536);
    }
  } catch (thrown) {
    if (!(thrown instanceof RespProtocolError)) throw thrown;
    error = thrown.message;
  }
  parser.close();
  return { requests, error };
}

function encode(words: readonly Uint8Array[]): string {
  return `*${words.length}\r\n` + words.map((word) => `$${word.length}\r\n${latin1(word)}\r\n`)
    .join("");
}

const word = fc.uint8Array({ maxLength: 60 });
const anyRequest = fc.oneof(
  fc.array(word, { minLength: 1, maxLength: 12 }).map((words) => ({
    text: encode(words),
    means: words.map(latin1),
  })),
  fc.array(fc.stringMatching(/^[a-z0-9]{1,9}$/), { minLength: 1, maxLength: 5 }).map((words) => ({
    text: ` ${words.join("  ")}\r\n`,
    means: words,
  })),
  fc.constant({ text: "*0\r\n", means: undefined }),
  fc.constant({ text: "\r\n", means: undefined }),
  fc.integer({ min: 5001, max: 20_000 }).map((length) => ({
    text: encode([bytesOf("set"), new Uint8Array(length), bytesOf("x")]),
    means: `an argument of ${length} bytes is longer than 5000 bytes`,
  })),
  fc.constant({
    text: encode([bytesOf("a"), new Uint8Array(4500), new Uint8Array(4500)]),
    means: "the request is longer than 8000 bytes",
  }),
);
const chunks = fc.array(
  fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 5000 })),
  {
    minLength: 1,
    maxLength: 20,
  },
);

Deno.test("RequestParser gives the same requests in any pieces", () => {
  fc.assert(
    fc.property(fc.array(anyRequest, { maxLength: 12 }), chunks, (requests, sizes) => {
      const input = bytesOf(requests.map(({ text }) => text).join(""));
      const expected = requests.map(({ means }) => means).filter((means) => means !== undefined);
      assert.deepEqual(parse(input, sizes), { requests: expected, error: undefined });
    }),
    { numRuns: 300 },
  );
});

const token = fc.constantFrom(
  ..."*1\r\n|*2\r\n|*-1\r\n|*9999999999\r\n|$3\r\n|$-1\r\n|$99\r\n|$1000000000\r\n|\r\n|\n|\r|get|\"|'|\\x41|\0| "
    .split("|"),
);
const garbage = fc.oneof(
  fc.uint8Array({ maxLength: 4000 }).map(latin1),
  fc.array(token, { maxLength: 60 }).map((tokens) => tokens.join("")),
);

Deno.test("RequestParser makes the same of garbage in any pieces, and never breaks nor grows", () => {
  fc.assert(
    fc.property(garbage, chunks, (text, sizes) => {
      const input = bytesOf(text);
      assert.deepEqual(parse(input, sizes), parse(input, [1]));
    }),
    { numRuns: 1000 },
  );
});

Deno.test("RequestParser says of what is wrong what Redis says", () => {
  const cases: [string, string][] = [
    ["*1\r\n$1000000000\r\n", "invalid bulk length"],
    ["*1\r\n$-1\r\n", "invalid bulk length"],
    ["*1\r\n$01\r\n", "invalid bulk length"],
    ["*1\r\n$a\r\n", "invalid bulk length"],
    ["*1\r\n*1\r\n*1\r\n", "expected '$', got '*'"],
    ["*1\r\n\x01", "expected '$', got '.'"],
    ["*41\r\n", "invalid multibulk length"],
    ["*abc\r\n", "invalid multibulk length"],
    ["*" + "1".repeat(50), "too big mbulk count string"],
    ["*1\r\n$" + "1".repeat(50), "too big bulk count string"],
    ["a".repeat(70_000), "too big inline request"],
    [`get "a\r\n`, "unbalanced quotes in request"],
    ["*1\r\n$1\r\nabc", "expected a line end behind an argument"],
  ];
  for (const [text, error] of cases) {
    assert.deepEqual(parse(bytesOf(text), [4096]), { requests: [], error }, text.slice(0, 30));
  }
});

Deno.test("RequestParser gives out what came before what is wrong", () => {
  const { requests, error } = parse(bytesOf("PING\r\n*1\r\n$4\r\nPING\r\n*x\r\nPING\r\n"), [100]);
  assert.deepEqual(requests, [["PING"], ["PING"]]);
  assert.equal(error, "invalid multibulk length");
});

Deno.test("RequestParser keeps strangers short", () => {
  const options = { trusted: false };
  assert.equal(parse(bytesOf("*11\r\n"), [99], options).error, "unauthenticated multibulk length");
  const long = bytesOf("*2\r\n$4\r\nAUTH\r\n$16385\r\n");
  assert.equal(parse(long, [99], options).error, "unauthenticated bulk length");
  const auth = encode(["AUTH", "secret"].map((text) => encoder.encode(text)));
  assert.deepEqual(parse(bytesOf(auth), [5], options).requests, [["AUTH", "secret"]]);
});

Deno.test("RequestParser takes no more memory than the budget has, and gives it back", () => {
  const budget = new ByteBudget(4000);
  const large = bytesOf(encode([new Uint8Array(4900)]));
  const { error } = parse(large, [512], { budget });
  assert.equal(error, "too many unfinished requests");
  assert.equal(budget.used, 0);
});
