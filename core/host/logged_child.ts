/** Child processes that work in the background: what they say goes to a file. */

import { HeardChild } from "./heard_child.ts";
import type { SelfCommand } from "./self_command.ts";

/** A running child; it has ended when all that it said is in the file. */
export class LoggedChild extends HeardChild {
  /**
   * Starts a child. What it writes to standard output and to standard error is appended to `log`.
   *
   * @throws If it cannot be started.
   */
  constructor(command: SelfCommand, log: string) {
    super(command, (stream) => append(stream, log), false);
  }
}

/** A log that cannot be written must not stop the child. */
async function append(stream: ReadableStream<Uint8Array>, log: string): Promise<void> {
  let file: Deno.FsFile | undefined;
  try {
    for await (const bytes of stream) {
      try {
        file ??= Deno.openSync(log, { append: true, create: true });
        file.writeSync(bytes);
      } catch {
        // The rest is read all the same.
      }
    }
  } finally {
    file?.close();
  }
}
