/** `dist824 wal inspect`: what lies in a server's folder, while it does not run, and while it does. */

import { type CommandEnv, defineCommand, EXIT } from "../command.ts";
import { FailedError } from "../errors.ts";
import { ENTRY_HEADING, entryJson, entryLine } from "../raft/entry_text.ts";
import { lookAt } from "./look.ts";
import { lookJson, lookText } from "./report.ts";

/** Shows a log. */
export const walInspectCommand = defineCommand({
  name: "inspect",
  summary: "Show what lies in a server's folder",
  description: [
    "Show the log in DIR: whose it is, its term and vote, its snapshot, and a table of its segments: their records, " +
    "which entries and terms they hold (replaced entries included), and how much of each file is used.",
    "DIR is only read: also that of a server that runs, whose log may grow meanwhile. Of a damaged log it shows what " +
    "can be read; the exit code is then 1.",
  ].join("\n\n"),
  examples: [
    { line: "dist824 wal inspect dist824-data/raft/server-1", does: "show a log" },
    {
      line: "dist824 wal inspect --entries dist824-data/raft/server-1",
      does: "with its entries, one a line",
    },
  ],
  configure: (command) =>
    command
      .argument("<dir>", "folder of a server")
      .option("--entries", "list the entries behind the snapshot instead")
      .option("--json", "print JSON; with --entries one object a line"),
  run({ args: [folder], options }, env) {
    const look = lookAt(folder);
    const { log, problem } = look.inspection;
    if (options.entries) printEntries(log?.recovered.entries ?? [], options.json ?? false, env);
    else if (options.json) env.stdout.write(`${JSON.stringify(lookJson(look), undefined, 2)}\n`);
    else env.stdout.write(lookText(look));
    if (problem !== undefined) throw new FailedError(problem.message);
    return Promise.resolve(EXIT.good);
  },
});

function printEntries(
  entries: readonly Parameters<typeof entryLine>[0][],
  json: boolean,
  env: CommandEnv,
): void {
  if (!json) env.stdout.write(ENTRY_HEADING);
  for (const entry of entries) env.stdout.write(json ? entryJson(entry) : entryLine(entry));
}
