/** Which words of a command line name the application, and which the input. */

import { BUILT_IN_APPS, findBuiltInApp } from "../../core/mapreduce/apps/registry.ts";
import { isModulePath } from "../../core/server/mod.ts";
import { UsageError } from "../errors.ts";
import { closest } from "../suggest.ts";

/** An application with its arguments. */
export interface AppWords {
  readonly name: string;
  readonly args: readonly string[];
}

/**
 * Splits `APP [ARGUMENT…] REST…`: an application that comes with the program takes as many arguments as it wants.
 *
 * @throws {UsageError} If there is no such application, or not enough words.
 */
export function splitAppWords(words: readonly string[]): { app: AppWords; rest: string[] } {
  const [name, ...others] = words;
  if (name === undefined) throw new UsageError("which application? Give its name, or a module");
  const found = findBuiltInApp(name);
  if (found === undefined && !isModulePath(name)) throw unknownApp(name);
  const wanted = found?.arguments ?? [];
  const missing = wanted[others.length];
  if (missing !== undefined) {
    throw new UsageError(`the application ${name} wants ${missing.name}: ${missing.summary}`);
  }
  return {
    app: { name, args: others.slice(0, wanted.length) },
    rest: others.slice(wanted.length),
  };
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
