/**
 * From a command line to an exit code: has it checked by the parser, runs the command, and turns every way
 * of going wrong into one line on standard error and a code.
 */

import { CommanderError } from "@commander-js/extra-typings";
import {
  type BoundCommand,
  type CommandDefinition,
  type CommandEnv,
  type Example,
  EXIT,
} from "./command.ts";
import { FailedError, InterruptedError, UsageError } from "./errors.ts";
import { makeParser } from "./parser.ts";
import { styled } from "./style.ts";

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
  const path = commandPath(program.commands, argv);
  const speaker = [program.name, ...path.map(({ name }) => name)].join(" ");
  // The program's name alone, or a group's, asks what there is.
  const isUnfinished = path.length === argv.length && path.at(-1)?.commands.length !== 0;
  try {
    const work = parse(program, isUnfinished ? [...argv, "--help"] : argv, env);
    return work === undefined ? EXIT.good : await work(env);
  } catch (error) {
    const { code, text } = describe(error);
    if (text !== "") env.stderr.write(`${styled(env.stderr, "red", `${speaker}:`)} ${text}\n`);
    return code;
  }
}

/** The command that the line begins with, behind the groups that it is in. */
function commandPath(
  commands: readonly CommandDefinition[],
  argv: readonly string[],
): CommandDefinition[] {
  const found = commands.find(({ name }) => name === argv[0]);
  return found === undefined ? [] : [found, ...commandPath(found.commands, argv.slice(1))];
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
    root.parse(argv, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return undefined;
    throw error;
  }
  return work;
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
