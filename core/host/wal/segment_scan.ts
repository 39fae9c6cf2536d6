/**
 * Goes through the records of a segment, and decides what it means when there is no further one: the end of the log,
 * a write that a crash has torn, or damage.
 *
 * Every record says up to where the segment was synced when it was written. So at the first place X without a sound
 * record:
 *
 * - If some record behind X says that the segment was safe beyond X, what stood at X was safe, and is not
 *   there any more: damage.
 * - Otherwise X lies in the last write. That write was never confirmed, and a crash may have left any part of
 *   it, even later parts without earlier ones: a torn tail, which ends the log at X.
 *
 * Damage to the last write itself looks like a torn tail only as long as nothing stands behind it. Therefore a seal
 * is put there as soon as the write is safe, unless the next write follows at once.
 */

import { DamagedDataError } from "../../base/errors.ts";
import { decodePayload, type Payload, RecordReader } from "./record_reader.ts";
import { ALIGNMENT } from "./segment_header.ts";

/** Is called with every record: what it says, and where it begins and ends. */
export type OnRecord = (payload: Payload, offset: number, end: number) => void;

/** What a segment holds. */
export interface SegmentScan {
  /** Where its records end. */
  readonly end: number;
  /** Where the last write begins, as far as one can tell: all before it was safe. */
  readonly lastWrite: number;
  /** The last record is a seal. */
  readonly isSealed: boolean;
  /** Why it cannot be trusted, if so. */
  readonly damage: { readonly offset: number; readonly what: string } | undefined;
  /**
   * How many bytes of a torn write there are behind the end; 0 if none. In a file that was used before, they can be
   * told from what it held only by a sound header.
   */
  readonly tornBytes: number;
}

/** The bytes of a segment, and what is known of them. */
export interface SegmentData {
  readonly data: Uint8Array;
  readonly salt: number;
  /** Where the records begin. */
  readonly start: number;
  /** Where they end if that is known, as it is for all segments but the last one. */
  readonly knownEnd: number | undefined;
  /** Behind the records there were zeros at first. */
  readonly isFresh: boolean;
}

/** Scans the records of a segment. */
export function scanSegment(segment: SegmentData, onRecord: OnRecord): SegmentScan {
  const { data, salt, start, knownEnd, isFresh } = segment;
  const reader = new RecordReader(data, salt);
  let offset = start;
  let lastWrite = start;
  let isSealed = false;
  const stop = (what: string | undefined, tornBytes = 0): SegmentScan => ({
    end: offset,
    lastWrite,
    isSealed,
    damage: what === undefined ? undefined : { offset, what },
    tornBytes,
  });
  while (offset !== knownEnd) {
    const header = reader.headerAt(offset);
    const payload = header && reader.payloadOf(header);
    if (header === undefined || payload === undefined) {
      if (knownEnd !== undefined) return stop(`a record is damaged; records end at ${knownEnd}`);
      const behind = lastHeaderBehind(data, reader, header?.end ?? offset + ALIGNMENT);
      if (behind !== undefined && behind.safeUpTo > offset) {
        return stop(
          `a record is damaged, which was safe when the one at byte ${behind.at} was written`,
        );
      }
      const seen = Math.max(offset, header?.end ?? 0, behind?.end ?? 0);
      return stop(undefined, (isFresh ? endOfNonZero(data, seen) : seen) - offset);
    }
    let content: Payload;
    try {
      content = decodePayload(payload);
    } catch (error) {
      if (!(error instanceof DamagedDataError)) throw error;
      return stop(`a record passes its check and makes no sense: ${error.message}`);
    }
    onRecord(content, offset, header.end);
    lastWrite = header.durable;
    isSealed = content === undefined;
    offset = header.end;
  }
  return stop(undefined);
}

/** What the sound headers behind a gap tell. */
interface Behind {
  /** The record that says most. */
  readonly at: number;
  /** Up to where the segment was once safe. */
  readonly safeUpTo: number;
  /** Where the last of them says that it ends. */
  readonly end: number;
}

function lastHeaderBehind(
  data: Uint8Array,
  reader: RecordReader,
  from: number,
): Behind | undefined {
  let behind: Behind | undefined;
  for (let offset = from; offset < data.length; offset += ALIGNMENT) {
    const header = reader.headerAt(offset);
    if (header === undefined) continue;
    behind = behind === undefined || header.durable > behind.safeUpTo
      ? { at: offset, safeUpTo: header.durable, end: header.end }
      : { ...behind, end: header.end };
  }
  return behind;
}

function endOfNonZero(data: Uint8Array, from: number): number {
  for (let end = data.length; end > from; end--) if (data[end - 1] !== 0) return end;
  return from;
}
