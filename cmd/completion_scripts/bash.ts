/** The completion script for bash. It needs nothing but bash 4 itself, and starts no program. */

import {
  type CommandWords,
  namesOf,
  type OptionWords,
  PROGRAM_OPTIONS,
  type ValueWords,
  withInner,
} from "./words.ts";

/** Returns the script: a function, and the line that registers it. */
export function bashScript(program: string, commands: readonly CommandWords[]): string {
  const all = withInner(commands);
  const groups = all.filter((command) => command.commands.length > 0);
  const descends = ["", "help", ...groups.flatMap(({ path }) => [path, `help ${path}`])];
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
${indent(8, all.flatMap(optionCases))}
      esac
    elif [[ $takes == one ]]; then takes=none
    elif [[ $takes == none ]]; then
      case $command in
        ${descends.map((path) => `"${path}"`).join(" | ")}) command="\${command:+$command }$word" ;;
        *) positional=$((positional + 1)) ;;
      esac
    fi
  done
  if [[ $current == = ]]; then current=; fi

  if [[ $current == -* ]]; then
    files=
    case $command in
${indent(6, all.map(({ path, options }) => `"${path}") words="${longs(options)}" ;;`))}
      "") words="${longs(PROGRAM_OPTIONS)}" ;;
      *) words= ;;
    esac
  elif [[ $takes == none ]]; then
    words= files=
    case "$command $positional" in
      " 0") words="${namesOf(commands)} help" ;;
      "help 0") words="${namesOf(commands)}" ;;
${indent(6, groups.flatMap(groupCases))}
${indent(6, all.flatMap(positionalCases))}
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
function optionCases({ path, options }: CommandWords): string[] {
  return options.flatMap(({ long, short, value }) => {
    if (value === undefined) return [];
    const flags = short === undefined ? [long] : [long, short];
    const pattern = flags.map((flag) => `"${path} ${flag}"`).join(" | ");
    return [`${pattern}) takes=${value.isVariadic ? "many" : "one"} ${offer(value)} ;;`];
  });
}

/** What is in a group, behind its name and behind `help` and its name. */
function groupCases({ path, commands }: CommandWords): string[] {
  const names = namesOf(commands);
  return [`"${path} 0") words="${names} help" ;;`, `"help ${path} 0") words="${names}" ;;`];
}

/** What stands in each position; a variadic argument takes all positions from its own on. */
function positionalCases({ path, positionals }: CommandWords): string[] {
  return positionals.map((value, index) =>
    `"${path} "${value.isVariadic ? "*" : index}) ${offer(value)} ;;`
  );
}

function offer({ choices, isFile }: ValueWords): string {
  return `words="${choices.join(" ")}" files=${isFile ? "yes" : ""}`;
}
