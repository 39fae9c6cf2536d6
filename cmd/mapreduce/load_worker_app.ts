/** Loads the application that a command line names. */

import { RealClock } from "../../core/host/clock.ts";
import { AppError } from "../../core/mapreduce/app_error.ts";
import { loadApp, type LoadedApp, processEnvironment } from "../../core/server/mod.ts";
import { UsageError } from "../errors.ts";
import type { AppWords } from "./app_words.ts";
import { randomStream } from "./random_stream.ts";

/**
 * Loads an application.
 *
 * @throws {UsageError} If there is none of that name, or it is broken.
 */
export async function loadWorkerApp({ name, args }: AppWords): Promise<LoadedApp> {
  const environment = processEnvironment({ clock: new RealClock(), random: randomStream() });
  try {
    return await loadApp(name, args, environment);
  } catch (error) {
    if (error instanceof AppError) throw new UsageError(error.message);
    throw error;
  }
}
