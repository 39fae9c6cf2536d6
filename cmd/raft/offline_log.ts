/** Reads the log in a server's folder while the server does not run. */

import { DiskError, logIndex } from "../../core/base/mod.ts";
import { HostDisk, readIdentity, recover, WalError } from "../../core/host/mod.ts";
import type { LogPart } from "../../core/server/raft/mod.ts";
import { FailedError } from "../errors.ts";

/**
 * Reads all of it; which of its entries are committed, only the running cluster knows.
 *
 * @throws {FailedError} If there is none, it is in use, or it cannot be trusted.
 */
export function offlineLog(folder: string): Omit<LogPart, "commitIndex"> {
  if (!isFolder(folder)) throw new FailedError(`there is no folder ${folder}`);
  const disk = new HostDisk(folder);
  try {
    disk.lock();
    const identity = readIdentity(disk);
    const found = identity && recover(disk, identity);
    if (found === undefined) throw new FailedError(`there is no log in ${folder}`);
    const { snapshot, entries } = found.recovered;
    const firstIndex = logIndex((snapshot?.lastIncludedIndex ?? 0) + 1);
    return { firstIndex, lastIndex: entries.at(-1)?.index ?? logIndex(firstIndex - 1), entries };
  } catch (error) {
    if (error instanceof DiskError && error.reason === "locked") {
      throw new FailedError(`a running server uses ${folder}: ask it, without --data`);
    }
    if (error instanceof DiskError || error instanceof WalError) {
      throw new FailedError(error.message);
    }
    throw error;
  } finally {
    disk.unlock();
  }
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}
