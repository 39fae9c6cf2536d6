/**
 * From a command line to an exit code: finds the command, has its arguments checked, runs it, and turns
 * every way of going wrong into one line on standard error and a code.
 */

import { Command, CommanderError } from "@commander-js/extra-typings";
import {
  type BoundCommand,
  type CommandDefinition,
  type CommandEnv,
  type Example,
  EXIT,
} from "./command.ts";
import { FailedError, InterruptedError, UsageError } from "./errors.ts";
import { styled } from "./style.ts";
import { closest } from "./suggest.ts";

/** What a program is made of. */
export interface Program {
  readonly name: string;
  readonly summary: string;
  /** What `--version` prints, without the last line end. */
  readonly version: () => string;
  readonly commands: readonly CommandDefinition[];
  readonly examples: readonly Example[];
}

/** Runs one command line. The result is the exit code; it never rejects. */
export async function runProgram(
  program: Program,
  argv: readonly string[],
  env: CommandEnv,
): Promise<number> {
  const command = program.commands.find((each) => each.name === argv[0]);
  const speaker = command === undefined ? program.name : `${program.name} ${command.name}`;
  try {
    const work = parse(program, argv, env);
    return work === undefined ? EXIT.good : await work(env);
  } catch (error) {
    const { code, text } = describe(error);
    if (text !== "") env.stderr.write(`${styled(env.stderr, "red", `${speaker}:`)} ${text}\n`);
    return code;
  }
}

/** Returns the work that the command line asks for, or `undefined` if the parser has already answered it. */
function parse(
  program: Program,
  argv: readonly string[],
  env: CommandEnv,
): BoundCommand | undefined {
  let work: BoundCommand | undefined;
  const bind = (bound: BoundCommand) => {
    work = bound;
  };
  const root = makeParser(program, env, bind);
  try {
    root.parse(argv.length === 0 ? ["--help"] : argv, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return undefined;
    throw error;
  }
  return work;
}

function makeParser(
  program: Program,
  env: CommandEnv,
  bind: (work: BoundCommand) => void,
): Command {
  const root = new Command(program.name).description(program.summary);
  root.usage("COMMAND [options]");
  root.exitOverride().helpCommand(false).helpOption("-h, --help", "show this help");
  root.configureOutput({
    writeOut: (text) => env.stdout.write(text),
    writeErr: (text) => env.stderr.write(text),
    outputError: () => {},
    getOutHelpWidth: () => Math.min(env.stdout.columns, 100),
    getOutHasColors: () => env.stdout.colors,
  });
  root.configureHelp({
    styleTitle: (title) => styled(env.stdout, "bold", title),
    subcommandTerm: (command) => command.name(),
  });
  root.option("-V, --version", "show the version and how the program was built");
  root.on("option:version", () => {
    env.stdout.write(`${program.version()}\n`);
    throw new CommanderError(EXIT.good, "commander.version", "");
  });
  root.addHelpText("after", () => exampleText(program.examples, env));
  for (const definition of program.commands) {
    const command = definition.parser(bind);
    command.copyInheritedSettings(root as Command<unknown[]>);
    command.addHelpText("after", () => exampleText(definition.examples, env));
    root.addCommand(command, { hidden: definition.hidden });
  }
  addHelpCommand(root, program);
  return root;
}

/** `dist824 help COMMAND`, beside `dist824 COMMAND --help`. */
function addHelpCommand(root: Command, program: Program): void {
  root.command("help", { hidden: true })
    .argument("[command]")
    .action((name) => {
      if (name === undefined) root.help();
      const wanted = root.commands.find((command) => command.name() === name);
      if (wanted === undefined) {
        throw new UsageError(`unknown command '${name}'`, {
          didYouMean: closest(name, visibleNames(program)),
        });
      }
      wanted.help();
    });
}

/** The names of the commands that help and suggestions may mention. */
function visibleNames(program: Program): string[] {
  return program.commands.filter((command) => !command.hidden).map((command) => command.name);
}

function exampleText(examples: readonly Example[], env: CommandEnv): string {
  if (examples.length === 0) return "";
  const items = examples.map(({ line, does }) => `  ${line}\n      ${does}\n`);
  return `\n${styled(env.stdout, "bold", "Examples:")}\n${items.join("")}`;
}

/** The exit code and the line for an error; an empty text is not printed. */
function describe(error: unknown): { readonly code: number; readonly text: string } {
  if (error instanceof CommanderError) return { code: EXIT.usage, text: parserText(error) };
  if (error instanceof UsageError) {
    const hint = error.didYouMean === undefined ? "" : ` (did you mean ${error.didYouMean}?)`;
    return { code: EXIT.usage, text: error.message + hint };
  }
  if (error instanceof InterruptedError) return { code: EXIT.interrupted, text: "" };
  if (error instanceof FailedError) return { code: EXIT.failed, text: error.message };
  const text = error instanceof Error ? error.stack ?? error.message : String(error);
  return { code: EXIT.failed, text: `unexpected error: ${text}` };
}

/** The parser's message as one line in our form. */
function parserText(error: CommanderError): string {
  return error.message
    .replace(/^error: /, "")
    .replace(
      /^command-argument value (.*?) is invalid for (argument '.*?')/,
      "$2 value $1 is invalid",
    )
    .replace(/\n\(Did you mean/, " (did you mean")
    .replaceAll("\n", " ");
}
