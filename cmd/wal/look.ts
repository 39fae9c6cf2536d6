/** Finds the log that a command is to look at. */

import { join } from "node:path";
import { DiskError } from "../../core/base/mod.ts";
import { DiskReader } from "../../core/host/disk_reader.ts";
import { inspectLog, type LogInspection } from "../../core/host/mod.ts";
import { FailedError } from "../errors.ts";

/** A log, and whether a server is writing to it meanwhile. */
export interface Look {
  readonly folder: string;
  readonly isInUse: boolean;
  readonly inspection: LogInspection;
}

/** How often to look again at a log whose files change while they are read. */
const ATTEMPTS = 3;

/**
 * Looks at the log in a folder. Nothing is changed, not even a lock is taken.
 *
 * @throws {FailedError} If there is none, or it cannot be read.
 */
export function lookAt(folder: string): Look {
  if (!isFolder(folder)) throw new FailedError(`there is no folder ${folder}`);
  for (let attempt = 1;; attempt++) {
    try {
      const disk = new DiskReader(folder);
      const isInUse = disk.isInUse();
      const inspection = inspectLog(disk);
      if (inspection === undefined) throw new FailedError(noLog(folder));
      if (inspection.problem === undefined || !isInUse || attempt === ATTEMPTS) {
        return { folder, isInUse, inspection };
      }
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      if (attempt === ATTEMPTS) throw new FailedError(error.message);
    }
  }
}

function noLog(folder: string): string {
  const inside = logsBelow(folder);
  const hint = inside.length === 0 ? "" : `; there are some in ${inside.join(", ")}`;
  return `there is no log in ${folder}${hint}`;
}

/** The folders of a local cluster's servers lie side by side. */
function logsBelow(folder: string): string[] {
  return [...Deno.readDirSync(folder)].filter(({ isDirectory }) => isDirectory)
    .map(({ name }) => join(folder, name)).sort()
    .filter((inner) => inspectLog(new DiskReader(inner)) !== undefined);
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}
