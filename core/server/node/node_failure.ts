/** Why a node cannot go on, or not begin, in words for who runs it. */

import type { DiskError } from "../../base/mod.ts";

/** The storage of a running node failed. The node has stopped; nothing it had not acknowledged before is promised. */
export class StorageFailedError extends Error {
  override readonly name = "StorageFailedError";

  constructor(dataFolder: string, cause: DiskError) {
    super(
      `Storage failed: ${cause.message}. The server has stopped and acknowledges nothing any more, because ` +
        `nobody knows what reached the disk. Check the disk that holds "${dataFolder}", then start the server ` +
        "again with the same folder: it recovers everything that it ever acknowledged",
      { cause },
    );
  }
}
