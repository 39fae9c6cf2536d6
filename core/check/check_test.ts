import assert from "node:assert/strict";
import { checkHistory } from "./check.ts";
import type { Model, Operation } from "./history.ts";
import { type KvInput, kvModel, type KvOperation, type KvOutput } from "./kv_model.ts";
import { registerModel, type RegisterOperation } from "./register_model.ts";

function kv(
  client: number,
  input: KvInput,
  output: KvOutput | undefined,
  call: number,
  end: number,
): KvOperation {
  return { client, input, output, call, return: end };
}

const key = "k";

Deno.test("checkHistory() of nothing is ok", () => {
  assert.deepEqual(checkHistory(kvModel, []), { verdict: "ok", steps: 0, parts: [] });
});

Deno.test("checkHistory() gives an order, in places of the history", () => {
  const { verdict, parts } = checkHistory(kvModel, [
    kv(1, { op: "get", key: "b" }, { value: "" }, 1, 2),
    kv(2, { op: "get", key }, { value: "v" }, 3, 8),
    kv(3, { op: "put", key, value: "v" }, {}, 4, 7),
  ]);
  assert.equal(verdict, "ok");
  assert.deepEqual(parts.map(({ partition, order }) => [partition, order]), [["b", [0]], ["k", [
    2,
    1,
  ]]]);
});

Deno.test("checkHistory() lets an unknown operation take effect late, once, or never", () => {
  const unknown = kv(1, { op: "append", key, value: "x" }, undefined, 1, Infinity);
  const read = (value: string, call: number) =>
    kv(2, { op: "get", key }, { value }, call, call + 0.5);
  const verdict = (...reads: KvOperation[]) => checkHistory(kvModel, [unknown, ...reads]).verdict;
  assert.equal(verdict(read("", 2), read("x", 3)), "ok");
  assert.equal(verdict(read("", 2), read("", 3)), "ok");
  assert.equal(verdict(read("x", 2), read("", 3)), "illegal");
  assert.equal(verdict(read("xx", 2)), "illegal");
  assert.equal(verdict(read("x", 0.1)), "illegal");
});

Deno.test("checkHistory() does not trust the return of an operation of unknown outcome", () => {
  const history = [
    kv(1, { op: "put", key, value: "x" }, undefined, 1, 2),
    kv(2, { op: "get", key }, { value: "" }, 3, 4),
    kv(2, { op: "get", key }, { value: "x" }, 5, 6),
  ];
  assert.equal(checkHistory(kvModel, history).verdict, "ok");
});

Deno.test("checkHistory() is illegal if any part is, and unknown if the others were not decided", () => {
  const wrong = kv(1, { op: "get", key: "wrong" }, { value: "v" }, 1, 2);
  const puts = ["a", "b", "c"].map((value, i) =>
    kv(i + 2, { op: "put", key, value }, {}, i + 3, i + 20.5)
  );
  const long = [...puts, kv(9, { op: "get", key }, { value: "a" }, 30, 31)];
  assert.equal(checkHistory(kvModel, long, { stepsMax: 2 }).verdict, "unknown");
  assert.equal(checkHistory(kvModel, [wrong, ...long], { stepsMax: 2 }).verdict, "illegal");
});

Deno.test("checkHistory() tells all operations that do not fit, in words", () => {
  const { parts } = checkHistory(kvModel, [
    kv(1, { op: "put", key, value: "a" }, {}, 1, 2),
    kv(2, { op: "get", key }, { value: "" }, 3, 4),
    kv(2, { op: "get", key }, { value: "a" }, 5, 6),
    kv(3, { op: "get", key }, { value: "b" }, 7, 8),
    kv(1, { op: "put", key, value: "b" }, {}, 9, 10),
    kv(3, { op: "get", key }, { value: "b" }, 11, 12),
  ]);
  const [{ order, misfits }] = parts as [(typeof parts)[0]];
  assert.deepEqual(order, [0]);
  assert.deepEqual(misfits.map(({ operation }) => operation), [1, 3]);
  assert.match(
    misfits[0]!.why,
    /^client 2: get\("k"\) -> "", from 3 to 4, but .*the state was then "a"$/,
  );
  assert.match(misfits[1]!.why, /only client 1 could have left that there, by a call at 9/);
});

Deno.test("checkHistory() with the register: what is read is what was written last", () => {
  const write = (value: string, call: number): RegisterOperation => (
    {
      client: 1,
      input: { op: "write", register: "r", value },
      output: {},
      call,
      return: call + 1.5,
    }
  );
  const read = (value: string | null, call: number): RegisterOperation => (
    { client: 2, input: { op: "read", register: "r" }, output: { value }, call, return: call + 0.6 }
  );
  assert.equal(
    checkHistory(registerModel, [read(null, 0.3), write("a", 1), read("a", 1.2)]).verdict,
    "ok",
  );
  assert.equal(
    checkHistory(registerModel, [write("a", 1), write("b", 3), read("a", 5)]).verdict,
    "illegal",
  );
});

Deno.test("checkHistory() takes any model", () => {
  const counter: Model<number, "add" | "see", number> = {
    partition: () => "",
    initial: 0,
    step: (state, input, output) =>
      input === "add" ? state + 1 : (output ?? state) === state ? state : undefined,
    stateKey: (state) => state,
    describe: (input, output) => `${input} -> ${output}`,
  };
  const add = (client: number, call: number): Operation<"add" | "see", number> => (
    { client, input: "add", output: 0, call, return: call + 10 }
  );
  const see = (output: number, call: number): Operation<"add" | "see", number> => (
    { client: 9, input: "see", output, call, return: call + 0.5 }
  );
  assert.equal(checkHistory(counter, [add(1, 1), add(2, 2), see(1, 3), see(2, 4)]).verdict, "ok");
  const { parts } = checkHistory(counter, [add(1, 1), add(2, 2), see(2, 3), see(1, 4)]);
  assert.equal(parts[0]!.misfits[0]!.why, "client 9: see -> 1, from 4 to 4.5");
});
