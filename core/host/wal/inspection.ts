/**
 * What lies in a log's folder, file by file, whether or not the log can be trusted as a whole: for people who look
 * for what happened. Nothing is changed.
 */

import { DiskError, type ReadableDisk } from "../../base/disk.ts";
import { serverId } from "../../base/durable.ts";
import { WalError } from "./errors.ts";
import { readIdentity } from "./identity.ts";
import { isOurs, segmentSequence, snapshotNumber } from "./names.ts";
import { recover, type RecoveredLog } from "./recovery.ts";
import { readHeader, segmentSalt, type WalIdentity } from "./segment_header.ts";
import { scanSegment } from "./segment_scan.ts";
import { readWhole } from "./snapshot_file.ts";

/** From the first to the last of some numbers. */
export interface NumberRange {
  readonly first: number;
  readonly last: number;
}

/** What a segment holds. */
export interface SegmentReport {
  readonly name: string;
  /** How long the file is: it is made before it is filled. */
  readonly fileBytes: number;
  /** How much of it is used. */
  readonly usedBytes: number;
  readonly records: number;
  /** The entries that were written here, replaced ones included, and the terms that they are of. */
  readonly entries: NumberRange | undefined;
  readonly terms: NumberRange | undefined;
  /** Bytes of a write that a crash has torn, or that is just under way. */
  readonly tornBytes: number;
  /** What is wrong with it by itself. */
  readonly problem: string | undefined;
}

/** What lies in a folder. */
export interface LogInspection {
  readonly identity: WalIdentity | undefined;
  readonly segments: readonly SegmentReport[];
  /** Everything else of the log's: snapshots, space for segments to come, what is left of interrupted work. */
  readonly otherFiles: readonly { readonly name: string; readonly bytes: number }[];
  /** The log, if it can be trusted. */
  readonly log: RecoveredLog | undefined;
  /** Why it cannot be. */
  readonly problem: WalError | undefined;
}

/**
 * Looks at a folder. Returns `undefined` if there is no log in it.
 *
 * @throws {DiskError} If the folder cannot be read.
 */
export function inspectLog(disk: ReadableDisk): LogInspection | undefined {
  const names = disk.list().filter(isOurs);
  if (!names.some((name) => (segmentSequence(name) ?? snapshotNumber(name)) !== undefined)) {
    return undefined;
  }
  const segments = names.filter((name) => segmentSequence(name) !== undefined);
  const others = names.filter((name) => segmentSequence(name) === undefined);
  const known = {
    segments: segments.map((name) => inspectSegment(disk, name)),
    otherFiles: others.map((name) => ({ name, bytes: sizeOf(disk, name) })),
  };
  let identity: WalIdentity | undefined;
  try {
    identity = readIdentity(disk);
    // Without a segment nothing says whose it is; what recovery says of that holds for any.
    const log = recover(disk, identity ?? { cluster: "", server: serverId(0) });
    return { ...known, identity, log, problem: undefined };
  } catch (error) {
    if (!(error instanceof WalError)) throw error;
    return { ...known, identity, log: undefined, problem: error };
  }
}

function inspectSegment(disk: ReadableDisk, name: string): SegmentReport {
  const data = readWhole(disk, name);
  const report = { name, fileBytes: data.length, usedBytes: 0, records: 0, tornBytes: 0 };
  const ranges = { entries: new RangeOf(), terms: new RangeOf() };
  try {
    const { header, end: start } = readHeader(disk.path, name, data);
    const salt = segmentSalt(header, header.sequence);
    const { isFresh } = header;
    let records = 0;
    const scan = scanSegment({ data, salt, start, knownEnd: undefined, isFresh }, (payload) => {
      records++;
      for (const { index, term } of payload?.entries ?? []) {
        ranges.entries.add(index);
        ranges.terms.add(term);
      }
    });
    const { damage, end, tornBytes } = scan;
    return {
      ...report,
      usedBytes: end,
      records,
      tornBytes,
      entries: ranges.entries.range,
      terms: ranges.terms.range,
      problem: damage && `byte ${damage.offset}: ${damage.what}`,
    };
  } catch (error) {
    if (!(error instanceof WalError)) throw error;
    const problem = `byte ${error.offset ?? 0}: its header is damaged, or of another version`;
    return { ...report, entries: undefined, terms: undefined, problem };
  }
}

/** Grows to what is added. */
class RangeOf {
  #range: NumberRange | undefined;

  get range(): NumberRange | undefined {
    return this.#range;
  }

  add(value: number): void {
    const { first, last } = this.#range ?? { first: value, last: value };
    this.#range = { first: Math.min(first, value), last: Math.max(last, value) };
  }
}

/** 0 for a file that has just gone. */
function sizeOf(disk: ReadableDisk, name: string): number {
  try {
    const file = disk.open(name);
    const { size } = file;
    file.close();
    return size;
  } catch (error) {
    if (error instanceof DiskError && error.reason === "absent") return 0;
    throw error;
  }
}
