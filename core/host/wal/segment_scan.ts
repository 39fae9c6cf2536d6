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
 *
 * A record of an earlier life than the one before it is what is left of a torn tail that was cut off: it does not count.
 */

import { DamagedDataError } from "../../base/errors.ts";
import { decodePayload, type Payload, type RecordHeader, RecordReader } from "./record_reader.ts";
import { RECORD_HEADER_BYTES } from "./record_writer.ts";
import { ALIGNMENT } from "./segment_header.ts";

/** Is called with every record: what it says, where it stands, and what its header says. */
export type OnRecord = (payload: Payload, header: RecordHeader) => void;

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

/** What a segment holds. */
export interface SegmentScan {
  /** Where its records end. */
  readonly end: number;
  /** Where the last write begins, as far as one can tell: all before it was safe. */
  readonly lastWrite: number;
  /** The last record is a seal. */
  readonly isSealed: boolean;
  /** The last life of which there is a record, whether it counts or not. */
  readonly lastLife: number;
  /** Why it cannot be trusted, if so. */
  readonly damage: { readonly offset: number; readonly what: string } | undefined;
  /**
   * How many bytes of a torn write there are behind the end; 0 if none. Where a file was used before, a write that was
   * torn within its first 20 bytes cannot be told from what the file held.
   */
  readonly tornBytes: number;
}

/** Scans the records of a segment. */
export function scanSegment(segment: SegmentData, onRecord: OnRecord): SegmentScan {
  const { data, knownEnd } = segment;
  const reader = new RecordReader(data, segment.salt);
  let offset = segment.start;
  let lastWrite = offset;
  let lastLife = 0;
  let isSealed = false;
  const stop = (what: string | undefined, tornBytes = 0): SegmentScan => ({
    end: offset,
    lastWrite,
    isSealed,
    lastLife,
    damage: what === undefined ? undefined : { offset, what },
    tornBytes,
  });
  while (offset !== knownEnd) {
    const header = reader.headerAt(offset);
    const isPresent = header !== undefined && header.life >= lastLife;
    const payload = isPresent ? reader.payloadOf(header) : undefined;
    if (!isPresent || payload === undefined) {
      if (knownEnd !== undefined) return stop(`a record is damaged; records end at ${knownEnd}`);
      const behind = lookBehind(reader, isPresent ? header.end : offset + ALIGNMENT, lastLife);
      if (behind.safeUpTo > offset) {
        return stop(
          `a record is damaged, which was safe when the one at byte ${behind.at} was written`,
        );
      }
      const torn = tornBytes(segment, offset, isPresent ? header.end : 0, behind.end);
      lastLife = Math.max(lastLife, header?.life ?? 0, behind.lastLife);
      return stop(undefined, torn);
    }
    let content: Payload;
    try {
      content = decodePayload(payload);
    } catch (error) {
      if (!(error instanceof DamagedDataError)) throw error;
      return stop(`a record passes its check and makes no sense: ${error.message}`);
    }
    onRecord(content, header);
    lastWrite = header.durable;
    lastLife = header.life;
    isSealed = content === undefined;
    offset = header.end;
  }
  return stop(undefined);
}

/** What the sound headers behind a gap tell. */
interface Behind {
  /** Up to where the segment was once safe, and which record says so. */
  safeUpTo: number;
  at: number;
  /** Where the last record ends that belongs to the gap's write. */
  end: number;
  /** The last life of all, those that do not count included. */
  lastLife: number;
}

function lookBehind(reader: RecordReader, from: number, life: number): Behind {
  const behind: Behind = { safeUpTo: 0, at: 0, end: 0, lastLife: 0 };
  for (let offset = from; offset < reader.size; offset += ALIGNMENT) {
    const header = reader.headerAt(offset);
    if (header === undefined) continue;
    behind.lastLife = Math.max(behind.lastLife, header.life);
    if (header.life < life) continue;
    behind.end = header.end;
    if (header.durable <= behind.safeUpTo) continue;
    behind.safeUpTo = header.durable;
    behind.at = offset;
  }
  return behind;
}

function tornBytes(
  { data, isFresh }: SegmentData,
  offset: number,
  ...ends: readonly number[]
): number {
  const end = Math.max(offset, ...ends);
  if (end > offset || !isFresh) return end - offset;
  // Not even its header is whole, so it is short unless sectors of it are missing.
  const header = data.subarray(offset, offset + RECORD_HEADER_BYTES);
  return header.findLastIndex((byte) => byte !== 0) + 1;
}
