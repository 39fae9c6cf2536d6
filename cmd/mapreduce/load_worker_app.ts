/** Loads the application that a command line names. */

import { RealClock } from "../../core/host/clock.ts";
import { AppError } from "../../core/mapreduce/app_error.ts";
import {
  type AppSource,
  loadApp,
  type LoadedApp,
  processEnvironment,
} from "../../core/server/mod.ts";
import { UsageError } from "../errors.ts";
import { randomStream } from "./random_stream.ts";

/**
 * Loads an application. `log` gets each line that its commands write for people.
 *
 * @throws {UsageError} If there is none of that name, or it is broken.
 */
export async function loadWorkerApp(
  source: AppSource,
  log: (line: string) => void = () => {},
): Promise<LoadedApp> {
  const environment = processEnvironment({ clock: new RealClock(), random: randomStream() });
  try {
    return await loadApp(source, environment, log);
  } catch (error) {
    if (error instanceof AppError) throw new UsageError(error.message);
    throw error;
  }
}
