/** What a measurement of `dist824 bench` is: a command that prints what it found, for people or as JSON. */

import type { OptionValues } from "@commander-js/extra-typings";
import { buildInfo } from "../../core/host/build_info.ts";
import {
  type Command,
  type CommandDefinition,
  type CommandEnv,
  type CommandSpec,
  defineCommand,
  EXIT,
  type Parsed,
} from "../command.ts";
import { jsonOption } from "../options.ts";
import { checkWritableFile, writeWholeText } from "../test_runner/files.ts";

/** What a measurement found. */
export interface BenchReport {
  /** For people: tables, with the figures to compare with beside. */
  readonly text: string;
  /** The same for programs, with the settings that led to it. */
  readonly figures: Readonly<Record<string, unknown>>;
}

/** What the author of a measurement writes. */
export interface BenchSpec<Args extends unknown[], Options extends OptionValues>
  extends Omit<CommandSpec<Args, Options>, "run" | "hidden"> {
  /** @throws {InterruptedError} If `env.interrupted` says so. */
  measure(parsed: Parsed<Args, Options>, env: CommandEnv): Promise<BenchReport>;
}

/** Makes the command of a measurement; it has `--json` beside its own options. */
export function defineBench<Args extends unknown[], Options extends OptionValues>(
  spec: BenchSpec<Args, Options>,
): CommandDefinition {
  const { measure, ...rest } = spec;
  return defineCommand({
    ...rest,
    configure: (command: Command) => spec.configure(command).addOption(jsonOption()),
    async run({ args, options }, env) {
      const { json, ...settings } = options as unknown as Options & { readonly json?: string };
      if (json !== undefined && json !== "-") checkWritableFile("--json", json);
      const { text, figures } = await measure({ args, options: settings as Options }, env);
      if (json !== "-") env.stdout.write(text);
      if (json === undefined) return EXIT.good;
      const { version, commit } = buildInfo();
      const program = { name: "dist824", version, commit };
      const cores = navigator.hardwareConcurrency;
      const document = { program, bench: spec.name, cores, ...figures };
      const lines = `${JSON.stringify(document, undefined, 2)}\n`;
      if (json === "-") env.stdout.write(lines);
      else writeWholeText(json, lines);
      return EXIT.good;
    },
  });
}
