/**
 * `dist824 __echo`: says what reached the program. It is hidden, and there for one purpose: the tests of
 * the build compare by it what arrives through each kind of executable.
 */

import { text } from "node:stream/consumers";
import { selfCommand } from "../core/host/self_command.ts";
import { readyLine } from "../core/server/supervisor/mod.ts";
import { childSignal } from "./child_signal.ts";
import { defineCommand, EXIT } from "./command.ts";
import { integer } from "./values.ts";

/** Prints the arguments and the surroundings as one line of JSON. */
export const echoCommand = defineCommand({
  name: "__echo",
  summary: "Say what reached the program",
  hidden: true,
  examples: [],
  configure: (command) =>
    command
      .argument("[word...]", "arguments to print")
      .option("--exit <code>", "exit code", integer({ max: 255 }), EXIT.good)
      .option("--stdin", "read standard input and print it too")
      .option("--stderr <text>", "write this to standard error")
      .option("--variable <name>", "print an environment variable too")
      .option("--ready <name>", "serve as a member of a local cluster: do nothing")
      .option("--wait", "wait for a signal")
      .option("--via-self", "let a child process of the same program do it"),
  async run({ args: [words], options }, env) {
    if (options.viaSelf) {
      const { command, args } = selfCommand([
        "__echo",
        "--exit",
        `${options.exit}`,
        "--",
        ...words,
      ]);
      return (await new Deno.Command(command, { args }).spawn().status).code;
    }
    const said = {
      words,
      cwd: Deno.cwd(),
      pid: Deno.pid,
      ...(options.stdin ? { stdin: await text(env.stdin) } : {}),
      ...(options.variable ? { variable: env.variables[options.variable] ?? null } : {}),
    };
    env.stdout.write(`${JSON.stringify(said)}\n`);
    env.stderr.write(options.stderr ?? "");
    if (options.ready !== undefined) {
      env.stdout.write(readyLine({ name: options.ready }));
      await signalled(childSignal(env));
    }
    if (options.wait) await signalled(env.interrupted);
    return options.exit;
  },
});

/** Waits until `signal` is aborted, and then throws its reason. The timer keeps the process alive. */
async function signalled(signal: AbortSignal): Promise<void> {
  const alive = setInterval(() => {}, 1000);
  await new Promise((resolve) => signal.addEventListener("abort", resolve));
  clearInterval(alive);
  signal.throwIfAborted();
}
