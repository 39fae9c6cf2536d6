/** Children that must not outlive their parent, even if an endless loop keeps them from noticing anything. */

/** How often the thread looks, in milliseconds. */
const LOOK_EVERY_MS = 1000;
/** How many times it must have looked before it acts: a process that can end by itself clears up. */
const LOOKS = 3;

const CODE = `
const parent = Deno.ppid;
let looks = 0;
setInterval(() => {
  if (Deno.ppid !== parent && ++looks >= ${LOOKS}) Deno.kill(Deno.pid, "SIGKILL");
}, ${LOOK_EVERY_MS});
`;

/**
 * Starts a thread that kills this process some seconds after its parent is gone. The result ends the thread.
 */
export function dieWithParent(): () => void {
  const url = `data:application/javascript,${encodeURIComponent(CODE)}`;
  const thread = new Worker(url, { type: "module" });
  return () => thread.terminate();
}
