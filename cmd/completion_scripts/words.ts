/** What there is to complete: read off the commands' own parsers, so that it is never out of date. */

import type { CommandDefinition } from "../command.ts";

/** An option as a completion script sees it. */
export interface OptionWords {
  /** `--seed`. */
  readonly long: string;
  /** `-V`, if there is one. */
  readonly short: string | undefined;
  readonly summary: string;
  /** What follows the option. */
  readonly value: ValueWords | undefined;
}

/** The values of an option, or a positional argument. */
export interface ValueWords {
  /** The placeholder in the help: `file`, `n`. */
  readonly name: string;
  /** The values that there are, if they are known. */
  readonly choices: readonly string[];
  /** Whether the value names a file or a directory. */
  readonly isFile: boolean;
  readonly isVariadic: boolean;
}

/** A command or a group of commands as a completion script sees it. */
export interface CommandWords {
  /** `status`. */
  readonly name: string;
  /** `raft status`: what has to be typed. */
  readonly path: string;
  /** What is in a group; empty for a command. */
  readonly commands: readonly CommandWords[];
  readonly summary: string;
  readonly options: readonly OptionWords[];
  readonly positionals: readonly ValueWords[];
}

/** The options that every command has. */
export const COMMON_OPTIONS: readonly OptionWords[] = [
  { long: "--help", short: "-h", summary: "show this help", value: undefined },
];

/** The options of the program itself. */
export const PROGRAM_OPTIONS: readonly OptionWords[] = [
  { long: "--version", short: "-V", summary: "show the version", value: undefined },
  ...COMMON_OPTIONS,
];

const FILE_NAME = /^(file|dir|path|input)$/i;

/** Returns the words of every command that is not hidden, and of those in groups. */
export function commandWords(
  commands: readonly CommandDefinition[],
  groups = "",
): CommandWords[] {
  return commands.filter((command) => !command.hidden).map((definition) => {
    const parser = definition.parser(() => {});
    const options = parser.options.filter((option) => !option.hidden && option.long !== undefined);
    const path = groups + definition.name;
    return {
      name: definition.name,
      path,
      commands: commandWords(definition.commands, `${path} `),
      summary: definition.summary,
      options: [
        ...options.map((option) => ({
          long: option.long!,
          short: option.short,
          summary: option.description,
          value: option.required || option.optional
            ? valueWords(placeholder(option.flags), option.argChoices, option.variadic)
            : undefined,
        })),
        ...COMMON_OPTIONS,
      ],
      positionals: parser.registeredArguments.map((argument) =>
        valueWords(argument.name(), argument.argChoices, argument.variadic)
      ),
    };
  });
}

/** The commands themselves, each group before what is in it. */
export function withInner(commands: readonly CommandWords[]): CommandWords[] {
  return commands.flatMap((command) => [command, ...withInner(command.commands)]);
}

/** The names to choose from, with a space between them. */
export function namesOf(commands: readonly CommandWords[]): string {
  return commands.map(({ name }) => name).join(" ");
}

function valueWords(
  name: string,
  choices: readonly string[] | undefined,
  isVariadic: boolean,
): ValueWords {
  return { name, choices: choices ?? [], isFile: FILE_NAME.test(name), isVariadic };
}

/** `n` in `--runs <n>`, `lab` in `--lab <lab...>`. */
function placeholder(flags: string): string {
  return /[<[]([^>\].]+)/.exec(flags)?.[1] ?? "value";
}
