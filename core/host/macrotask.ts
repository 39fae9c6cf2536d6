/** The end of a turn of the event loop, for the simulator, which may not use timers itself. */

import { setImmediate } from "node:timers";

/** Resolves in a later turn of the event loop, when all microtasks that are pending now have run. */
export function macrotask(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
