/**
 * The write-ahead log: what a real server must not lose, in a folder of files.
 *
 * @module
 */

export { WalError, type WalErrorReason } from "./errors.ts";
export { readIdentity } from "./identity.ts";
export {
  inspectLog,
  type LogInspection,
  type NumberRange,
  type SegmentReport,
} from "./inspection.ts";
export { recover, type RecoveredLog, type RecoveryReport, type TornTail } from "./recovery.ts";
export type { SegmentHeader, SnapshotRef, WalIdentity } from "./segment_header.ts";
export { Wal } from "./wal.ts";
export type { WalCondition, WalCounts, WalOptions } from "./wal_options.ts";
