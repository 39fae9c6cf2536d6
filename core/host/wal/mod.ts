/**
 * The write-ahead log: what a real server must not lose, in a folder of files.
 *
 * @module
 */

export { WalError, type WalErrorReason } from "./errors.ts";
export { recover, type RecoveredLog, type RecoveryReport, type TornTail } from "./recovery.ts";
export type { SegmentHeader, SnapshotRef, WalIdentity } from "./segment_header.ts";
export { Wal, type WalCondition, type WalCounts, type WalOptions } from "./wal.ts";
