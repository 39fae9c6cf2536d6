/** Which words of a command line name the application, and which the input. */

import { BUILT_IN_APPS, findBuiltInApp } from "../../core/mapreduce/apps/registry.ts";
import { type AppSource, isModulePath } from "../../core/server/mod.ts";
import { UsageError } from "../errors.ts";
import { closest } from "../suggest.ts";

/** The options that name an application of executables. */
export interface StreamingFlags {
  readonly mapper?: string | undefined;
  readonly reducer?: string | undefined;
}

/**
 * Splits `APP [ARGUMENT…] REST…`: an application that comes with the program takes as many arguments as it wants. With
 * `--mapper` or `--reducer` there is no APP.
 *
 * @throws {UsageError} If there is no such application, or not enough words.
 */
export function splitAppWords(
  words: readonly string[],
  { mapper, reducer }: StreamingFlags,
): { source: AppSource; rest: readonly string[] } {
  if (mapper !== undefined || reducer !== undefined) {
    return { source: { kind: "streaming", mapper, reducer }, rest: words };
  }
  const [name, ...others] = words;
  if (name === undefined) {
    throw new UsageError("which application? Give its name, a module, or --mapper and --reducer");
  }
  const found = findBuiltInApp(name);
  if (found === undefined && !isModulePath(name)) throw unknownApp(name);
  const wanted = found?.arguments ?? [];
  const missing = wanted[others.length];
  if (missing !== undefined) {
    throw new UsageError(`the application ${name} wants ${missing.name}: ${missing.summary}`);
  }
  return {
    source: { kind: "named", name, args: others.slice(0, wanted.length) },
    rest: others.slice(wanted.length),
  };
}

/** The words and options of a command line that name this application. */
export function appArguments(source: AppSource): string[] {
  if (source.kind === "named") return ["--", source.name, ...source.args];
  const { mapper, reducer } = source;
  return [
    ...(mapper === undefined ? [] : [`--mapper=${mapper}`]),
    ...(reducer === undefined ? [] : [`--reducer=${reducer}`]),
  ];
}

function unknownApp(name: string): UsageError {
  const names = BUILT_IN_APPS.filter(({ isLabTest }) => !isLabTest).map((each) => each.name);
  return new UsageError(
    `unknown application '${name}': those built in are ${
      names.join(", ")
    }; a module is named by its path`,
    { didYouMean: closest(name, BUILT_IN_APPS.map((each) => each.name)) },
  );
}
