/** The file in which a local cluster's folder says whose it is. */

import { join } from "node:path";
import type { Disk } from "../../base/disk.ts";

/** What is kept. The ports are those of the last run, by their kind. */
export interface StoredPlan {
  readonly clusterId: string;
  readonly members: readonly { readonly name: string; readonly ports: Ports }[];
}

/** A port for each kind: `peers`, `clients`, `admin`. */
export type Ports = Readonly<Record<string, number>>;

/** The folder cannot be used; the message says what to do. */
export class LocalClusterError extends Error {
  override readonly name = "LocalClusterError";
}

const NAME = "cluster.json";

/**
 * Reads the plan; `undefined` in a folder that has none.
 *
 * @throws {LocalClusterError} If it cannot be understood.
 */
export function readPlan(disk: Disk): StoredPlan | undefined {
  if (!disk.list().includes(NAME)) return undefined;
  const file = disk.open(NAME);
  const text = new TextDecoder().decode(file.read(0, file.size));
  file.close();
  try {
    return JSON.parse(text) as StoredPlan;
  } catch (cause) {
    const path = join(disk.path, NAME);
    throw new LocalClusterError(`${path} is damaged: restore it, or give another folder`, {
      cause,
    });
  }
}

/** Writes the plan in one step: a crash leaves this one or the one before. */
export function writePlan(disk: Disk, plan: StoredPlan): void {
  const file = disk.create(`${NAME}.new`);
  file.write(0, new TextEncoder().encode(`${JSON.stringify(plan, undefined, 2)}\n`));
  file.syncNow();
  file.close();
  disk.rename(`${NAME}.new`, NAME);
  disk.syncNamesNow();
}
