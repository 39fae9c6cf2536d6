/** `dist824 completions`: prints a shell's completion script. */

import { type CommandDefinition, defineCommand, EXIT } from "./command.ts";
import { bashScript } from "./completion_scripts/bash.ts";
import { fishScript } from "./completion_scripts/fish.ts";
import { commandWords } from "./completion_scripts/words.ts";
import { zshScript } from "./completion_scripts/zsh.ts";
import { choiceArgument } from "./values.ts";

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript };

/** Makes the command. `commands` is asked when the command runs, since the list holds the command itself. */
export function completionsCommand(
  commands: () => readonly CommandDefinition[],
): CommandDefinition {
  return defineCommand({
    name: "completions",
    summary: "Print a script that completes command lines in your shell",
    examples: [
      { line: "source <(dist824 completions bash)", does: "complete in this bash; zsh alike" },
      { line: "dist824 completions fish | source", does: "complete in this fish" },
    ],
    configure: (command) =>
      command.addArgument(choiceArgument("<shell>", "the shell", ["bash", "zsh", "fish"])),
    run({ args: [shell] }, env) {
      env.stdout.write(SCRIPTS[shell]("dist824", commandWords(commands())));
      return Promise.resolve(EXIT.good);
    },
  });
}
