/** The parser of a whole program: its commands and groups, their help in one form, and `help` beside `--help`. */

import {
  Command,
  CommanderError,
  type CommandUnknownOpts,
  Help,
  type Option,
} from "@commander-js/extra-typings";
import {
  type BoundCommand,
  type CommandDefinition,
  type CommandEnv,
  type Example,
  EXIT,
} from "./command.ts";
import { UsageError } from "./errors.ts";
import type { Program } from "./run.ts";
import { styled } from "./style.ts";
import { closest } from "./suggest.ts";
import { CHOICES_SHOWN_MAX } from "./values.ts";

/** Makes the parser. It calls `bind` with the work to do, or answers by itself and throws. */
export function makeParser(
  program: Program,
  env: CommandEnv,
  bind: (work: BoundCommand) => void,
): CommandUnknownOpts {
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
    optionDescription: (option) => Help.prototype.optionDescription(withFewChoices(option)),
  });
  root.option("-V, --version", "show the version and how the program was built");
  root.on("option:version", () => {
    env.stdout.write(`${program.version()}\n`);
    throw new CommanderError(EXIT.good, "commander.version", "");
  });
  const parser = root as unknown as CommandUnknownOpts;
  furnish(parser, program, env, bind);
  return parser;
}

/** Many values would hide all else; the description of such an option says where they are listed. */
function withFewChoices(option: Option): Option {
  if ((option.argChoices?.length ?? 0) <= CHOICES_SHOWN_MAX) return option;
  return Object.create(option, { argChoices: { value: undefined } });
}

/** Gives a parser its examples, its commands, and theirs. */
function furnish(
  parser: CommandUnknownOpts,
  { examples, commands }: Pick<CommandDefinition, "examples" | "commands">,
  env: CommandEnv,
  bind: (work: BoundCommand) => void,
): void {
  parser.addHelpText("after", () => exampleText(examples, env));
  if (commands.length === 0) return;
  for (const definition of commands) {
    const command = definition.parser(bind);
    command.copyInheritedSettings(parser);
    furnish(command, definition, env, bind);
    parser.addCommand(command, { hidden: definition.hidden });
  }
  addHelpCommand(parser, commands);
}

/** `dist824 help raft status`, and `dist824 raft help status`, beside `dist824 raft status --help`. */
function addHelpCommand(
  parser: CommandUnknownOpts,
  commands: readonly CommandDefinition[],
): void {
  parser.command("help", { hidden: true })
    .argument("[command...]")
    .action((path: string[]) => {
      let parserOfPath = parser;
      let inside = commands;
      for (const [depth, name] of path.entries()) {
        const next = parserOfPath.commands.find((command) => command.name() === name);
        if (next === undefined) throw unknownCommand(path.slice(0, depth), name, inside);
        parserOfPath = next;
        inside = inside.find((command) => command.name === name)?.commands ?? [];
      }
      parserOfPath.help();
    });
}

/** What to say of a name that is none of `commands`; hidden ones are not proposed. */
function unknownCommand(
  groups: readonly string[],
  name: string,
  commands: readonly CommandDefinition[],
): UsageError {
  const visible = commands.filter((command) => !command.hidden);
  const near = closest(name, visible.map((command) => command.name));
  return new UsageError(`unknown command '${[...groups, name].join(" ")}'`, {
    didYouMean: near === undefined ? undefined : [...groups, near].join(" "),
  });
}

function exampleText(examples: readonly Example[], env: CommandEnv): string {
  if (examples.length === 0) return "";
  const items = examples.map(({ line, does }) => `  ${line}\n      ${does}\n`);
  return `\n${styled(env.stdout, "bold", "Examples:")}\n${items.join("")}`;
}
