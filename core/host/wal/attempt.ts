/** Operations that fail by throwing and operations that fail by calling back, brought together. */

import { DiskError } from "../../base/disk.ts";

/** Runs `action`; a failure of the disk goes to `onError`, everything else is thrown on. */
export function attempt(action: () => void, onError: (error: DiskError) => void): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    onError(error);
  }
}

/** Runs `action` and does not care whether the disk fails: what it leaves behind is removed at the next start. */
export function attemptCleanup(action: () => void): void {
  attempt(action, () => {});
}
