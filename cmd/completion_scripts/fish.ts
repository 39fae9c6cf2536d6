/** The completion script for fish: one `complete` line for each thing that can be completed. */

import {
  type CommandWords,
  COMMON_OPTIONS,
  namesOf,
  type OptionWords,
  PROGRAM_OPTIONS,
  type ValueWords,
} from "./words.ts";

/** Returns the script. */
export function fishScript(program: string, commands: readonly CommandWords[]): string {
  const alone = `not ${seen(`${namesOf(commands)} help`)}`;
  const groups = commands.filter((command) => command.commands.length > 0);
  const helped = seen("help") + (groups.length > 0 ? `; and not ${seen(namesOf(groups))}` : "");
  const lines = [
    ["-f"],
    ...PROGRAM_OPTIONS.map((option) => [when(alone), ...optionWords(option)]),
    ...choices(alone, commands),
    [when(alone), "-a", "help", "-d", quote("Show the help of a command")],
    [when(helped), "-a", quote(namesOf(commands))],
    ...COMMON_OPTIONS.map((option) => [when(seen("help")), ...optionWords(option)]),
    ...commands.flatMap((command) => commandLines(seen(command.name), command)),
  ];
  return `# fish completion for ${program}. To use it: ${program} completions fish | source
${lines.map((line) => `complete -c ${program} ${line.join(" ")}`).join("\n")}
`;
}

/** What there is behind a command, or behind a group and in it; `here` is the condition of being there. */
function commandLines(
  here: string,
  { commands, options, positionals }: CommandWords,
): string[][] {
  const undecided = `${here}; and not ${seen(namesOf(commands))}`;
  return [
    ...(commands.length > 0 ? choices(undecided, commands) : []),
    ...options.map((option) => [when(here), ...optionWords(option)]),
    ...positionals.filter(({ choices, isFile }) => isFile || choices.length > 0)
      .map((value) => [when(here), ...valueWords(value)]),
    ...commands.flatMap((inner) => commandLines(`${here}; and ${seen(inner.name)}`, inner)),
  ];
}

function choices(here: string, commands: readonly CommandWords[]): string[][] {
  return commands.map(({ name, summary }) => [when(here), "-a", name, "-d", quote(summary)]);
}

function seen(names: string): string {
  return `__fish_seen_subcommand_from ${names}`;
}

function optionWords({ long, short, summary, value }: OptionWords): string[] {
  const flags = ["-l", long.slice(2), ...(short === undefined ? [] : ["-s", short.slice(1)])];
  const values = value === undefined ? [] : ["-r", ...valueWords(value)];
  return [...flags, ...values, "-d", quote(summary)];
}

function valueWords({ choices, isFile }: ValueWords): string[] {
  return isFile
    ? ["-F"]
    : ["-f", ...(choices.length === 0 ? [] : ["-a", quote(choices.join(" "))])];
}

function when(condition: string): string {
  return `-n ${quote(condition)}`;
}

function quote(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}
