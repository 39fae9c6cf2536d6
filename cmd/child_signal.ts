/** Children that notice the end of their parent. */

import type { CommandEnv } from "./command.ts";
import { FailedError } from "./errors.ts";

/** The process that this one works for is gone. */
export class ParentGoneError extends FailedError {}

/**
 * Returns a signal that is aborted when the process is interrupted, and when standard input ends: it was given by the
 * parent, who never writes to it.
 */
export function childSignal(env: CommandEnv): AbortSignal {
  const gone = new AbortController();
  const wait = async () => {
    for await (const _ of env.stdin);
    gone.abort(new ParentGoneError("the parent process is gone"));
  };
  wait();
  return AbortSignal.any([env.interrupted, gone.signal]);
}
