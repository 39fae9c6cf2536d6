/** `dist824 kv get|put|append|del|cas`: one operation on the store each. */

import type { KvResult } from "../../core/kv/mod.ts";
import { DEFAULT_SERVERS_TEXT } from "../cluster/local_servers.ts";
import { clientClusterOption, patienceOption, serversOption } from "../cluster/server_options.ts";
import { tlsCaOption, tlsCertOption, tlsKeyOption } from "../cluster/tls_options.ts";
import { type Command, defineCommand, EXIT } from "../command.ts";
import { FailedError, UsageError } from "../errors.ts";
import { jsonOption } from "../options.ts";
import { call, jsonBytes, keyOf, type Told, valueOf } from "./call.ts";

const FILE_OPTION = ["--file <file>", "the value is what is in <file>"] as const;
const VALUE_ARGUMENT = [
  "[value]",
  "the value; what --file or standard input holds, if it is not given",
] as const;
const CODES =
  "The exit code is 1 if it was certainly not done, and 3 if nobody knows, as when the servers died.";

/** The value of a key. */
export const kvGetCommand = defineCommand({
  name: "get",
  summary: "Show the value of a key",
  description: [
    "Write the value of a key to standard output, byte by byte; on a terminal with a line end behind it.",
    "The exit code is 1 if there is no such key.",
  ].join("\n\n"),
  examples: [
    { line: "dist824 kv get greeting", does: "show one value" },
    { line: "dist824 kv get picture > picture.png", does: "any bytes" },
  ],
  configure: (command) => withClientOptions(command.argument("<key>", "the key")),
  run({ args: [key], options }, env) {
    return call("get", { kind: "get", key: keyOf(key) }, options, (result) => {
      const { value } = expect(result, "value");
      if (value === undefined) {
        if (options.json === undefined) throw new FailedError(`there is no key '${key}'`);
        return { text: "", json: { key, found: false }, code: EXIT.failed };
      }
      const text = env.stdout.isTerminal ? withLineEnd(value) : value;
      return { text, json: { key, found: true, ...jsonBytes("value", value) } };
    }, env);
  },
});

/** Sets a key. */
export const kvPutCommand = defineCommand({
  name: "put",
  summary: "Set the value of a key",
  description: `Set the value of a key, exactly once.\n\n${CODES}`,
  examples: [
    { line: "dist824 kv put greeting 'hello world'", does: "set one value" },
    { line: "dist824 kv put picture --file picture.png", does: "to the bytes of a file" },
  ],
  configure: (command) =>
    withClientOptions(
      command.argument("<key>", "the key").argument(...VALUE_ARGUMENT).option(...FILE_OPTION),
    ),
  async run({ args: [key, text], options }, env) {
    const value = await valueOf(text, options.file, env);
    return call("put", { kind: "put", key: keyOf(key), value }, options, () => ({
      text: "OK\n",
      json: { key, ok: true },
    }), env);
  },
});

/** Appends to a key. */
export const kvAppendCommand = defineCommand({
  name: "append",
  summary: "Append to the value of a key",
  description:
    "Append to the value of a key, exactly once; one that is not there counts as empty. " +
    `Shows how many bytes the value has then.\n\n${CODES}`,
  examples: [{ line: "dist824 kv append log 'one more'", does: "append to one value" }],
  configure: (command) =>
    withClientOptions(
      command.argument("<key>", "the key").argument(...VALUE_ARGUMENT).option(...FILE_OPTION),
    ),
  async run({ args: [key, text], options }, env) {
    const value = await valueOf(text, options.file, env);
    return call("append", { kind: "append", key: keyOf(key), value }, options, (result) => {
      const { length } = expect(result, "length");
      return { text: `${length}\n`, json: { key, ok: true, length } };
    }, env);
  },
});

/** Removes a key. */
export const kvDelCommand = defineCommand({
  name: "del",
  summary: "Remove a key",
  description: "Remove a key, exactly once. Shows 1 if it was there, and 0 if not.\n\n" + CODES,
  examples: [{ line: "dist824 kv del greeting", does: "remove one key" }],
  configure: (command) => withClientOptions(command.argument("<key>", "the key")),
  run({ args: [key], options }, env) {
    return call("del", { kind: "delete", key: keyOf(key) }, options, (result) => {
      const { changed } = expect(result, "changed");
      return { text: changed ? "1\n" : "0\n", json: { key, ok: true, deleted: changed } };
    }, env);
  },
});

/** Sets a key if it has the value that is expected. */
export const kvCasCommand = defineCommand({
  name: "cas",
  summary: "Set the value of a key if it has the value that is expected",
  description:
    "Compare and set, in one step and exactly once: the key gets the value if it has the one of " +
    "--expect, or, with --absent, if it is not there. Otherwise nothing changes, and the exit code is 1.\n\n" +
    CODES,
  examples: [
    { line: "dist824 kv cas lock me --absent", does: "take a lock that nobody has" },
    { line: "dist824 kv cas lock '' --expect me", does: "give it back" },
  ],
  configure: (command) =>
    withClientOptions(
      command.argument("<key>", "the key")
        .argument(...VALUE_ARGUMENT)
        .option(...FILE_OPTION)
        .option("--expect <value>", "the value that the key must have")
        .option("--absent", "the key must not be there"),
    ),
  async run({ args: [key, text], options }, env) {
    const { expect: expected, absent = false } = options;
    if (absent === (expected !== undefined)) {
      throw new UsageError("what must be there before? Give either --expect or --absent");
    }
    const operation = {
      kind: "cas",
      key: keyOf(key),
      expect: expected === undefined ? undefined : new TextEncoder().encode(expected),
      value: await valueOf(text, options.file, env),
    } as const;
    return call("cas", operation, options, (result) => {
      const { changed } = expect(result, "changed");
      if (!changed && options.json === undefined) {
        throw new FailedError(`the key '${key}' is not as it was expected: nothing has changed`);
      }
      return {
        text: "OK\n",
        json: { key, ok: true, changed },
        code: changed ? EXIT.good : EXIT.failed,
      };
    }, env);
  },
});

function withClientOptions<Args extends unknown[], Options extends Record<string, unknown>>(
  command: Command<Args, Options>,
) {
  return command
    .addOption(serversOption(DEFAULT_SERVERS_TEXT))
    .addOption(clientClusterOption())
    .addOption(tlsCertOption())
    .addOption(tlsKeyOption())
    .addOption(tlsCaOption())
    .addOption(patienceOption())
    .addOption(jsonOption());
}

function expect<Kind extends KvResult["kind"]>(
  result: KvResult,
  kind: Kind,
): Extract<KvResult, { kind: Kind }> {
  if (result.kind === kind) return result as Extract<KvResult, { kind: Kind }>;
  throw new FailedError(`the servers gave an answer of another kind: ${result.kind}`);
}

function withLineEnd(value: Uint8Array): Told["text"] {
  const text = new Uint8Array(value.length + 1);
  text.set(value);
  text[value.length] = 10;
  return text;
}
