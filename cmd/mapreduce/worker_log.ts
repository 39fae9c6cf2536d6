/** What a worker has to say that is too much for its terminal: the messages of commands, and errors in full. */

import { TemporaryFolder } from "../../core/host/temporary_folder.ts";
import type { OutputStream } from "../command.ts";

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

/** A worker of its own keeps its messages in a file of its own. */
export function ownLog(): WorkerLog {
  const folder = new TemporaryFolder("dist824-mr-log-");
  const path = folder.file("worker.log");
  let isUsed = false;
  return {
    path,
    say(line) {
      isUsed = true;
      try {
        Deno.writeTextFileSync(path, `${line}\n`, { append: true });
      } catch {
        // A full disk must not stop the worker: it has better things to do.
      }
    },
    keep() {
      if (isUsed) folder.keep();
    },
    close: () => folder.removeNow(),
  };
}

/** A child's messages go to standard error, which its parent keeps at `path`. */
export function parentsLog(path: string, stderr: OutputStream): WorkerLog {
  return { path, say: (line) => stderr.write(`${line}\n`), keep() {}, close() {} };
}
