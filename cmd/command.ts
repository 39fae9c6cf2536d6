/**
 * What a command is: a definition (name, summary, arguments, options, examples) and a function that does
 * the work and returns an exit code. The world reaches it through {@linkcode CommandEnv}, so that
 * commands are tested in-process. How a command line becomes a call is the business of `run.ts`.
 */

import { Command, type CommandUnknownOpts, type OptionValues } from "@commander-js/extra-typings";

export { Argument, Command, Option } from "@commander-js/extra-typings";

/** The exit codes, the same for every command. */
export const EXIT = {
  good: 0,
  /** A test, a check or the work itself failed. */
  failed: 1,
  /** The command line is wrong. */
  usage: 2,
  /** A checker ran out of its budget before it knew. */
  unknown: 3,
  /** Stopped by a signal before the work was done. */
  interrupted: 130,
  /** Nobody reads standard output any more, as after `| head`: what a shell reports for SIGPIPE. */
  brokenPipe: 141,
} as const;

/** Standard output or standard error. */
export interface OutputStream {
  /** Writes all of `text`, or these bytes, before it returns. Once the reader is gone, it does nothing. */
  write(text: string | Uint8Array): void;
  readonly isTerminal: boolean;
  /** The terminal's width, or 80. */
  readonly columns: number;
  /** Whether colours are wanted: on a terminal, and unless `NO_COLOR` says no. */
  readonly colors: boolean;
}

/** The world as a command sees it. */
export interface CommandEnv {
  /** For results. */
  readonly stdout: OutputStream;
  /** For diagnostics and progress. */
  readonly stderr: OutputStream;
  readonly stdin: ReadableStream<Uint8Array>;
  /** Environment variables. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /**
   * Aborted by SIGINT, by SIGTERM, and when nobody reads standard output any more; its reason is an
   * `InterruptedError`. Long work stops soon after, and throws that reason or returns a code of its own.
   */
  readonly interrupted: AbortSignal;
  /** The wall clock, for durations: milliseconds since some moment in the past. */
  readonly now: () => number;
}

/** One line of the `Examples` section of a command's help. */
export interface Example {
  /** A whole command line, beginning with `dist824`. */
  readonly line: string;
  /** What it does, as a phrase without a full stop. */
  readonly does: string;
}

/** What a command line said, after checks and conversions. */
export interface Parsed<Args extends unknown[], Options extends OptionValues> {
  readonly args: Args;
  readonly options: Options;
}

/** What the author of a command writes. */
export interface CommandSpec<Args extends unknown[], Options extends OptionValues> {
  readonly name: string;
  /** One line for the list of commands, without a full stop. */
  readonly summary: string;
  /** More for the command's own help; the summary stands there otherwise. */
  readonly description?: string;
  /** Kept out of help and completions: for calls of the program by itself. */
  readonly hidden?: boolean;
  readonly examples: readonly Example[];
  /** Adds the arguments and options. Everything that needs no I/O is checked by their parsers. */
  configure(command: Command): Command<Args, Options>;
  /** Does the work; the result is the exit code. */
  run(parsed: Parsed<Args, Options>, env: CommandEnv): Promise<number>;
}

/** A command's work with its arguments already bound. */
export type BoundCommand = (env: CommandEnv) => Promise<number>;

/** A command as the rest of the program sees it: the types of its arguments are its own affair. */
export interface CommandDefinition {
  readonly name: string;
  readonly summary: string;
  readonly hidden: boolean;
  readonly examples: readonly Example[];
  /** The commands of a group; empty for a command that does something itself. */
  readonly commands: readonly CommandDefinition[];
  /** Makes a parser; it calls `bind` once, with the work to do, when a command line was good. */
  parser(bind: (work: BoundCommand) => void): CommandUnknownOpts;
}

/**
 * Makes a command from what its author wrote.
 *
 * @example
 * ```ts
 * import { defineCommand } from "./command.ts";
 *
 * export const greetCommand = defineCommand({
 *   name: "greet",
 *   summary: "Say hello",
 *   examples: [{ line: "dist824 greet Ada --loud", does: "greet Ada loudly" }],
 *   configure: (command) => command.argument("<name>", "whom to greet").option("--loud", "shout"),
 *   run({ args: [name], options }, env) {
 *     env.stdout.write(`Hello, ${options.loud ? name.toUpperCase() : name}\n`);
 *     return Promise.resolve(0);
 *   },
 * });
 * ```
 */
export function defineCommand<Args extends unknown[], Options extends OptionValues>(
  spec: CommandSpec<Args, Options>,
): CommandDefinition {
  return {
    name: spec.name,
    summary: spec.summary,
    hidden: spec.hidden ?? false,
    examples: spec.examples,
    commands: [],
    parser(bind) {
      const command = spec.configure(new Command(spec.name));
      command.summary(spec.summary).description(spec.description ?? spec.summary);
      command.action(() => {
        const parsed = { args: command.processedArgs, options: command.opts() };
        bind((env) => spec.run(parsed, env));
      });
      return command as unknown as CommandUnknownOpts;
    },
  };
}

/** What the author of a group of commands writes: `raft`, with `status` and `serve` and more in it. */
export interface GroupSpec {
  readonly name: string;
  /** One line for the list of commands, without a full stop. */
  readonly summary: string;
  /** More for the group's own help; the summary stands there otherwise. */
  readonly description?: string;
  /** What is in it, in the order of the help. A group may hold groups. */
  readonly commands: readonly CommandDefinition[];
  readonly examples: readonly Example[];
}

/** Makes a group, which does nothing itself: `dist824 raft` shows its help, `dist824 raft status` runs one. */
export function defineGroup(spec: GroupSpec): CommandDefinition {
  return {
    name: spec.name,
    summary: spec.summary,
    hidden: false,
    examples: spec.examples,
    commands: spec.commands,
    parser() {
      const group = new Command(spec.name).usage("COMMAND [options]");
      group.summary(spec.summary).description(spec.description ?? spec.summary);
      return group as unknown as CommandUnknownOpts;
    },
  };
}
