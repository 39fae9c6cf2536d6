/**
 * Troubles that a process cannot be given from outside: a disk that is full, a clock that jumps. A server that was
 * started with the hidden option `--chaos FILE` looks into that file again and again, and has the troubles that it
 * names.
 */

import { Option } from "@commander-js/extra-typings";
import { HostDisk, RealClock } from "../../core/host/mod.ts";
import type { NodeOptions } from "../../core/server/node/mod.ts";
import { FullDisk } from "./full_disk.ts";
import { JumpingClock } from "./jumping_clock.ts";

/** What a server suffers from. */
export interface Troubles {
  readonly isDiskFull: boolean;
  /** How far its clock has jumped ahead in all, in milliseconds. */
  readonly clockAhead: number;
}

/** No trouble. */
export const NO_TROUBLES: Troubles = { isDiskFull: false, clockAhead: 0 };

/** How often a server looks, in milliseconds. */
const LOOK_EVERY_MS = 20;

/** `--chaos <file>`: the troubles of a server. */
export function chaosOption(): Option<"--chaos <file>"> {
  return new Option("--chaos <file>", "have the troubles that <file> names").hideHelp();
}

/** What a server that is told its troubles by `file` is given in place of its own disk and clock. */
export function troubled(
  file: string | undefined,
  dataFolder: string,
): Pick<NodeOptions, "disk" | "clock"> {
  if (file === undefined) return {};
  const disk = new FullDisk(new HostDisk(dataFolder));
  const clock = new JumpingClock(new RealClock());
  const look = () => {
    const { isDiskFull, clockAhead } = readTroubles(file);
    disk.isFull = isDiskFull;
    clock.jumpTo(clockAhead);
  };
  look();
  Deno.unrefTimer(setInterval(look, LOOK_EVERY_MS));
  return { disk, clock };
}

/** Names the troubles of a server, in one step. */
export function writeTroubles(file: string, troubles: Troubles): void {
  Deno.writeTextFileSync(`${file}.new`, JSON.stringify(troubles));
  Deno.renameSync(`${file}.new`, file);
}

function readTroubles(file: string): Troubles {
  try {
    return JSON.parse(Deno.readTextFileSync(file)) as Troubles;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return NO_TROUBLES;
    throw error;
  }
}
