/** The applications that come with the program, by name. */

import type { MapReduceApp } from "../app.ts";
import { AppError } from "../app_error.ts";
import type { AppEnvironment } from "./environment.ts";
import { grep } from "./grep.ts";
import { indexer } from "./indexer.ts";
import { crash, nocrash } from "./lab_crash.ts";
import { earlyExit, jobcount, mtiming, rtiming } from "./lab_timing.ts";
import { sort } from "./sort.ts";
import { wc } from "./wc.ts";

/** An argument of an application. */
export interface AppArgument {
  readonly name: string;
  /** One line, without a full stop. */
  readonly summary: string;
}

/** An application that comes with the program. */
export interface BuiltInApp {
  readonly name: string;
  /** One line, without a full stop. */
  readonly summary: string;
  readonly arguments: readonly AppArgument[];
  /** Whether it only serves the tests of lab 1. */
  readonly isLabTest: boolean;
  /** Makes it; there are as many `args` as {@linkcode arguments}. */
  create(args: readonly string[], environment: AppEnvironment): MapReduceApp;
}

/** All applications that come with the program, in the order of a list for people. */
export const BUILT_IN_APPS: readonly BuiltInApp[] = [
  app("wc", "how often each word occurs", () => wc),
  app("indexer", "in which files each word occurs", () => indexer),
  app(
    "grep",
    "the lines in which a pattern is found, as file:line",
    ([pattern]) => grep(pattern!),
    [
      { name: "PATTERN", summary: "a regular expression of JavaScript, with the flag u" },
    ],
  ),
  app("sort", "all lines in byte order", () => sort),
  labTest("mtiming", "how many workers map at the same time", mtiming),
  labTest("rtiming", "how many workers reduce at the same time", rtiming),
  labTest("jobcount", "how often map is called", jobcount),
  labTest("early_exit", "a reduce that takes long for two files", earlyExit),
  labTest("crash", "facts about each file, from workers that die and dawdle", crash),
  labTest("nocrash", "facts about each file", () => nocrash),
];

/** Returns the application of that name, if there is one. */
export function findBuiltInApp(name: string): BuiltInApp | undefined {
  return BUILT_IN_APPS.find((each) => each.name === name);
}

/**
 * Makes the application of that name.
 *
 * @throws {AppError} If there is none, or the arguments are not what it wants.
 */
export function createBuiltInApp(
  name: string,
  args: readonly string[],
  environment: AppEnvironment,
): MapReduceApp {
  const found = findBuiltInApp(name);
  if (found === undefined) {
    const names = BUILT_IN_APPS.filter(({ isLabTest }) => !isLabTest).map((each) => each.name);
    throw new AppError(`There is no application ${name}; those built in are ${names.join(", ")}`);
  }
  if (args.length !== found.arguments.length) throw new AppError(usageOf(found, args));
  return found.create(args, environment);
}

/** Names an application with its arguments, so that workers can tell whether they have the same one. */
export function describeApp(name: string, args: readonly string[]): string {
  return [name, ...args.map((arg) => JSON.stringify(arg))].join(" ");
}

function usageOf(found: BuiltInApp, args: readonly string[]): string {
  const wanted = found.arguments.map((each) => `${each.name} (${each.summary})`).join(", ");
  const given = args.length === 0 ? "none is given" : `${args.length} are given`;
  return `The application ${found.name} takes ${wanted || "no arguments"}; ${given}`;
}

function app(
  name: string,
  summary: string,
  create: BuiltInApp["create"],
  args: readonly AppArgument[] = [],
): BuiltInApp {
  return { name, summary, create, arguments: args, isLabTest: false };
}

function labTest(
  name: string,
  summary: string,
  create: (environment: AppEnvironment) => MapReduceApp,
): BuiltInApp {
  return {
    name,
    summary,
    create: (_, environment) => create(environment),
    arguments: [],
    isLabTest: true,
  };
}
