/**
 * What is on the disk of a server whose last write was torn by a crash. A process that was killed leaves everything that
 * it has written; and from outside nobody can tell which of its last records were synced, and so perhaps acknowledged.
 * So they are left alone: what is put behind them is part of a record that was still to come.
 */

import { join } from "node:path";
import type { Random } from "../../core/base/mod.ts";
import { HostDisk, inspectLog } from "../../core/host/mod.ts";

/** The torn part has at most so many bytes: some sectors. */
const TORN_BYTES_MAX = 4096;

/**
 * Puts the torn part of a write behind the last record of the log in a folder that no process uses. Returns how many
 * bytes it has; 0 if there is no room for any.
 */
export function tearLastWrite(folder: string, random: Random): number {
  const last = inspectLog(new HostDisk(folder))?.segments.at(-1);
  if (last === undefined) return 0;
  const { name, usedBytes, fileBytes } = last;
  const room = Math.min(TORN_BYTES_MAX, fileBytes - usedBytes);
  if (room <= 0) return 0;
  using file = Deno.openSync(join(folder, name), { read: true, write: true });
  const torn = random.chance(1, 2)
    ? garbage(random.between(1, room), random)
    : laterSectors(file, usedBytes, random.between(1, room));
  file.seekSync(usedBytes, Deno.SeekMode.Start);
  file.writeSync(torn);
  return torn.length;
}

/** A sector that was not what was meant. */
function garbage(length: number, random: Random): Uint8Array {
  return Uint8Array.from({ length }, () => random.below(256));
}

/** A write whose first sector is missing, with records behind it: those at the end, without the last one's end. */
function laterSectors(file: Deno.FsFile, end: number, length: number): Uint8Array {
  const bytes = new Uint8Array(Math.min(length, end) & ~3);
  file.seekSync(end - bytes.length, Deno.SeekMode.Start);
  const count = file.readSync(bytes) ?? 0;
  // Without a length there is no record at the beginning, as there must not be: it would be one that was written.
  return bytes.fill(0, 0, 4).subarray(0, Math.max(0, count - 5));
}
