/**
 * Reads a log from a disk, and decides whether it can be trusted. Nothing is changed here: what a crash has left
 * behind is only found, and repaired by whoever opens the log for writing.
 */

import type { ReadableDisk } from "../../base/disk.ts";
import type { Recovered } from "../../base/durable.ts";
import { damaged, missing, WalError } from "./errors.ts";
import type { LogState } from "./log_state.ts";
import {
  isOurs,
  segmentName,
  segmentSequence,
  snapshotName,
  snapshotNumber,
  spareNumber,
} from "./names.ts";
import { Replay } from "./replay.ts";
import { readHeader, type SegmentHeader, segmentSalt, type WalIdentity } from "./segment_header.ts";
import { scanSegment, type SegmentScan } from "./segment_scan.ts";
import { readSnapshot, readWhole } from "./snapshot_file.ts";

/** A write that a crash has torn. It was never confirmed, so nothing is lost. */
export interface TornTail {
  readonly file: string;
  /** Where the log ends. */
  readonly offset: number;
  /** How much there is of the torn write. */
  readonly bytes: number;
}

/** What was found in a log. */
export interface RecoveryReport {
  readonly segments: number;
  readonly records: number;
  /** The bytes of the segments up to where their records end. */
  readonly logBytes: number;
  /** What was cut off, if anything. */
  readonly tornTail: TornTail | undefined;
  /** Files that count no more: of an interrupted snapshot or rotation, or dropped before a crash. */
  readonly garbage: readonly string[];
}

/** The segment that is written to. */
export interface LastSegment {
  readonly name: string;
  readonly header: SegmentHeader;
  readonly scan: SegmentScan;
  readonly data: Uint8Array;
}

/** A log that can be gone on with. */
export interface RecoveredLog {
  readonly recovered: Recovered;
  readonly state: LogState;
  readonly last: LastSegment;
  readonly report: RecoveryReport;
}

/** A segment with its header. */
interface Segment {
  readonly name: string;
  readonly data: Uint8Array;
  readonly header: SegmentHeader;
  readonly start: number;
}

/**
 * Reads the log of `identity` from a disk. Returns `undefined` if there is none, and never was as far as one can see.
 *
 * @throws {WalError} If there is one that cannot be trusted, or that is another's.
 * @throws {DiskError} If the disk cannot be read.
 */
export function recover(disk: ReadableDisk, identity: WalIdentity): RecoveredLog | undefined {
  const names = disk.list();
  const sequences = newestRun(names);
  if (sequences.length === 0) {
    const snapshot = names.find((name) => snapshotNumber(name) !== undefined);
    if (snapshot === undefined) return undefined;
    throw missing(disk.path, "every segment", `there is ${snapshot}, and no log that refers to it`);
  }
  const segments = new SegmentReader(disk, identity);
  let segment = segments.read(sequences[0]!);
  const replay = new Replay(segment.header);
  let last: LastSegment | undefined;
  let records = 0;
  let logBytes = 0;
  for (const sequence of sequences) {
    const next = sequence === sequences.at(-1) ? undefined : segments.read(sequence + 1);
    replay.state.beginSegment(sequence);
    const scan = replaySegment(disk, segment, next, replay, () => records++);
    logBytes += scan.end;
    if (next !== undefined) replay.state.endSegment(scan.end);
    if (next === undefined) last = { ...segment, scan };
    else segment = next;
  }
  const entries = replay.finish();
  const { state } = replay;
  if (entries === undefined) {
    const first = sequences[0]!;
    const what = `the log from ${
      segmentName(first)
    } on does not hold all entries up to ${state.lastIndex}`;
    if (first === 1) throw damaged(disk.path, segmentName(first), 0, what);
    throw missing(disk.path, segmentName(first - 1), what);
  }
  const snapshot = state.snapshot && readSnapshot(disk, identity, state.snapshot);
  const { name, scan } = last!;
  return {
    recovered: { hardState: state.hardState, snapshot, entries },
    state,
    last: last!,
    report: {
      segments: sequences.length,
      records,
      logBytes,
      tornTail: scan.tornBytes === 0
        ? undefined
        : { file: name, offset: scan.end, bytes: scan.tornBytes },
      garbage: garbageAmong(names, sequences, state),
    },
  };
}

/** Reads segments and checks that they are what they are called. */
class SegmentReader {
  readonly #disk: ReadableDisk;
  readonly #identity: WalIdentity;

  constructor(disk: ReadableDisk, identity: WalIdentity) {
    this.#disk = disk;
    this.#identity = identity;
  }

  read(sequence: number): Segment {
    const { path } = this.#disk;
    const name = segmentName(sequence);
    const data = readWhole(this.#disk, name);
    const { header, end } = readHeader(path, name, data);
    const { cluster, server } = this.#identity;
    if (header.cluster !== cluster || header.server !== server) {
      throw new WalError(
        "foreign",
        `Cannot open the log in "${path}": ${name} belongs to server ${header.server} of cluster ` +
          `"${header.cluster}", this is server ${server} of cluster "${cluster}". Nothing was changed. ` +
          "Start each server with its own folder",
        { file: name },
      );
    }
    if (header.sequence !== sequence) {
      throw damaged(path, name, 0, `it says of itself that it is ${segmentName(header.sequence)}`);
    }
    return { name, data, header, start: end };
  }
}

function replaySegment(
  disk: ReadableDisk,
  { name, data, header, start }: Segment,
  next: Segment | undefined,
  replay: Replay,
  onRecord: () => void,
): SegmentScan {
  const scan = scanSegment({
    data,
    salt: segmentSalt(header, header.sequence),
    start,
    knownEnd: next?.header.previousEnd,
    isFresh: header.isFresh,
  }, (payload, { offset }) => {
    onRecord();
    const wrong = payload && replay.apply(payload);
    if (wrong !== undefined) throw damaged(disk.path, name, offset, wrong);
  });
  if (scan.damage !== undefined) {
    throw damaged(disk.path, name, scan.damage.offset, scan.damage.what);
  }
  if (next !== undefined && !goesOn(next.header, replay.state)) {
    throw damaged(disk.path, next.name, 0, `it does not go on where ${name} ends`);
  }
  return scan;
}

function goesOn(next: SegmentHeader, { lastIndex, hardState, snapshot }: LogState): boolean {
  return next.lastIndex === lastIndex && next.snapshot?.number === snapshot?.number &&
    next.hardState?.currentTerm === hardState?.currentTerm &&
    next.hardState?.votedFor === hardState?.votedFor;
}

/** Returns the sequences of the newest segments without a gap; what lies before a gap was to be removed. */
function newestRun(names: readonly string[]): readonly number[] {
  const all = names.map(segmentSequence).filter((sequence) => sequence !== undefined)
    .sort((a, b) => a - b);
  const gap = all.findLastIndex((sequence, i) => i > 0 && sequence !== all[i - 1]! + 1);
  return all.slice(Math.max(0, gap));
}

function garbageAmong(
  names: readonly string[],
  sequences: readonly number[],
  { snapshot }: LogState,
): readonly string[] {
  const kept = new Set(sequences.map(segmentName));
  if (snapshot !== undefined) kept.add(snapshotName(snapshot.number));
  return names.filter((name) => isOurs(name) && spareNumber(name) === undefined && !kept.has(name));
}
