/** Begins the next segment, when the present one is full. */

import type { Disk, DiskError } from "../../base/disk.ts";
import { attempt, attemptCleanup } from "./attempt.ts";
import { segmentName } from "./names.ts";
import { encodeHeader, type SegmentHeader, segmentSalt } from "./segment_header.ts";
import type { Space, Spares } from "./spares.ts";
import { Tail } from "./tail.ts";

/** Why there is no next segment. */
export interface RotationFailure {
  readonly error: DiskError;
  /** Nothing has happened; it may be tried again when there is room. */
  readonly mayRetry: boolean;
}

/** Learns that the next segment has begun, or why not. */
export type OnRotated = (result: Tail | RotationFailure) => void;

/** What is to be begun. */
export interface NextSegment {
  readonly header: Omit<SegmentHeader, "isFresh">;
  /** How many bytes of records it must have room for. */
  readonly recordBytes: number;
  /** The life of the server that will write to it. */
  readonly life: number;
}

/**
 * Begins a segment. It is written and safe before it gets
 * its name, so a crash leaves either no next segment or a whole one.
 */
export function rotate(
  disk: Disk,
  spares: Spares,
  next: NextSegment,
  onRotated: OnRotated,
): void {
  // The header has the same length whether the space is fresh or not.
  const bytesMin = encodeHeader({ ...next.header, isFresh: true }).length + next.recordBytes;
  spares.take(bytesMin, (space) => {
    if (!("file" in space)) {
      return onRotated({ error: space, mayRetry: space.reason === "full" });
    }
    // A spare that once held a larger batch would otherwise keep what it is given now for much longer than others.
    const size = Math.min(space.size, Math.max(bytesMin, spares.usualBytes));
    begin(disk, { ...space, size }, next, onRotated);
  });
}

function begin(
  disk: Disk,
  { file: spare, name, size, isFresh }: Space,
  { header: headerOfAny, life }: NextSegment,
  onRotated: OnRotated,
): void {
  const header = { ...headerOfAny, isFresh };
  const { sequence } = header;
  const bytes = encodeHeader(header);
  const fail = (error: DiskError) => {
    spare.close();
    attemptCleanup(() => disk.remove(name));
    onRotated({ error, mayRetry: error.reason === "full" });
  };
  attempt(() => {
    spare.write(0, bytes);
    spare.sync((syncError) => {
      if (syncError !== undefined) return onRotated({ error: syncError, mayRetry: false });
      attempt(() => {
        disk.rename(name, segmentName(sequence));
        // Under its new name, by which errors are to call it.
        const file = disk.open(segmentName(sequence));
        spare.close();
        disk.syncNames((error) => {
          if (error !== undefined) return onRotated({ error, mayRetry: false });
          const salt = segmentSalt(header, sequence);
          const end = bytes.length;
          onRotated(new Tail(file, { sequence, salt, life, size, end, isSealed: true }));
        });
      }, fail);
    });
  }, fail);
}
