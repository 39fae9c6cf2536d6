/**
 * The file in which a server's folder says who its cluster is, and what it serves. The servers of a cluster are part of
 * what they have agreed on: one that is started with others could find a majority that knows nothing of what another
 * majority has decided. And a log means nothing to a service that has not written it.
 */

import type { Disk, ServerId } from "../../base/mod.ts";
import { WalError } from "../../host/mod.ts";

const NAME = "members.json";
const NAME_WHILE_WRITTEN = `${NAME}.tmp`;

/** What the file says. */
export interface Members {
  readonly servers: readonly ServerId[];
  /** In words; folders of earlier versions do not say. */
  readonly service?: string;
}

/**
 * Checks that the folder is that of a cluster with these servers and this service, or makes it so if it has not said yet.
 *
 * @throws {WalError} If it is not, or cannot be understood.
 * @throws {DiskError} If the disk fails.
 */
export function checkMembers(disk: Disk, members: Required<Members>): void {
  const before = read(disk);
  if (before !== undefined) refuseOther(disk, before, members);
  if (before?.service === undefined) write(disk, members);
}

function refuseOther(disk: Disk, before: Members, { servers, service }: Required<Members>): void {
  if (before.servers.join() !== servers.join()) {
    throw foreign(
      disk,
      `its cluster has the servers ${before.servers.join(", ")}, not ${servers.join(", ")}`,
      "Who belongs to a cluster cannot be changed by starting its servers with others: start it as it was, or a " +
        "new cluster with new folders",
    );
  }
  if (before.service !== undefined && before.service !== service) {
    throw foreign(
      disk,
      `it holds the data of ${before.service}, not of ${service}`,
      "Start each server with its own folder",
    );
  }
}

function foreign(disk: Disk, why: string, advice: string): WalError {
  const message = `Cannot use the folder "${disk.path}": ${why}. Nothing was changed. ${advice}`;
  return new WalError("foreign", message, { file: NAME });
}

function read(disk: Disk): Members | undefined {
  if (!disk.list().includes(NAME)) return undefined;
  const file = disk.open(NAME);
  try {
    const members = JSON.parse(new TextDecoder().decode(file.read(0, file.size)));
    if (Array.isArray(members?.servers)) return members;
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
function write(disk: Disk, { servers, service }: Required<Members>): void {
  const file = disk.create(NAME_WHILE_WRITTEN);
  file.write(0, new TextEncoder().encode(`${JSON.stringify({ servers, service })}\n`));
  file.syncNow();
  file.close();
  disk.rename(NAME_WHILE_WRITTEN, NAME);
  disk.syncNamesNow();
}
