/** The completion script for bash. It needs nothing but bash 4 itself, and starts no program. */

import { type CommandWords, type OptionWords, PROGRAM_OPTIONS, type ValueWords } from "./words.ts";

/** Returns the script: a function, and the line that registers it. */
export function bashScript(program: string, commands: readonly CommandWords[]): string {
  const names = commands.map(({ name }) => name).join(" ");
  return `# bash completion for ${program}. To use it: source <(${program} completions bash)

_${program}() {
  local current=\${COMP_WORDS[COMP_CWORD]} word command= positional=0 takes=none words= files=
  local before=("\${COMP_WORDS[@]:1:COMP_CWORD-1}")
  for word in "\${before[@]}"; do
    # bash cuts --option=value into three words.
    if [[ $word == = ]]; then continue; fi
    if [[ $word == -* ]]; then
      takes=none
      case "$command $word" in
${indent(8, commands.flatMap(optionCases))}
      esac
    elif [[ $takes == one ]]; then takes=none
    elif [[ $takes == none && -z $command ]]; then command=$word
    elif [[ $takes == none ]]; then positional=$((positional + 1))
    fi
  done
  if [[ $current == = ]]; then current=; fi

  if [[ $current == -* ]]; then
    files=
    case $command in
${indent(6, commands.map(({ name, options }) => `${name}) words="${longs(options)}" ;;`))}
      "") words="${longs(PROGRAM_OPTIONS)}" ;;
      *) words= ;;
    esac
  elif [[ $takes == none ]]; then
    words= files=
    case "$command $positional" in
      " 0") words="${names} help" ;;
      "help 0") words="${names}" ;;
${indent(6, commands.flatMap(positionalCases))}
    esac
  fi

  COMPREPLY=()
  if [[ -n $words ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  elif [[ -n $files ]]; then
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
    compopt -o filenames 2>/dev/null
  fi
}

complete -F _${program} ${program}
`;
}

function indent(columns: number, lines: readonly string[]): string {
  return lines.map((line) => " ".repeat(columns) + line).join("\n");
}

function longs(options: readonly OptionWords[]): string {
  return options.map(({ long }) => long).join(" ");
}

/** What follows each option that takes a value. */
function optionCases({ name, options }: CommandWords): string[] {
  return options.flatMap(({ long, short, value }) => {
    if (value === undefined) return [];
    const flags = short === undefined ? [long] : [long, short];
    const pattern = flags.map((flag) => `"${name} ${flag}"`).join(" | ");
    return [`${pattern}) takes=${value.isVariadic ? "many" : "one"} ${offer(value)} ;;`];
  });
}

/** What stands in each position; a variadic argument takes all positions from its own on. */
function positionalCases({ name, positionals }: CommandWords): string[] {
  return positionals.map((value, index) =>
    `"${name} "${value.isVariadic ? "*" : index}) ${offer(value)} ;;`
  );
}

function offer({ choices, isFile }: ValueWords): string {
  return `words="${choices.join(" ")}" files=${isFile ? "yes" : ""}`;
}
