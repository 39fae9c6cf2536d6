/** `dist824 kv get|put|append|del|cas`: one operation on the store each. */

import type { KvOperation, KvResult } from "../../core/kv/mod.ts";
import type { ClientFlags } from "../cluster/connect.ts";
import { DEFAULT_SERVERS_TEXT } from "../cluster/local_servers.ts";
import { clientClusterOption, patienceOption, serversOption } from "../cluster/server_options.ts";
import { tlsCaOption, tlsCertOption, tlsKeyOption } from "../cluster/tls_options.ts";
import { type Command, type CommandEnv, defineCommand, EXIT } from "../command.ts";
import { FailedError, UsageError } from "../errors.ts";
import { jsonOption } from "../options.ts";
import {
  CODES,
  expect,
  FILE_OPTION,
  keyOf,
  tellLength,
  tellOutcome,
  tellPut,
  tellValue,
  type Told,
  VALUE_ARGUMENT,
  valueOf,
} from "./call.ts";
import { withKvClient } from "./connect.ts";

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
    return call(
      "get",
      { kind: "get", key: keyOf(key) },
      options,
      (result) => tellValue(key, result, options.json !== undefined, env),
      env,
    );
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
    return call("put", { kind: "put", key: keyOf(key), value }, options, () => tellPut(key), env);
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
    return call(
      "append",
      { kind: "append", key: keyOf(key), value },
      options,
      (result) => tellLength(key, result),
      env,
    );
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

async function call(
  name: string,
  operation: KvOperation,
  flags: ClientFlags & { readonly json?: string | undefined },
  tellOf: (result: KvResult) => Told,
  env: CommandEnv,
): Promise<number> {
  const outcome = await withKvClient(flags, (client) => client.run([operation]));
  return tellOutcome({ command: `kv ${name}` }, outcome, flags.json, tellOf, env);
}

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
