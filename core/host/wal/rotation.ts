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

/**
 * Begins the segment of that header, with room for so many bytes of records. It is written and safe before it gets
 * its name, so a crash leaves either no next segment or a whole one.
 */
export function rotate(
  disk: Disk,
  spares: Spares,
  header: Omit<SegmentHeader, "isFresh">,
  recordBytes: number,
  onRotated: OnRotated,
): void {
  // The header has the same length whether the space is fresh or not.
  const bytesMin = encodeHeader({ ...header, isFresh: true }).length + recordBytes;
  spares.take(bytesMin, (space) => {
    if (!("file" in space)) {
      return onRotated({ error: space, mayRetry: space.reason === "full" });
    }
    begin(disk, space, { ...header, isFresh: space.isFresh }, onRotated);
  });
}

function begin(disk: Disk, space: Space, header: SegmentHeader, onRotated: OnRotated): void {
  const { file, name, size } = space;
  const { sequence } = header;
  const bytes = encodeHeader(header);
  const fail = (error: DiskError) => {
    file.close();
    attemptCleanup(() => disk.remove(name));
    onRotated({ error, mayRetry: error.reason === "full" });
  };
  attempt(() => {
    file.write(0, bytes);
    file.sync((syncError) => {
      if (syncError !== undefined) return onRotated({ error: syncError, mayRetry: false });
      attempt(() => {
        disk.rename(name, segmentName(sequence));
        disk.syncNames((error) => {
          if (error !== undefined) return onRotated({ error, mayRetry: false });
          const salt = segmentSalt(header, sequence);
          const end = bytes.length;
          onRotated(new Tail(file, { sequence, salt, size, end, isSealed: true }));
        });
      }, fail);
    });
  }, fail);
}
