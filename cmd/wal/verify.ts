/** `dist824 wal verify`: can the log in a server's folder be trusted? */

import { defineCommand, EXIT } from "../command.ts";
import { grouped } from "../test_runner/table.ts";
import { lookAt } from "./look.ts";
import { lookJson, summaryLines } from "./report.ts";

/** Checks logs. */
export const walVerifyCommand = defineCommand({
  name: "verify",
  summary: "Check that the log in a server's folder can be trusted",
  description: [
    "Read the whole log in each DIR, as a server does when it starts: every record, the snapshot, and that nothing is " +
    "missing between them. The exit code is 0 if a server can start with it, and 1 if not; then it says which file is " +
    "damaged, at which byte, and what to do.",
    "A write that a crash has torn at the end of the log is no damage: it was never confirmed, and the server cuts it " +
    "off when it starts. DIR is only read.",
  ].join("\n\n"),
  examples: [
    { line: "dist824 wal verify dist824-data/raft/server-1", does: "check one log" },
    { line: "dist824 wal verify dist824-data/kv/server-*", does: "check those of a local cluster" },
  ],
  configure: (command) =>
    command.argument("<dir...>", "folders of servers")
      .option("--json", "print one JSON object a line"),
  run({ args: [folders], options }, env) {
    let code: number = EXIT.good;
    for (const folder of folders) {
      env.interrupted.throwIfAborted();
      const look = lookAt(folder);
      const { log, problem } = look.inspection;
      if (options.json) env.stdout.write(`${JSON.stringify(lookJson(look))}\n`);
      if (problem !== undefined) {
        code = EXIT.failed;
        env.stderr.write(`${problem.message}\n`);
      } else if (!options.json) {
        const { segments, records } = log!.report;
        env.stdout.write(
          `${summaryLines(look).join("\n")}\n` +
            `good: ${grouped(records)} records in ${segments} segment${
              segments === 1 ? "" : "s"
            }\n`,
        );
      }
    }
    return Promise.resolve(code);
  },
});
