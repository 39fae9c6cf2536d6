/** What the labs' test applications see of the world, in a real process. */

import type { Clock, Random } from "../../base/ports.ts";
import { HostFiles } from "../../host/files.ts";
import { dieAtOnce, epochSeconds, isProcessAlive, processId } from "../../host/this_process.ts";
import type { AppEnvironment } from "../../mapreduce/apps/environment.ts";

/** Returns the surroundings of this process: its current folder is the one that the workers of a lab test share. */
export function processEnvironment(
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): AppEnvironment {
  return {
    pid: processId(),
    isAlive: isProcessAlive,
    folder: new HostFiles(),
    epochSeconds,
    sleep: (span) => clock.sleep(span),
    // A process that crashes has no status of its own choice, and cleans nothing up.
    exit: dieAtOnce,
    random,
  };
}
