/** Finds the application that a user has named: one that comes with the program, or a module by its path. */

import { basename } from "node:path";
import { loadModule, ModuleError } from "../../host/load_module.ts";
import type { MapReduceApp } from "../../mapreduce/app.ts";
import { AppError } from "../../mapreduce/app_error.ts";
import { toApp } from "../../mapreduce/app_module.ts";
import type { AppEnvironment } from "../../mapreduce/apps/environment.ts";
import { createBuiltInApp, describeApp, findBuiltInApp } from "../../mapreduce/apps/registry.ts";
import type { AppInfo } from "../../mapreduce/messages.ts";
import { AppTaskRunner } from "../../mapreduce/task_runner.ts";
import type { TaskOptions } from "../../mapreduce/task_options.ts";
import type { TaskRunner } from "../../mapreduce/worker_loop.ts";

/** An application, ready for the tasks of one worker. */
export interface LoadedApp {
  readonly info: AppInfo;
  makeRunner(options: Omit<TaskOptions, "app">): TaskRunner;
}

/** Says whether a name can only be the path of a module. */
export function isModulePath(name: string): boolean {
  return /[/\\]/.test(name) || /\.[cm]?[jt]s$/i.test(name);
}

/**
 * Loads the application `name`.
 *
 * @throws {AppError} If there is none, it is broken, or `args` are not what it wants.
 */
export async function loadApp(
  name: string,
  args: readonly string[],
  environment: AppEnvironment,
): Promise<LoadedApp> {
  if (findBuiltInApp(name) !== undefined || !isModulePath(name)) {
    const app = createBuiltInApp(name, args, environment);
    return loaded(app, describeApp(name, args));
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

function loaded(app: MapReduceApp, name: string): LoadedApp {
  return {
    info: { name, wholeFiles: app.wholeFiles ?? false },
    makeRunner: (options) => new AppTaskRunner({ ...options, app }),
  };
}
