/** `dist824 raft propose`: puts commands into a replicated log. */

import type { ProposeOutcome, RaftClient } from "../../core/server/raft/mod.ts";
import { DEFAULT_SERVERS_TEXT } from "../cluster/local_servers.ts";
import { clientClusterOption, patienceOption, serversOption } from "../cluster/server_options.ts";
import { tlsCaOption, tlsCertOption, tlsKeyOption } from "../cluster/tls_options.ts";
import { type CommandEnv, defineCommand, EXIT } from "../command.ts";
import { FailedError, UsageError } from "../errors.ts";
import { readInput } from "../read_input.ts";
import { withRaftClient } from "./connect.ts";

/** How many commands wait for their outcome at a time. */
const AT_A_TIME = 64;

/** Puts commands into the log. */
export const raftProposeCommand = defineCommand({
  name: "propose",
  summary: "Put a command into a replicated log",
  description: [
    "Put a command into the log, and say where it stands once it is committed: on the disks of a majority. A " +
    "command is any text or bytes; without one on the command line, it is what --file or standard input holds.",
    "The exit code is 1 if a command certainly was not taken, and 3 if nobody knows, as when the leader died.",
  ].join("\n\n"),
  examples: [
    { line: "dist824 raft propose hello", does: "put one command into the log" },
    { line: "seq 1000 | dist824 raft propose --lines", does: "a thousand, one a line" },
    { line: "dist824 raft propose --file picture.png", does: "the bytes of a file" },
  ],
  configure: (command) =>
    command
      .argument("[text]", "the command")
      .option("--file <file>", "the command is what is in <file>")
      .option("--lines", "each line of the input is a command; many are under way at a time")
      .addOption(serversOption(DEFAULT_SERVERS_TEXT))
      .addOption(clientClusterOption())
      .addOption(tlsCertOption())
      .addOption(tlsKeyOption())
      .addOption(tlsCaOption())
      .addOption(patienceOption()),
  async run({ args: [text], options }, env) {
    const { file, lines } = options;
    if (text !== undefined && (file !== undefined || lines)) {
      throw new UsageError(`${file === undefined ? "--lines" : "--file"} and a text are too much`);
    }
    const input = text === undefined ? await readInput(file, env) : new TextEncoder().encode(text);
    const commands = lines ? splitLines(input) : [input];
    const outcomes = await withRaftClient(options, (client) => proposeAll(client, commands, env));
    return exitCode(outcomes, env);
  },
});

/** Proposes all, some at a time, and prints each as soon as it is committed. */
async function proposeAll(
  client: RaftClient,
  commands: readonly Uint8Array[],
  env: CommandEnv,
): Promise<readonly ProposeOutcome[]> {
  const outcomes: ProposeOutcome[] = [];
  const rest = commands.values();
  const work = async () => {
    for (const command of rest) {
      env.interrupted.throwIfAborted();
      const outcome = await client.propose(command);
      outcomes.push(outcome);
      if (outcome.kind !== "committed") continue;
      const { index, term, number } = outcome;
      env.stdout.write(`index ${index}, term ${term}, command ${number}\n`);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  return outcomes;
}

function exitCode(outcomes: readonly ProposeOutcome[], env: CommandEnv): number {
  for (const [kind, what, code] of BAD) {
    const bad = outcomes.filter((outcome) => outcome.kind === kind);
    const [first] = bad;
    if (first === undefined || first.kind === "committed") continue;
    const count = outcomes.length === 1 ? "" : `${bad.length} of ${outcomes.length}: `;
    const message = `${count}${what}: ${first.reason}`;
    if (code === EXIT.failed) throw new FailedError(message);
    env.stderr.write(`dist824 raft propose: ${message}\n`);
    return code;
  }
  return EXIT.good;
}

const BAD = [
  ["uncertain", "nobody knows whether it is in the log", EXIT.unknown],
  ["failed", "it is not in the log", EXIT.failed],
] as const;

/** The lines, without their ends; an empty last one does not count. */
function splitLines(input: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let start = 0; start < input.length;) {
    const end = input.indexOf(0x0a, start);
    lines.push(input.subarray(start, end < 0 ? input.length : end));
    if (end < 0) break;
    start = end + 1;
  }
  return lines;
}
