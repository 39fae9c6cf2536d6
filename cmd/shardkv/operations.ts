/** `dist824 shardkv get|put|append`: one operation on the sharded store each, carried out exactly once. */

import type { KvOperation, KvResult } from "../../core/kv/mod.ts";
import { clientClusterOption, patienceOption } from "../cluster/server_options.ts";
import { tlsCaOption, tlsCertOption, tlsKeyOption } from "../cluster/tls_options.ts";
import { type Command, type CommandEnv, defineCommand } from "../command.ts";
import {
  CODES,
  FILE_OPTION,
  keyOf,
  tellLength,
  tellOutcome,
  tellPut,
  tellValue,
  type Told,
  VALUE_ARGUMENT,
  valueOf,
} from "../kv/call.ts";
import { jsonOption } from "../options.ts";
import { ctrlersOption } from "../shardctrler/addresses.ts";
import { type StoreFlags, withShardsClient } from "../shardctrler/connect.ts";

/** The value of a key. */
export const shardkvGetCommand = defineCommand({
  name: "get",
  summary: "Show the value of a key",
  description:
    "Write the value of a key to standard output, byte by byte; on a terminal with a line " +
    "end behind it. The exit code is 1 if there is no such key.",
  examples: [{ line: "dist824 shardkv get hello", does: "show one value" }],
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
export const shardkvPutCommand = defineCommand({
  name: "put",
  summary: "Set the value of a key",
  description: `Set the value of a key, exactly once.\n\n${CODES}`,
  examples: [{ line: "dist824 shardkv put hello world", does: "set one value" }],
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
export const shardkvAppendCommand = defineCommand({
  name: "append",
  summary: "Append to the value of a key",
  description:
    "Append to the value of a key, exactly once; one that is not there counts as empty. " +
    `Shows how many bytes the value has then.\n\n${CODES}`,
  examples: [{ line: "dist824 shardkv append hello ' again'", does: "append to one value" }],
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

async function call(
  name: string,
  operation: KvOperation,
  flags: StoreFlags & { readonly json?: string | undefined },
  tellOf: (result: KvResult) => Told,
  env: CommandEnv,
): Promise<number> {
  const outcome = await withShardsClient(flags, (client) => client.run([operation]));
  const hint = ". See with dist824 shardkv status what is served";
  return tellOutcome({ command: `shardkv ${name}`, hint }, outcome, flags.json, tellOf, env);
}

function withClientOptions<Args extends unknown[], Options extends Record<string, unknown>>(
  command: Command<Args, Options>,
) {
  return command
    .addOption(ctrlersOption())
    .addOption(clientClusterOption())
    .addOption(patienceOption())
    .addOption(tlsCertOption())
    .addOption(tlsKeyOption())
    .addOption(tlsCaOption())
    .addOption(jsonOption());
}
