/** What a worker has to say that is too much for its terminal: the messages of commands, and errors in full. */

import { join } from "node:path";
import type { Random } from "../../core/base/ports.ts";
import { systemTemporaryFolder, TemporaryFolder } from "../../core/host/temporary_folder.ts";
import type { OutputStream } from "../command.ts";

const SUFFIX = "-worker.log";

/** Takes the messages of a worker. */
export interface WorkerLog {
  /** Where people find them. */
  readonly path: string;
  /** Adds a line. */
  say(line: string): void;
  /** Lets the messages be there when the worker has ended, if there are any. */
  keep(): void;
  /** Removes them, unless they are to be kept. */
  close(): void;
}

/** A worker of its own keeps its messages in a file of its own, which is made when there is something to say. */
export function ownLog(random: Random): WorkerLog {
  const path = join(systemTemporaryFolder(), `dist824-mr-${random.bits53().toString(36)}${SUFFIX}`);
  let isMade = false;
  let isKept = false;
  return {
    path,
    say(line) {
      try {
        Deno.writeTextFileSync(path, `${line}\n`, isMade ? { append: true } : { createNew: true });
        isMade = true;
      } catch {
        // A full disk must not stop the worker: it has better things to do.
      }
    },
    keep() {
      isKept = true;
    },
    close() {
      if (isMade && !isKept) TemporaryFolder.removeLeft(path);
    },
  };
}

/** A child's messages go to standard error, which its parent keeps at `path`. */
export function parentsLog(path: string, stderr: OutputStream): WorkerLog {
  return { path, say: (line) => stderr.write(`${line}\n`), keep() {}, close() {} };
}
