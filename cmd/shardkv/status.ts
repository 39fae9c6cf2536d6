/** `dist824 shardkv status`: how the groups are doing, and each shard. */

import type { GroupServerStatus, ShardsClient } from "../../core/server/shardkv/mod.ts";
import type { Config, Gid } from "../../core/shardctrler/mod.ts";
import { clientClusterOption, patienceOption } from "../cluster/server_options.ts";
import { tlsCaOption, tlsCertOption, tlsKeyOption } from "../cluster/tls_options.ts";
import { defineCommand, EXIT } from "../command.ts";
import { jsonOption } from "../options.ts";
import { ctrlersOption } from "../shardctrler/addresses.ts";
import { configJson } from "../shardctrler/config_text.ts";
import { resultOf, withShardsClient } from "../shardctrler/connect.ts";
import { tell } from "../tell.ts";
import { type GroupAnswer, groupsTable, leaderOf, shardsTable } from "./status_tables.ts";

/** Shows tables of groups and shards. */
export const shardkvStatusCommand = defineCommand({
  name: "status",
  summary: "Show how the groups of a sharded store are doing, and where each shard is",
  description: [
    "Show each server of each group: its role, the configuration that it follows, how many shards it serves. Then " +
    "each shard: its owner, its state (serving; arriving from another group; leaving for one; deleting: arrived " +
    "there, and about to be deleted here; parked: nobody owns it), its keys and their bytes.",
    "Groups that have left are asked as long as they are known from the configuration before. The exit code is 1 " +
    "if a shard is not served.",
  ].join("\n\n"),
  examples: [
    { line: "dist824 shardkv status", does: "the local store" },
    { line: "dist824 shardkv status --json -", does: "everything that there is to know" },
  ],
  configure: (command) =>
    command
      .addOption(ctrlersOption())
      .addOption(clientClusterOption())
      .addOption(patienceOption())
      .addOption(tlsCertOption())
      .addOption(tlsKeyOption())
      .addOption(tlsCaOption())
      .addOption(jsonOption()),
  async run({ options }, env) {
    const { config, answers } = await withShardsClient(options, askAll);
    const text = `${groupsTable(config, answers)}\n${shardsTable(config, answers)}`;
    tell({ text, json: { config: configJson(config), servers: answers } }, options.json, env);
    return areServed(config, answers) ? EXIT.good : EXIT.failed;
  },
});

async function askAll(
  client: ShardsClient,
): Promise<{ config: Config; answers: readonly GroupAnswer[] }> {
  const config = resultOf(await client.query());
  const before = config.num === 0 ? config : resultOf(await client.query(config.num - 1));
  const groups = [...new Map([...before.groups, ...config.groups])].sort(([a], [b]) => a - b);
  const asked = groups.flatMap(([gid, servers]) =>
    servers.map((server) => ask(client, gid, server))
  );
  return { config, answers: await Promise.all(asked) };
}

async function ask(client: ShardsClient, gid: Gid, server: string): Promise<GroupAnswer> {
  return { gid, server, status: await client.status(server) };
}

function areServed({ shards }: Config, answers: readonly GroupAnswer[]): boolean {
  const isServing = (status: GroupServerStatus | undefined, shard: number) =>
    status?.shards.some((each) => each.shard === shard && each.state === "serving");
  return shards.every((gid, shard) => isServing(leaderOf(answers, gid), shard));
}
