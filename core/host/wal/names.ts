/**
 * What the files of a log are called. Numbers count up and are padded, so that names sort as numbers do.
 *
 *     segment-0000000007.wal     a piece of the log; in use, or to be replayed
 *     snapshot-0000000003.snap   a snapshot; valid if the log refers to it
 *     spare-0000000005.wal       space for a segment to come
 *     *.tmp                      a file in the making; worth nothing after a crash
 */

/** Space for a segment, in the making. */
export const SPARE_TMP = "spare.tmp";

/** Returns the name of a segment. */
export function segmentName(sequence: number): string {
  return `segment-${pad(sequence)}.wal`;
}

/** Returns the sequence of the segment of that name, or `undefined` if it is no segment. */
export function segmentSequence(name: string): number | undefined {
  return numberIn(/^segment-(\d+)\.wal$/, name);
}

/** Returns the name of a snapshot. */
export function snapshotName(number: number): string {
  return `snapshot-${pad(number)}.snap`;
}

/** Returns the name of a snapshot in the making. */
export function snapshotTmpName(number: number): string {
  return `snapshot-${pad(number)}.tmp`;
}

/** Returns the number of the snapshot of that name, or `undefined` if it is no snapshot. */
export function snapshotNumber(name: string): number | undefined {
  return numberIn(/^snapshot-(\d+)\.snap$/, name);
}

/** Returns the name of a spare. */
export function spareName(number: number): string {
  return `spare-${pad(number)}.wal`;
}

/** Returns the number of the spare of that name, or `undefined` if it is none. */
export function spareNumber(name: string): number | undefined {
  return numberIn(/^spare-(\d+)\.wal$/, name);
}

/** Says whether a file of that name is one of a log's at all. */
export function isOurs(name: string): boolean {
  return /^(?:(?:segment|spare)-\d+\.wal|snapshot-\d+\.(?:snap|tmp)|spare\.tmp)$/.test(name);
}

function pad(number: number): string {
  return `${number}`.padStart(10, "0");
}

function numberIn(pattern: RegExp, name: string): number | undefined {
  const digits = pattern.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
