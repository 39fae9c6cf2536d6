/**
 * Opens a log for writing: takes the folder, reads what is there, repairs what a crash has left. What cannot be
 * trusted is left as it is.
 */

import { type Disk, DiskError, type DiskFile } from "../../base/disk.ts";
import type { Recovered } from "../../base/durable.ts";
import { WalError } from "./errors.ts";
import { LogState } from "./log_state.ts";
import { segmentName, SPARE_TMP } from "./names.ts";
import { type LastSegment, recover, type RecoveredLog, type RecoveryReport } from "./recovery.ts";
import { encodeHeader, segmentSalt, type WalIdentity } from "./segment_header.ts";
import { fillNow } from "./spares.ts";
import { Tail } from "./tail.ts";

/** A log that is open for writing. */
export interface OpenLog {
  readonly recovered: Recovered;
  readonly state: LogState;
  readonly tail: Tail;
  readonly report: RecoveryReport;
}

const NOTHING: Recovered = { hardState: undefined, snapshot: undefined, entries: [] };

/**
 * Opens the log of `identity`, or begins it with a segment of `segmentBytes`.
 *
 * @throws {WalError} If the folder is another process's, or the log cannot be trusted.
 * @throws {DiskError} If the disk fails.
 */
export function openLog(disk: Disk, identity: WalIdentity, segmentBytes: number): OpenLog {
  lock(disk);
  try {
    const found = recover(disk, identity);
    return found === undefined
      ? createLog(disk, identity, segmentBytes)
      : goOnWith(disk, identity, found);
  } catch (error) {
    disk.unlock();
    throw error;
  }
}

function lock(disk: Disk): void {
  try {
    disk.lock();
  } catch (error) {
    if (!(error instanceof DiskError && error.reason === "locked")) throw error;
    throw new WalError(
      "locked",
      `Cannot open the log in "${disk.path}": another process uses this folder. Stop that process, or start ` +
        "this one with a folder of its own",
      { cause: error },
    );
  }
}

function createLog(disk: Disk, identity: WalIdentity, segmentBytes: number): OpenLog {
  const header = encodeHeader({
    ...identity,
    sequence: 1,
    previousEnd: 0,
    hardState: undefined,
    snapshot: undefined,
    lastIndex: 0,
    isFresh: true,
  });
  // Under another name, so that a crash leaves either a whole segment or none.
  const file = disk.create(SPARE_TMP);
  const size = Math.max(segmentBytes, header.length);
  fillNow(file, size);
  file.write(0, header);
  file.syncNow();
  file.close();
  disk.rename(SPARE_TMP, segmentName(1));
  disk.syncNamesNow();
  const state = new LogState();
  state.beginSegment(1);
  return {
    recovered: NOTHING,
    state,
    tail: new Tail(disk.open(segmentName(1)), {
      sequence: 1,
      salt: segmentSalt(identity, 1),
      life: 1,
      size,
      end: header.length,
      isSealed: true,
    }),
    report: {
      segments: 1,
      records: 0,
      logBytes: header.length,
      tornTail: undefined,
      garbage: [],
    },
  };
}

function goOnWith(disk: Disk, identity: WalIdentity, found: RecoveredLog): OpenLog {
  const { recovered, state, last, report } = found;
  const { name, header: { sequence }, scan, data } = last;
  const { end, isSealed, lastLife } = scan;
  const file = disk.open(name);
  writeLastAgain(file, last);
  for (const garbage of report.garbage) disk.remove(garbage);
  // A name that the former life gave and could not sync must not vanish after this one has built on it.
  disk.syncNamesNow();
  const tail = new Tail(file, {
    sequence,
    salt: segmentSalt(identity, sequence),
    life: lastLife + 1,
    size: data.length,
    end,
    isSealed: isSealed && scan.tornBytes === 0,
  });
  tail.seal();
  if (scan.tornBytes > 0) cutOff(file, tail.end, end + scan.tornBytes);
  return { recovered, state, tail, report };
}

/**
 * The former life may have written records and died before the sync, or after one that failed; the system may then
 * take them for written though they are not. They are written again, so that the sync is about them.
 */
function writeLastAgain(file: DiskFile, { data, scan: { end, lastWrite } }: LastSegment): void {
  file.write(lastWrite, data.subarray(lastWrite, end));
  file.syncNow();
}

/**
 * Overwrites what a torn write has left, which is no more than tidiness: it is of an earlier life than the seal
 * before it. But that seal must be safe first, because the next life must count on from what this one has seen.
 */
function cutOff(file: DiskFile, from: number, to: number): void {
  file.syncNow();
  if (to > from) file.write(from, new Uint8Array(to - from));
}
