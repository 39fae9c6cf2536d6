/** `dist824 raft log`: prints what is in a replicated log. */

import { logIndex, type ServerId } from "../../core/base/mod.ts";
import { RpcError } from "../../core/host/mod.ts";
import type { LogPart, RaftClient } from "../../core/server/raft/mod.ts";
import { DEFAULT_SERVERS_TEXT } from "../cluster/local_servers.ts";
import {
  clientClusterOption,
  id,
  patienceOption,
  serversOption,
} from "../cluster/server_options.ts";
import { tlsCaOption, tlsCertOption, tlsKeyOption } from "../cluster/tls_options.ts";
import { type CommandEnv, defineCommand, EXIT, Option } from "../command.ts";
import { FailedError, UsageError } from "../errors.ts";
import { integer } from "../values.ts";
import { withRaftClient } from "./connect.ts";
import { ENTRY_HEADING, entryJson, entryLine } from "./entry_text.ts";
import { offlineLog } from "./offline_log.ts";

/** How many entries are shown unless more are wanted. */
const COUNT_DEFAULT = 20;

/** Prints a part of a log. */
export const raftLogCommand = defineCommand({
  name: "log",
  summary: "Print entries of a replicated log",
  description: [
    "Print entries of the log as one server has it: the last ones, or those from an index on. What has been " +
    "compacted is gone; the server's snapshot stands for it.",
    "With --data, the log is read from the folder of a server that does not run.",
  ].join("\n\n"),
  examples: [
    { line: "dist824 raft log", does: `the last ${COUNT_DEFAULT} entries` },
    {
      line: "dist824 raft log 100 --count 5 --server 2",
      does: "five entries, as server 2 has them",
    },
    { line: "dist824 raft log --data dist824-data/raft/server-1", does: "from a folder" },
  ],
  configure: (command) =>
    command
      .argument("[from]", "the index of the first entry", integer({ min: 1 }))
      .addOption(
        new Option("--count <n>", `print at most <n> entries (default: ${COUNT_DEFAULT})`)
          .argParser(integer({ min: 1 })),
      )
      .addOption(new Option("--server <id>", "ask this server (default: the leader)").argParser(id))
      .option("--data <dir>", "read the log from this folder, offline")
      .option("--json", "print one JSON object a line")
      .addOption(serversOption(DEFAULT_SERVERS_TEXT))
      .addOption(clientClusterOption())
      .addOption(tlsCertOption())
      .addOption(tlsKeyOption())
      .addOption(tlsCaOption())
      .addOption(patienceOption()),
  async run({ args: [from], options }, env) {
    const { data, server, count = COUNT_DEFAULT, json = false } = options;
    if (data !== undefined && (server ?? options.servers) !== undefined) {
      throw new UsageError("--data is for a server that does not run: it goes without --server");
    }
    const range = { from, count };
    if (data === undefined) {
      await withRaftClient(
        options,
        (client) => printOnline(client, { server, ...range }, json, env),
      );
    } else {
      print(pick(offlineLog(data), range), json, env);
    }
    return EXIT.good;
  },
});

interface Range {
  readonly from: number | undefined;
  readonly count: number;
}

async function printOnline(
  client: RaftClient,
  { server, from, count }: Range & { readonly server: ServerId | undefined },
  json: boolean,
  env: CommandEnv,
): Promise<void> {
  try {
    const asked = server ?? await client.findLeader();
    const { lastIndex } = await client.status(asked);
    let next = from ?? Math.max(1, lastIndex - count + 1);
    let left = count;
    for (let isFirst = true; left > 0; isFirst = false) {
      env.interrupted.throwIfAborted();
      const part = await client.log(asked, logIndex(next), left);
      if (isFirst) warnIfCompacted(part, from, env);
      const { entries } = part;
      if (entries.length === 0) break;
      print(entries, json, env, isFirst);
      left -= entries.length;
      next = entries.at(-1)!.index + 1;
    }
  } catch (error) {
    if (error instanceof RpcError) {
      throw new FailedError(`the server does not answer: ${error.message}`);
    }
    throw error;
  }
}

function pick(log: Omit<LogPart, "commitIndex">, { from, count }: Range): LogPart["entries"] {
  const first = from ?? log.lastIndex - count + 1;
  return log.entries.filter(({ index }) => index >= first).slice(0, count);
}

function print(
  entries: LogPart["entries"],
  json: boolean,
  env: CommandEnv,
  withHeading = true,
): void {
  if (withHeading && !json) env.stdout.write(ENTRY_HEADING);
  env.stdout.write(entries.map(json ? entryJson : entryLine).join(""));
}

function warnIfCompacted({ firstIndex }: LogPart, from: number | undefined, env: CommandEnv): void {
  if (from === undefined || from >= firstIndex) return;
  env.stderr.write(`what is before index ${firstIndex} has been compacted\n`);
}
