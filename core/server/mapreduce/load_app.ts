/** Finds the application that a user has named: one that comes with the program, a module by its path, or executables. */

import { basename } from "node:path";
import { loadModule, ModuleError } from "../../host/load_module.ts";
import { ShellChild } from "../../host/shell_child.ts";
import type { MapReduceApp } from "../../mapreduce/app.ts";
import { AppError } from "../../mapreduce/app_error.ts";
import { toApp } from "../../mapreduce/app_module.ts";
import type { AppEnvironment } from "../../mapreduce/apps/environment.ts";
import { createBuiltInApp, describeApp, findBuiltInApp } from "../../mapreduce/apps/registry.ts";
import type { StartChild, StreamingApp } from "../../mapreduce/streaming_app.ts";
import type { AppInfo } from "../../mapreduce/messages.ts";
import { AppTaskRunner } from "../../mapreduce/task_runner.ts";
import type { TaskOptions } from "../../mapreduce/task_options.ts";
import type { TaskRunner } from "../../mapreduce/worker_loop.ts";

/** An application, ready for the tasks of one worker. */
export interface LoadedApp {
  readonly info: AppInfo;
  readonly app: MapReduceApp | StreamingApp;
  makeRunner(options: Omit<TaskOptions, "app">): TaskRunner;
}

/** Says whether a name can only be the path of a module. */
export function isModulePath(name: string): boolean {
  return /[/\\]/.test(name) || /\.[cm]?[jt]s$/i.test(name);
}

/** Which application. */
export type AppSource =
  /** One that comes with the program, or the path of a module. */
  | { readonly kind: "named"; readonly name: string; readonly args: readonly string[] }
  /** Commands of the shell; at least one of them. */
  | {
    readonly kind: "streaming";
    readonly mapper: string | undefined;
    readonly reducer: string | undefined;
  };

/**
 * Loads an application. `log` gets each line that commands write for people.
 *
 * @throws {AppError} If there is none of that name, it is broken, or its arguments are not what it wants.
 */
export async function loadApp(
  source: AppSource,
  environment: AppEnvironment,
  log: (line: string) => void,
): Promise<LoadedApp> {
  if (source.kind === "streaming") return streamingApp(source.mapper, source.reducer, log);
  const { name, args } = source;
  if (findBuiltInApp(name) !== undefined || !isModulePath(name)) {
    return loaded(createBuiltInApp(name, args, environment), describeApp(name, args));
  }
  if (args.length > 0) throw new AppError(`${name} is a module, which takes no arguments`);
  try {
    const { exports, fingerprint } = await loadModule(name);
    return loaded(toApp(name, exports), `${basename(name)} (${fingerprint})`);
  } catch (error) {
    if (error instanceof ModuleError) throw new AppError(error.message, { cause: error });
    throw error;
  }
}

function streamingApp(
  mapper: string | undefined,
  reducer: string | undefined,
  log: (line: string) => void,
): LoadedApp {
  const start: StartChild = (command, variables) => new ShellChild(command, variables);
  const parts = [["mapper", mapper], ["reducer", reducer]] as const;
  const known = parts.filter(([, command]) => command !== undefined);
  const name = known.map(([part, command]) => `${part} ${JSON.stringify(command)}`).join(", ");
  return loaded({ streaming: true, mapper, reducer, start, log }, name);
}

function loaded(app: MapReduceApp | StreamingApp, name: string): LoadedApp {
  const wholeFiles = "streaming" in app ? false : app.wholeFiles ?? false;
  return {
    info: { name, wholeFiles },
    app,
    makeRunner: (options) => new AppTaskRunner({ ...options, app }),
  };
}
