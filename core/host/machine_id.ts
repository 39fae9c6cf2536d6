/** Tells whether two processes see the same files. */

import { join } from "node:path";

/**
 * Returns a name that two processes share if they run on the same machine, as the same user, with the same folder for
 * temporary files: then what one of them writes there the other can read. It is kept in that folder, so that
 * containers on one machine, which share much but not their disks, have different ones.
 */
export function machineId(folder: string): string {
  const user = Deno.uid();
  const file = join(folder, `dist824-machine-${user}`);
  return `${Deno.hostname()}/${user ?? "-"}/${readOrMake(file)}`;
}

function readOrMake(file: string): string {
  try {
    return Deno.readTextFileSync(file);
  } catch {
    // It is not there yet.
  }
  const id = crypto.randomUUID();
  const own = `${file}-${id}`;
  try {
    Deno.writeTextFileSync(own, id, { mode: 0o600 });
    try {
      // A link appears whole, and only for the first who makes it.
      Deno.linkSync(own, file);
    } finally {
      Deno.removeSync(own);
    }
    return id;
  } catch {
    return readAgain(file) ?? id;
  }
}

function readAgain(file: string): string | undefined {
  try {
    return Deno.readTextFileSync(file);
  } catch {
    return undefined;
  }
}
