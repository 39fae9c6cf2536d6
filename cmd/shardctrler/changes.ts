/** `dist824 shardctrler join|leave|move|query|plan`: what an administrator does with the controller. */

import { type Change, movesBetween, NEWEST, nextConfig } from "../../core/shardctrler/mod.ts";
import { clientClusterOption, patienceOption } from "../cluster/server_options.ts";
import { tlsCaOption, tlsCertOption, tlsKeyOption } from "../cluster/tls_options.ts";
import { Argument, type Command, type CommandEnv, defineCommand, EXIT } from "../command.ts";
import { FailedError, UsageError } from "../errors.ts";
import { jsonOption } from "../options.ts";
import { tell, tellUncertain } from "../tell.ts";
import { eachOf, integer } from "../values.ts";
import { ctrlersOption } from "./addresses.ts";
import { configJson, configText, movesText } from "./config_text.ts";
import { resultOf, type StoreFlags, withShardsClient } from "./connect.ts";
import { gidOf, type JoiningGroup, joiningGroup } from "./groups.ts";

const CODES =
  "The exit code is 1 if it was certainly not done, and 3 if nobody knows, as when the servers died.";

/** Adds groups. */
export const ctrlerJoinCommand = defineCommand({
  name: "join",
  summary: "Add groups of servers, and give them their share of the shards",
  description:
    `Add groups of servers, all in one new configuration. Shards move to them by themselves.\n\n${CODES}`,
  examples: [{
    line: "dist824 shardctrler join 3=127.0.0.1:7833,127.0.0.1:7834,127.0.0.1:7835",
    does: "add group 3",
  }],
  configure: (command) =>
    withStoreOptions(
      command.addArgument(
        new Argument("<group...>", "GID=HOST:PORT,HOST:PORT,…").argParser(eachOf(joiningGroup)),
      ),
    ),
  run: ({ args: [groups], options }, env) =>
    change(
      "join",
      { kind: "join", groups: new Map(groups as readonly JoiningGroup[]) },
      options,
      env,
    ),
});

/** Removes groups. */
export const ctrlerLeaveCommand = defineCommand({
  name: "leave",
  summary: "Remove groups of servers, and give their shards to the others",
  description:
    "Remove groups of servers, all in one new configuration. Keep them running until `dist824 shardkv status` " +
    `shows that they have handed over all that they had.\n\n${CODES}`,
  examples: [{ line: "dist824 shardctrler leave 3", does: "remove group 3" }],
  configure: (command) =>
    withStoreOptions(
      command.addArgument(new Argument("<gid...>", "the groups").argParser(eachOf(gidOf))),
    ),
  run: ({ args: [gids], options }, env) =>
    change("leave", { kind: "leave", gids: gids as readonly number[] }, options, env),
});

/** Moves a shard. */
export const ctrlerMoveCommand = defineCommand({
  name: "move",
  summary: "Give one shard to one group",
  description: `Give one shard to one group. The next join or leave may move it again.\n\n${CODES}`,
  examples: [{ line: "dist824 shardctrler move 7 2", does: "give shard 7 to group 2" }],
  configure: (command) =>
    withStoreOptions(
      command
        .addArgument(new Argument("<shard>", "the shard").argParser(integer()))
        .addArgument(new Argument("<gid>", "the group").argParser(gidOf)),
    ),
  run: ({ args: [shard, gid], options }, env) =>
    change("move", { kind: "move", shard, gid }, options, env),
});

/** Shows a configuration. */
export const ctrlerQueryCommand = defineCommand({
  name: "query",
  summary: "Show which group has which shards",
  examples: [
    { line: "dist824 shardctrler query", does: "the newest configuration" },
    { line: "dist824 shardctrler query 4", does: "configuration 4" },
  ],
  configure: (command) =>
    withStoreOptions(
      command.addArgument(
        new Argument("[num]", "the configuration (default: the newest)").argParser(integer()),
      ),
    ),
  async run({ args: [num], options }, env) {
    const config = resultOf(
      await withShardsClient(options, (client) => client.query(num ?? NEWEST)),
    );
    if (num !== undefined && config.num !== num) {
      throw new FailedError(`there is no configuration ${num}: the newest is ${config.num}`);
    }
    tell({ text: configText(config), json: configJson(config) }, options.json, env);
    return EXIT.good;
  },
});

/** Shows what a change would move. */
export const ctrlerPlanCommand = defineCommand({
  name: "plan",
  summary: "Show which shards a join or leave would move, and move nothing",
  examples: [
    { line: "dist824 shardctrler plan join 3 4", does: "if groups 3 and 4 came" },
    { line: "dist824 shardctrler plan leave 1", does: "if group 1 left" },
  ],
  configure: (command) =>
    withStoreOptions(
      command
        .addArgument(new Argument("<change>", "join or leave").choices(["join", "leave"]))
        .addArgument(new Argument("<gid...>", "the groups").argParser(eachOf(gidOf))),
    ),
  async run({ args: [kind, list], options }, env) {
    const gids = list as readonly number[];
    const change: Change = kind === "join"
      ? { kind: "join", groups: new Map(gids.map((gid) => [gid, []])) }
      : { kind: "leave", gids };
    const before = resultOf(await withShardsClient(options, (client) => client.query()));
    const after = nextConfig(before, change);
    if ("refused" in after) throw new FailedError(after.refused);
    const moves = movesBetween(before, after);
    const text = movesText(moves, before.shards.length);
    tell({ text, json: { num: before.num, moves } }, options.json, env);
    return EXIT.good;
  },
});

/** Has a change carried out, and shows what came of it. */
async function change(
  name: string,
  wanted: Change,
  options: StoreFlags & { readonly json?: string | undefined },
  env: CommandEnv,
): Promise<number> {
  if (wanted.kind === "join" && wanted.groups.size === 0) throw new UsageError("which groups?");
  const answer = await withShardsClient(options, (client) => client.change(wanted));
  if (answer.kind === "uncertain") return tellUncertain(`shardctrler ${name}`, answer.reason, env);
  const result = resultOf(answer);
  if (result.kind === "refused") throw new FailedError(result.reason);
  const { num } = result;
  tell({ text: `configuration ${num}\n`, json: { num } }, options.json, env);
  return EXIT.good;
}

function withStoreOptions<Args extends unknown[], Options extends Record<string, unknown>>(
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
