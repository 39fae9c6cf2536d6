/** The end of a turn of the event loop, for those who may not use timers themselves. */

import { setImmediate } from "node:timers";

/** Resolves in a later turn of the event loop, when all microtasks that are pending now have run. */
export function macrotask(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Runs `fn` in a later turn of the event loop, behind what has arrived by then. */
export function inLaterTurn(fn: () => void): void {
  setImmediate(fn);
}
