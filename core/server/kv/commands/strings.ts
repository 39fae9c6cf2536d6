/** Commands about values. */

import type { KvOperation } from "../../../kv/mod.ts";
import { CommandError, type DataCommand, syntaxError } from "./command.ts";
import { replyChanged, replyValue, resultOf } from "./results.ts";
import { int64, keyOf, upperCase } from "./words.ts";

const INT64_MIN = -(2n ** 63n);

const ONE_KEY = [1, 1, 1] as const;

/** The commands of this file. */
export const STRING_COMMANDS: readonly DataCommand[] = [
  {
    kind: "data",
    name: "get",
    arity: 2,
    keys: ONE_KEY,
    writes: false,
    summary: "Returns the string value of a key.",
    operations: (words, into) => into.push({ kind: "get", key: keyOf(words[1]!) }),
    reply: (replies, answer) => replyValue(replies, resultOf(answer, "value").value),
  },
  {
    kind: "data",
    name: "set",
    arity: -3,
    keys: ONE_KEY,
    writes: true,
    summary:
      "Sets the string value of a key; NX: only a new one, XX: only an old one, GET: returns the old value.",
    operations: (words, into) => into.push(set(words)),
    reply(replies, answer) {
      const { changed, old } = resultOf(answer, "changed");
      if (answer.words.length > 3 && hasOption(answer.words, "GET")) replyValue(replies, old);
      else if (changed) replies.ok();
      else replies.null();
    },
  },
  {
    kind: "data",
    name: "setnx",
    arity: 3,
    keys: ONE_KEY,
    writes: true,
    summary: "Sets the string value of a key only when the key doesn't exist.",
    operations: ([, key, value], into) =>
      into.push({ kind: "put", key: keyOf(key!), value: value!, onlyIf: "absent" }),
    reply: replyChanged,
  },
  {
    kind: "data",
    name: "getset",
    arity: 3,
    keys: ONE_KEY,
    writes: true,
    summary: "Returns the previous string value of a key after setting it to a new value.",
    operations: ([, key, value], into) =>
      into.push({ kind: "put", key: keyOf(key!), value: value!, wantsOld: true }),
    reply: (replies, answer) => replyValue(replies, resultOf(answer, "changed").old),
  },
  {
    kind: "data",
    name: "getdel",
    arity: 2,
    keys: ONE_KEY,
    writes: true,
    summary: "Returns the string value of a key after deleting the key.",
    operations: ([, key], into) => into.push({ kind: "delete", key: keyOf(key!), wantsOld: true }),
    reply: (replies, answer) => replyValue(replies, resultOf(answer, "changed").old),
  },
  {
    kind: "data",
    name: "append",
    arity: 3,
    keys: ONE_KEY,
    writes: true,
    summary: "Appends a string to the value of a key. Creates the key if it doesn't exist.",
    operations: ([, key, value], into) =>
      into.push({ kind: "append", key: keyOf(key!), value: value! }),
    reply: (replies, answer) => replies.integer(resultOf(answer, "length").length ?? 0),
  },
  {
    kind: "data",
    name: "strlen",
    arity: 2,
    keys: ONE_KEY,
    writes: false,
    summary: "Returns the length of a string value.",
    operations: ([, key], into) => into.push({ kind: "length", key: keyOf(key!) }),
    reply: (replies, answer) => replies.integer(resultOf(answer, "length").length ?? 0),
  },
  {
    kind: "data",
    name: "mget",
    arity: -2,
    keys: [1, -1, 1],
    writes: false,
    summary: "Atomically returns the string values of one or more keys.",
    operations(words, into) {
      for (let i = 1; i < words.length; i++) into.push({ kind: "get", key: keyOf(words[i]!) });
    },
    reply(replies, answer) {
      replies.array(answer.count);
      for (let i = 0; i < answer.count; i++) {
        replyValue(replies, resultOf(answer, "value", i).value);
      }
    },
  },
  {
    kind: "data",
    name: "mset",
    arity: -3,
    keys: [1, -1, 2],
    writes: true,
    summary: "Atomically creates or modifies the string values of one or more keys.",
    operations(words, into) {
      if (words.length % 2 === 0) {
        throw new CommandError("ERR wrong number of arguments for 'mset' command");
      }
      const keys: Uint8Array[] = [];
      for (let i = 1; i < words.length; i += 2) keys.push(keyOf(words[i]!));
      for (const [i, key] of keys.entries()) {
        into.push({ kind: "put", key, value: words[2 * i + 2]! });
      }
    },
    reply(replies, answer) {
      for (let i = 0; i < answer.count; i++) resultOf(answer, "changed", i);
      replies.ok();
    },
  },
  counter("incr", 2, "Increments the integer value of a key by one.", () => 1n),
  counter("decr", 2, "Decrements the integer value of a key by one.", () => -1n),
  counter("incrby", 3, "Increments the integer value of a key by a number.", (by) => by),
  counter("decrby", 3, "Decrements a number from the integer value of a key.", (by) => {
    if (by === INT64_MIN) throw new CommandError("ERR decrement would overflow");
    return -by;
  }),
];

function counter(
  name: string,
  arity: number,
  summary: string,
  change: (by: bigint) => bigint,
): DataCommand {
  return {
    kind: "data",
    name,
    arity,
    keys: ONE_KEY,
    writes: true,
    summary,
    operations(words, into) {
      const by = change(words.length === 3 ? int64(words[2]!) : 0n);
      into.push({ kind: "increment", key: keyOf(words[1]!), by: exact(by) });
    },
    reply: (replies, answer) => replies.integer(resultOf(answer, "integer").value),
  };
}

function exact(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function set(words: readonly Uint8Array[]): KvOperation {
  const key = keyOf(words[1]!);
  const value = words[2]!;
  if (words.length === 3) return { kind: "put", key, value };
  let onlyIf: "absent" | "present" | undefined;
  let wantsOld = false;
  for (let i = 3; i < words.length; i++) {
    const option = upperCase(words[i]!);
    if (option === "GET") wantsOld = true;
    else if (option === "NX" && onlyIf !== "present") onlyIf = "absent";
    else if (option === "XX" && onlyIf !== "absent") onlyIf = "present";
    else throw syntaxError();
  }
  return { kind: "put", key, value, wantsOld, ...(onlyIf && { onlyIf }) };
}

function hasOption(words: readonly Uint8Array[], option: string): boolean {
  return words.slice(3).some((word) => upperCase(word) === option);
}
