/** Where a worker keeps its files, and who removes what a worker has left that was killed. */

import { basename, dirname } from "node:path";
import { systemTemporaryFolder, TemporaryFolder } from "../../host/temporary_folder.ts";
import type { JobStatus } from "../../mapreduce/coordinator_status.ts";

const PREFIX = "dist824-mr-worker-";

/** Makes the folder of a worker, below `parent` or below the system's folder for temporary files. */
export function makeWorkerFolder(parent?: string): TemporaryFolder {
  return new TemporaryFolder(PREFIX, parent);
}

/**
 * Removes the folders of all workers of this machine, when the job is over. Where they are is what workers said:
 * only what looks like a worker's folder in the system's own place is touched.
 */
export function removeWorkerFolders({ workers }: JobStatus, machineId: string): void {
  for (const { address } of workers) {
    const isHere = address.machineId === machineId &&
      dirname(address.folder) === systemTemporaryFolder() &&
      basename(address.folder).startsWith(PREFIX);
    if (isHere) TemporaryFolder.removeLeft(address.folder);
  }
}
