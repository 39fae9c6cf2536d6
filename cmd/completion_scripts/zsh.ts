/** The completion script for zsh, on `_arguments`. It can be sourced, or lie in a directory of `$fpath`. */

import { type CommandWords, type OptionWords, PROGRAM_OPTIONS, type ValueWords } from "./words.ts";

/** Returns the script. */
export function zshScript(program: string, commands: readonly CommandWords[]): string {
  const described = commands.map(({ name, summary }) => quote(`${name}:${summary}`));
  return `#compdef ${program}
# zsh completion for ${program}. To use it: source <(${program} completions zsh)

_${program}() {
  local context state state_descr line
  typeset -A opt_args
  local -a commands=(
    ${described.join("\n    ")}
    'help:Show the help of a command'
  )
  _arguments -C ${PROGRAM_OPTIONS.map(optionSpec).join(" ")} '1: :->command' '*:: :->rest'
  case $state in
  command) _describe command commands ;;
  rest)
    case $words[1] in
    help) _arguments '1:command:(${commands.map(({ name }) => name).join(" ")})' ;;
${commands.map(commandCase).join("\n")}
    esac
    ;;
  esac
}

if [[ $funcstack[1] == _${program} ]]; then
  _${program} "$@"
else
  compdef _${program} ${program}
fi
`;
}

function commandCase({ name, options, positionals }: CommandWords): string {
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
