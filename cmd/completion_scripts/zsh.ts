/** The completion script for zsh, on `_arguments`. It can be sourced, or lie in a directory of `$fpath`. */

import {
  type CommandWords,
  COMMON_OPTIONS,
  namesOf,
  type OptionWords,
  PROGRAM_OPTIONS,
  type ValueWords,
  withInner,
} from "./words.ts";

/** Returns the script: a function for the program, and one for each group of commands. */
export function zshScript(program: string, commands: readonly CommandWords[]): string {
  const groups = withInner(commands).filter((command) => command.commands.length > 0);
  const functions = [
    chooser(program, "", commands, PROGRAM_OPTIONS),
    ...groups.map(({ path, commands }) => chooser(program, path, commands, COMMON_OPTIONS)),
  ];
  return `#compdef ${program}
# zsh completion for ${program}. To use it: source <(${program} completions zsh)

${functions.join("\n")}
if [[ $funcstack[1] == _${program} ]]; then
  _${program} "$@"
else
  compdef _${program} ${program}
fi
`;
}

/** The function that completes what stands behind the program's name, or behind a group's. */
function chooser(
  program: string,
  path: string,
  commands: readonly CommandWords[],
  options: readonly OptionWords[],
): string {
  const described = commands.map(({ name, summary }) => quote(`${name}:${summary}`));
  return `${functionName(program, path)}() {
  local context state state_descr line
  typeset -A opt_args
  local -a commands=(
    ${described.join("\n    ")}
    'help:Show the help of a command'
  )
  _arguments -C ${options.map(optionSpec).join(" ")} '1: :->command' '*:: :->rest'
  case $state in
  command) _describe command commands ;;
  rest)
    case $words[1] in
    help) _arguments '1:command:(${namesOf(commands)})' ;;
${commands.map((command) => commandCase(program, command)).join("\n")}
    esac
    ;;
  esac
}
`;
}

/** `_dist824` for the program, `_dist824_raft` for a group. */
function functionName(program: string, path: string): string {
  return `_${program} ${path}`.trim().replaceAll(" ", "_");
}

function commandCase(
  program: string,
  { name, path, commands, options, positionals }: CommandWords,
): string {
  if (commands.length > 0) return `    ${name}) ${functionName(program, path)} ;;`;
  const specs = [
    ...options.map(optionSpec),
    ...positionals.map((value, index) =>
      quote(`${value.isVariadic ? "*" : index + 1}:${valueSpec(value)}`)
    ),
  ];
  return `    ${name}) _arguments -s ${specs.join(" ")} ;;`;
}

function optionSpec({ long, short, summary, value }: OptionWords): string {
  const text = `[${summary.replace(/[[\]\\]/g, "\\$&")}]`;
  const spec = (flag: string) => {
    if (value === undefined) return flag + text;
    return `*${flag}=${text}:${valueSpec(value)}`;
  };
  return [long, ...(short === undefined ? [] : [short])].map((flag) => quote(spec(flag))).join(" ");
}

function valueSpec({ name, choices, isFile }: ValueWords): string {
  if (choices.length > 0) return `${name}:(${choices.join(" ")})`;
  return isFile ? `${name}:_files` : `${name}: `;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
