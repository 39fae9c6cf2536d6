/** What a program may know about itself and the other processes of its machine, and how it dies at once. */

import process from "node:process";

/** The id of this process. */
export function processId(): number {
  return Deno.pid;
}

/** Says whether a process with this id lives on this machine, whoever's it is. */
export function isProcessAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as { readonly code?: string }).code === "EPERM";
  }
}

/** The wall clock, in seconds since 1970: for what people read, never for measuring. */
export function epochSeconds(): number {
  return Date.now() / 1000;
}

/** What this process has used so far. */
export interface ResourceUsage {
  /** Memory that is its own in the machine's, in bytes. */
  readonly residentBytes: number;
  /** Of that, what objects take. */
  readonly heapBytes: number;
  /** Time of processors, in seconds. */
  readonly cpuSeconds: number;
}

/** Asks the system what this process uses. */
export function resourceUsage(): ResourceUsage {
  const { rss, heapUsed } = Deno.memoryUsage();
  const { user, system } = process.cpuUsage();
  return { residentBytes: rss, heapBytes: heapUsed, cpuSeconds: (user + system) / 1e6 };
}

/** The machine's name. */
export function hostName(): string {
  return Deno.hostname();
}

/** Dies as a crashed process does: nothing is cleaned up, nobody is told. */
export function dieAtOnce(): Promise<never> {
  Deno.kill(Deno.pid, "SIGKILL");
  return new Promise(() => {});
}

/** The memory that this process holds: all of it, and what its objects take. In bytes. */
export function memoryUsage(): { readonly rssBytes: number; readonly heapBytes: number } {
  const { rss, heapUsed, external } = Deno.memoryUsage();
  return { rssBytes: rss, heapBytes: heapUsed + external };
}
