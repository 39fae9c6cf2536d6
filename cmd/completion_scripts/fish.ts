/** The completion script for fish: one `complete` line for each thing that can be completed. */

import {
  type CommandWords,
  COMMON_OPTIONS,
  type OptionWords,
  PROGRAM_OPTIONS,
  type ValueWords,
} from "./words.ts";

/** Returns the script. */
export function fishScript(program: string, commands: readonly CommandWords[]): string {
  const names = commands.map(({ name }) => name).join(" ");
  const alone = `not __fish_seen_subcommand_from ${names} help`;
  const inHelp = "__fish_seen_subcommand_from help";
  const lines = [
    ["-f"],
    ...PROGRAM_OPTIONS.map((option) => [when(alone), ...optionWords(option)]),
    ...commands.map(({ name, summary }) => [when(alone), "-a", name, "-d", quote(summary)]),
    [when(alone), "-a", "help", "-d", quote("Show the help of a command")],
    [when(inHelp), "-a", quote(names)],
    ...COMMON_OPTIONS.map((option) => [when(inHelp), ...optionWords(option)]),
    ...commands.flatMap(commandLines),
  ];
  return `# fish completion for ${program}. To use it: ${program} completions fish | source
${lines.map((line) => `complete -c ${program} ${line.join(" ")}`).join("\n")}
`;
}

function commandLines({ name, options, positionals }: CommandWords): string[][] {
  const here = when(`__fish_seen_subcommand_from ${name}`);
  return [
    ...options.map((option) => [here, ...optionWords(option)]),
    ...positionals.filter(({ choices, isFile }) => isFile || choices.length > 0)
      .map((value) => [here, ...valueWords(value)]),
  ];
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
