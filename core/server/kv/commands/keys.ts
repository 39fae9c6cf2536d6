/** Commands about keys. */

import { globMatcher } from "../glob.ts";
import { CommandError, type DataCommand, syntaxError } from "./command.ts";
import { replyChanged, replyPresent, resultOf } from "./results.ts";
import { int64, keyOf, latin1, upperCase } from "./words.ts";

/** How many keys SCAN looks at unless told, and how many at most. */
const SCAN_COUNT = 10;
const SCAN_COUNT_MAX = 10_000;

const EVERY_KEY = [1, -1, 1] as const;
const encoder = new TextEncoder();

/** The commands of this file. */
export const KEY_COMMANDS: readonly DataCommand[] = [
  {
    kind: "data",
    name: "exists",
    arity: -2,
    keys: EVERY_KEY,
    writes: false,
    summary: "Determines whether one or more keys exist.",
    operations(words, into) {
      for (let i = 1; i < words.length; i++) into.push({ kind: "length", key: keyOf(words[i]!) });
    },
    reply: replyPresent,
  },
  remover("del", "Deletes one or more keys."),
  remover("unlink", "Deletes one or more keys."),
  {
    kind: "data",
    name: "type",
    arity: 2,
    keys: [1, 1, 1],
    writes: false,
    summary: "Determines the type of value stored at a key.",
    operations: ([, key], into) => into.push({ kind: "length", key: keyOf(key!) }),
    reply(replies, answer) {
      replies.status(resultOf(answer, "length").length === undefined ? "none" : "string");
    },
  },
  {
    kind: "data",
    name: "dbsize",
    arity: 1,
    writes: false,
    summary: "Returns the number of keys in the database.",
    operations: (_words, into) => into.push({ kind: "size" }),
    reply(replies, answer) {
      let keys = 0;
      for (let i = 0; i < answer.count; i++) keys += resultOf(answer, "size", i).keys;
      replies.integer(keys);
    },
  },
  {
    kind: "data",
    name: "keys",
    arity: 2,
    writes: false,
    summary: "Returns all key names that match a pattern.",
    operations: (_words, into) =>
      into.push({ kind: "listing", cursor: 0, count: Number.MAX_SAFE_INTEGER }),
    reply(replies, answer) {
      const matches = globMatcher(answer.words[1]!);
      const found: Uint8Array[] = [];
      for (let i = 0; i < answer.count; i++) {
        const { keys, cursor } = resultOf(answer, "listing", i);
        if (cursor !== 0) throw new CommandError("ERR there are too many keys for KEYS: use SCAN");
        for (const key of keys) if (matches(key)) found.push(key);
      }
      replies.array(found.length);
      for (const key of found) replies.bulk(key);
    },
  },
  {
    kind: "data",
    name: "scan",
    arity: -2,
    writes: false,
    summary: "Iterates over the key names in the database.",
    // One part after the other: a cursor is a place within a part, times the number of parts, plus the part.
    place: (words, parts) => scanOptions(words).cursor % parts,
    operations(words, into, parts) {
      const { cursor, count } = scanOptions(words);
      const within = Math.floor(cursor / parts);
      into.push({ kind: "listing", cursor: within, count: Math.min(count, SCAN_COUNT_MAX) });
    },
    reply(replies, answer) {
      const { pattern, type, cursor: from } = scanOptions(answer.words);
      const { keys, cursor: within } = resultOf(answer, "listing");
      const part = from % answer.parts;
      const cursor = within === 0 ? (part + 1) % answer.parts : within * answer.parts + part;
      const found = type === "STRING" ? keys.filter(globMatcher(pattern)) : [];
      replies.array(2);
      replies.text(String(cursor));
      replies.array(found.length);
      for (const key of found) replies.bulk(key);
    },
  },
];

function remover(name: string, summary: string): DataCommand {
  return {
    kind: "data",
    name,
    arity: -2,
    keys: EVERY_KEY,
    writes: true,
    summary,
    operations(words, into) {
      const keys = words.slice(1).map(keyOf);
      for (const key of keys) into.push({ kind: "delete", key });
    },
    reply: replyChanged,
  };
}

interface ScanOptions {
  readonly cursor: number;
  readonly count: number;
  readonly pattern: Uint8Array;
  readonly type: string;
}

function scanOptions(words: readonly Uint8Array[]): ScanOptions {
  const cursor = Number(latin1(words[1]!));
  if (!/^\d{1,20}$/.test(latin1(words[1]!)) || cursor > Number.MAX_SAFE_INTEGER) {
    throw new CommandError("ERR invalid cursor");
  }
  let count = SCAN_COUNT;
  let pattern = encoder.encode("*");
  let type = "STRING";
  for (let i = 2; i < words.length; i += 2) {
    const option = upperCase(words[i]!);
    const value = words[i + 1];
    if (value === undefined) throw syntaxError();
    if (option === "COUNT") count = Number(int64(value));
    else if (option === "MATCH") pattern = value.slice();
    else if (option === "TYPE") type = upperCase(value);
    else throw syntaxError();
    if (count < 1) throw syntaxError();
  }
  return { cursor, count, pattern, type };
}
