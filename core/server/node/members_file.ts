/**
 * The file in which a server's folder says who its cluster is. The servers of a cluster are part of what they have agreed
 * on: one that is started with others could find a majority that knows nothing of what another majority has decided.
 */

import type { Disk, ServerId } from "../../base/mod.ts";
import { WalError } from "../../host/mod.ts";

const NAME = "members.json";
const NAME_WHILE_WRITTEN = `${NAME}.tmp`;

/**
 * Checks that the folder is that of a cluster with these servers, or makes it so if it has not said yet.
 *
 * @throws {WalError} If it is not, or cannot be understood.
 * @throws {DiskError} If the disk fails.
 */
export function checkMembers(disk: Disk, members: readonly ServerId[]): void {
  const before = read(disk);
  if (before === undefined) return write(disk, members);
  if (before.join() === members.join()) return;
  throw new WalError(
    "foreign",
    `Cannot use the folder "${disk.path}": its cluster has the servers ${before.join(", ")}, not ` +
      `${
        members.join(", ")
      }. Nothing was changed. Who belongs to a cluster cannot be changed by starting its ` +
      "servers with others: start it as it was, or a new cluster with new folders",
    { file: NAME },
  );
}

function read(disk: Disk): readonly ServerId[] | undefined {
  if (!disk.list().includes(NAME)) return undefined;
  const file = disk.open(NAME);
  try {
    const { servers } = JSON.parse(new TextDecoder().decode(file.read(0, file.size)));
    if (Array.isArray(servers)) return servers;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  } finally {
    file.close();
  }
  throw new WalError(
    "damaged",
    `Cannot use the folder "${disk.path}": ${NAME} is damaged. Nothing was changed. It must read ` +
      `{"servers":[…]}, with the numbers of all servers of the cluster; check the disk`,
    { file: NAME },
  );
}

/** Under another name first, so that a crash leaves either all of it or nothing. */
function write(disk: Disk, servers: readonly ServerId[]): void {
  const file = disk.create(NAME_WHILE_WRITTEN);
  file.write(0, new TextEncoder().encode(`${JSON.stringify({ servers })}\n`));
  file.syncNow();
  file.close();
  disk.rename(NAME_WHILE_WRITTEN, NAME);
  disk.syncNamesNow();
}
