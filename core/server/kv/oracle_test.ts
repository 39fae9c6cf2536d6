/** Random commands in random pipelines, against a store that is a `Map` and an obvious function per command. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { KvStateMachine } from "../../kv/mod.ts";
import { courierTo, partsOf, withTestServer } from "./_test_server.ts";

type Reply = string;

const bulk = (value: string | undefined): Reply =>
  value === undefined ? "$-1\r\n" : `$${value.length}\r\n${value}\r\n`;
const integer = (value: number | bigint): Reply => `:${value}\r\n`;
const OK = "+OK\r\n";
const NOT_INTEGER = "-ERR value is not an integer or out of range\r\n";

type Oracle = (store: Map<string, string>, ...args: string[]) => Reply;

function add(store: Map<string, string>, key: string, by: bigint): Reply {
  const old = store.get(key) ?? "0";
  if (!/^(0|-?[1-9]\d*)$/.test(old)) return NOT_INTEGER;
  if (BigInt.asIntN(64, BigInt(old)) !== BigInt(old)) return NOT_INTEGER;
  const sum = BigInt(old) + by;
  if (BigInt.asIntN(64, sum) !== sum) return "-ERR increment or decrement would overflow\r\n";
  store.set(key, `${sum}`);
  return integer(sum);
}

const ORACLES: Readonly<Record<string, Oracle>> = {
  get: (store, key) => bulk(store.get(key!)),
  set: (store, key, value) => {
    store.set(key!, value!);
    return OK;
  },
  setnx: (store, key, value) => {
    if (store.has(key!)) return integer(0);
    store.set(key!, value!);
    return integer(1);
  },
  getset: (store, key, value) => {
    const old = store.get(key!);
    store.set(key!, value!);
    return bulk(old);
  },
  getdel: (store, key) => {
    const old = store.get(key!);
    store.delete(key!);
    return bulk(old);
  },
  append: (store, key, value) => {
    store.set(key!, (store.get(key!) ?? "") + value);
    return integer(store.get(key!)!.length);
  },
  strlen: (store, key) => integer(store.get(key!)?.length ?? 0),
  exists: (store, ...keys) => integer(keys.filter((key) => store.has(key)).length),
  del: (store, ...keys) => integer(keys.filter((key) => store.delete(key)).length),
  mget: (store, ...keys) =>
    `*${keys.length}\r\n${keys.map((key) => bulk(store.get(key))).join("")}`,
  incr: (store, key) => add(store, key!, 1n),
  decr: (store, key) => add(store, key!, -1n),
  incrby: (store, key, by) => add(store, key!, BigInt(by!)),
  dbsize: (store) => integer(store.size),
  echo: (_store, text) => bulk(text),
  nonsense: (_store, ...args) =>
    `-ERR unknown command 'nonsense', with args beginning with: ${
      args.map((arg) => `'${arg}' `).join("")
    }\r\n`,
};

const key = fc.constantFrom("a", "b", "c", "d\0\xff");
const value = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
  fc.integer({ min: -5, max: 5 }).map(String),
  fc.constantFrom("", "x", "\r\n$-1\r\n", "\xff\0"),
);
const command = fc.oneof(
  fc.tuple(
    fc.constantFrom("get", "getdel", "strlen", "incr", "decr", "exists", "del", "mget"),
    key,
  ),
  fc.tuple(fc.constantFrom("set", "setnx", "getset", "append"), key, value),
  fc.tuple(fc.constantFrom("exists", "del", "mget"), key, key, key),
  fc.tuple(fc.constant("incrby"), key, fc.integer().map(String)),
  fc.constant(["dbsize"]),
  fc.constant(["echo", "hi"]),
  fc.constant(["nonsense", "here"]),
);

function encode(words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => bulk(word)).join("")}`;
}

/** A store in several parts does nothing about keys of more than one. */
function isOfOnePart([name, ...words]: readonly string[], parts: number): boolean {
  if (name !== "exists" && name !== "del" && name !== "mget") return true;
  return new Set(words.map((key) => key.charCodeAt(0) % parts)).size === 1;
}

const CROSSSLOT = "-CROSSSLOT Keys in request don't hash to the same slot\r\n";

for (const count of [1, 3]) {
  const parts = count === 1 ? "a store" : `a store in ${count} parts`;
  Deno.test(`redis commands: random pipelines are answered as the oracle says, by ${parts}`, async () => {
    const pipelines = fc.array(fc.array(command, { minLength: 1, maxLength: 30 }), {
      maxLength: 5,
    });
    await fc.assert(
      fc.asyncProperty(pipelines, (commands) =>
        withTestServer(async (server) => {
          const store = new Map<string, string>();
          const client = await server.connect();
          for (const pipeline of commands) {
            const expected = pipeline.map((words) => {
              const [name, ...args] = words;
              return isOfOnePart(words, count) ? ORACLES[name!]!(store, ...args) : CROSSSLOT;
            }).join("");
            await client.send(pipeline.map(encode).join(""));
            assert.equal(await client.read(expected.length), expected);
          }
          client.close();
        }, {
          ...(count > 1 && {
            parts: partsOf(Array.from({ length: count }, () => courierTo(new KvStateMachine()))),
          }),
        })),
      { numRuns: 150 },
    );
  });
}
