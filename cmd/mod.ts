/** The program: the static list of its commands, which drives parsing, help and completions. */

import { benchCommand } from "./bench.ts";
import { bugsCommand } from "./bugs.ts";
import { chaosCommand } from "./chaos/mod.ts";
import type { CommandDefinition, CommandEnv } from "./command.ts";
import { completionsCommand } from "./completions.ts";
import { echoCommand } from "./echo.ts";
import { historyCommand } from "./history/mod.ts";
import { kvCommand } from "./kv/mod.ts";
import { minimiseCommand } from "./minimise.ts";
import { mrMasterCommand } from "./mr_master.ts";
import { mrRunCommand } from "./mr_run.ts";
import { mrStreamCommand } from "./mr_stream.ts";
import { mrWorkerCommand } from "./mr_worker.ts";
import { raftCommand } from "./raft/mod.ts";
import { replayCommand } from "./replay.ts";
import { type Program, runProgram } from "./run.ts";
import { shardctrlerCommand } from "./shardctrler/mod.ts";
import { shardkvCommand } from "./shardkv/mod.ts";
import { testCommand } from "./test.ts";
import { testWorkerCommand } from "./test_workers.ts";
import { traceCommand } from "./trace.ts";
import { versionText } from "./version.ts";
import { walCommand } from "./wal/mod.ts";

/** Every command, in the order of the help. */
export const COMMANDS: readonly CommandDefinition[] = [
  testCommand,
  bugsCommand,
  minimiseCommand,
  replayCommand,
  traceCommand,
  mrRunCommand,
  mrMasterCommand,
  mrWorkerCommand,
  mrStreamCommand,
  raftCommand,
  kvCommand,
  shardkvCommand,
  shardctrlerCommand,
  walCommand,
  historyCommand,
  chaosCommand,
  benchCommand,
  testWorkerCommand,
  completionsCommand(() => COMMANDS),
  echoCommand,
];

/** The program `dist824`. */
export const DIST824: Program = {
  name: "dist824",
  summary: "The MIT 6.824 course of distributed systems as one program",
  version: versionText,
  commands: COMMANDS,
  examples: [
    { line: "dist824 test --lab 2A", does: "run every test of lab 2A once" },
    { line: "dist824 help test", does: "show everything that test can do" },
  ],
};

/** Runs one command line of `dist824`. The result is the exit code; it never rejects. */
export function run(argv: readonly string[], env: CommandEnv): Promise<number> {
  return runProgram(DIST824, argv, env);
}
