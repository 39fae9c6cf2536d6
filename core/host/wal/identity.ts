/** Whose log lies in a folder, for those who only want to look. */

import type { ReadableDisk } from "../../base/disk.ts";
import { segmentSequence } from "./names.ts";
import { readHeader, type WalIdentity } from "./segment_header.ts";
import { readWhole } from "./snapshot_file.ts";

/**
 * Returns what the newest segment says of itself, or `undefined` if there is none.
 *
 * @throws {WalError} If its header is damaged, or of a version that is not known here.
 * @throws {DiskError} If the disk cannot be read.
 */
export function readIdentity(disk: ReadableDisk): WalIdentity | undefined {
  const [newest] = disk.list().filter((name) => segmentSequence(name) !== undefined)
    .sort((a, b) => segmentSequence(b)! - segmentSequence(a)!);
  if (newest === undefined) return undefined;
  const { cluster, server } = readHeader(disk.path, newest, readWhole(disk, newest)).header;
  return { cluster, server };
}
