/** What the labs' test applications need of the world, which no other application sees. */

import type { Files, Random } from "../../base/ports.ts";
import type { Millis } from "../../base/units.ts";

/** The surroundings of one worker: a process, or a simulated one. */
export interface AppEnvironment {
  /** The worker's process id. */
  readonly pid: number;
  /** Says whether the process with this id lives. */
  isAlive(pid: number): boolean;
  /** The folder that all workers of a lab test share, as the place of relative paths. */
  readonly folder: Files;
  /** The wall clock, in seconds since 1970. */
  epochSeconds(): number;
  sleep(span: Millis): Promise<void>;
  /** Ends the process at once, with this status. What it resolves to never comes. */
  exit(status: number): Promise<never>;
  readonly random: Random;
}
