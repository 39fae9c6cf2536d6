/** `dist824 shardkv get|put|append`: one operation on the sharded store each, carried out exactly once. */

import type { KvOperation, KvResult } from "../../core/kv/mod.ts";
import { clientClusterOption, patienceOption } from "../cluster/server_options.ts";
import { tlsCaOption, tlsCertOption, tlsKeyOption } from "../cluster/tls_options.ts";
import { type Command, type CommandEnv, defineCommand, EXIT } from "../command.ts";
import { FailedError } from "../errors.ts";
import { jsonBytes, keyOf, type Told, valueOf } from "../kv/call.ts";
import { jsonOption } from "../options.ts";
import { ctrlersOption } from "../shardctrler/addresses.ts";
import { type StoreFlags, uncertain, withShardsClient } from "../shardctrler/connect.ts";
import { writeWholeText } from "../test_runner/files.ts";

const FILE_OPTION = ["--file <file>", "the value is what is in <file>"] as const;
const VALUE_ARGUMENT = [
  "[value]",
  "the value; what --file or standard input holds, if it is not given",
] as const;
const CODES =
  "The exit code is 1 if it was certainly not done, and 3 if nobody knows, as when the servers died.";

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
    return call("get", { kind: "get", key: keyOf(key) }, options, (result) => {
      const value = result.kind === "value" ? result.value : undefined;
      if (value === undefined) {
        if (options.json === undefined) throw new FailedError(`there is no key '${key}'`);
        return { text: "", json: { key, found: false }, code: EXIT.failed };
      }
      const lineEnd = env.stdout.isTerminal ? new TextEncoder().encode("\n") : [];
      return {
        text: Uint8Array.of(...value, ...lineEnd),
        json: { key, found: true, ...jsonBytes("value", value) },
      };
    }, env);
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
    return call("put", { kind: "put", key: keyOf(key), value }, options, () => ({
      text: "OK\n",
      json: { key, ok: true },
    }), env);
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
    return call("append", { kind: "append", key: keyOf(key), value }, options, (result) => {
      const length = result.kind === "length" ? result.length : undefined;
      return { text: `${length}\n`, json: { key, ok: true, length } };
    }, env);
  },
});

async function call(
  name: string,
  operation: KvOperation,
  flags: StoreFlags & { readonly json?: string | undefined },
  tell: (result: KvResult) => Told,
  env: CommandEnv,
): Promise<number> {
  const outcome = await withShardsClient(flags, (client) => client.run([operation]));
  if (outcome.kind === "failed") {
    throw new FailedError(
      `it was not done: ${outcome.reason}. See with dist824 shardkv status what is served`,
    );
  }
  if (outcome.kind === "uncertain") return uncertain(`shardkv ${name}`, outcome.reason, env);
  const [result] = outcome.value;
  if (result === undefined || result.kind === "error") {
    throw new FailedError(`the servers refused it: ${result?.error ?? "no answer"}`);
  }
  const { text, json, code = EXIT.good } = tell(result);
  const jsonText = `${JSON.stringify(json)}\n`;
  if (flags.json === "-") env.stdout.write(jsonText);
  else {
    if (flags.json !== undefined) writeWholeText(flags.json, jsonText);
    env.stdout.write(text);
  }
  return code;
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
