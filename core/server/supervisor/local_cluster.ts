/**
 * A cluster whose servers are all processes of this machine: who they are, in which folders, on which ports. The
 * plan is kept in the cluster's folder, so that the cluster is the same one when it is started again.
 */

import { join } from "node:path";
import { DiskError } from "../../base/disk.ts";
import { HostDisk } from "../../host/disk.ts";
import { freePorts, isPortFree } from "../../host/free_ports.ts";
import type { Address } from "../../host/rpc/mod.ts";
import { systemRandom } from "../../host/system_random.ts";
import {
  LocalClusterError,
  type Ports,
  readPlan,
  type StoredPlan,
  writePlan,
} from "./plan_file.ts";

/** The first ports of a local cluster, unless told otherwise. */
export const LOCAL_PORTS = { clients: 6824, peers: 7824, admin: 8824 } as const;

/** The ports of one kind: the first of consecutive ones, or `"system"` for any that are free. */
export type PortsWanted = number | "system";

/** What is wanted. `Kind` names what a server listens for: `peers`, `clients`, `admin`. */
export interface LocalClusterWanted<Kind extends string> {
  /** Made if there is none. */
  readonly dataFolder: string;
  /** A name for each server; also the name of its folder. */
  readonly members: readonly string[];
  readonly ports: Readonly<Record<Kind, PortsWanted>>;
}

/** One server of the plan. */
export interface LocalMember<Kind extends string> {
  readonly name: string;
  readonly folder: string;
  readonly addresses: Readonly<Record<Kind, Address>>;
}

/** The plan. */
export interface LocalCluster<Kind extends string> {
  /** Drawn when the folder was new. */
  readonly clusterId: string;
  readonly members: readonly LocalMember<Kind>[];
  /** Lets others have the folder. */
  release(): void;
}

/** Everything listens here. */
const HOSTNAME = "127.0.0.1";
const PORT_MAX = 65_535;

/**
 * Makes the plan, or finds the one of the folder again. Ports that the system picked stay the same as long as
 * nobody else takes them.
 *
 * @throws {LocalClusterError} If a port is taken, the folder is in use, or it belongs to another cluster.
 * @throws {DiskError} If the folder cannot be written.
 */
export function localCluster<Kind extends string>(
  wanted: LocalClusterWanted<Kind>,
): LocalCluster<Kind> {
  const { dataFolder, members } = wanted;
  const disk = ownFolder(dataFolder);
  try {
    const stored = readPlan(disk) ?? { clusterId: newClusterId(), members: [] };
    refuseOther(stored, members, dataFolder);
    const ports = choosePorts(wanted, stored);
    writePlan(disk, {
      clusterId: stored.clusterId,
      members: members.map((name, index) => ({ name, ports: ports[index]! })),
    });
    return {
      clusterId: stored.clusterId,
      members: members.map((name, index) => ({
        name,
        folder: join(dataFolder, name),
        addresses: addresses(ports[index]!) as Record<Kind, Address>,
      })),
      release: () => disk.unlock(),
    };
  } catch (error) {
    disk.unlock();
    throw error;
  }
}

function ownFolder(path: string): HostDisk {
  const disk = new HostDisk(path);
  try {
    disk.lock();
  } catch (error) {
    if (!(error instanceof DiskError && error.reason === "locked")) throw error;
    throw new LocalClusterError(
      `A cluster is already running with the folder ${path}: end it, or give another folder`,
    );
  }
  return disk;
}

/** The number of servers is part of what a cluster has agreed on. */
function refuseOther(stored: StoredPlan, members: readonly string[], folder: string): void {
  const before = stored.members.map(({ name }) => name);
  if (before.length === 0 || before.join() === members.join()) return;
  throw new LocalClusterError(
    `The folder ${folder} is that of a cluster of ${before.length} servers ` +
      `(${before.join(", ")}), not of ${members.length} (${members.join(", ")}): ` +
      "start it as it was, or give another folder",
  );
}

/** The ports of each member, by kind. */
function choosePorts(
  { members, ports }: LocalClusterWanted<string>,
  stored: StoredPlan,
): Ports[] {
  const kinds = Object.keys(ports);
  const chosen = members.map((_, index) =>
    Object.fromEntries(kinds.map((kind) => {
      const first = ports[kind]!;
      if (first !== "system") return [kind, first + index];
      const before = stored.members[index]?.ports[kind];
      return [kind, before !== undefined && isPortFree(before, HOSTNAME) ? before : 0];
    }))
  );
  refuseTaken(members, chosen);
  const known = chosen.flatMap((each) => Object.values(each)).filter((port) => port !== 0);
  const missing = members.length * kinds.length - known.length;
  // What is not listened on yet can be found as well.
  const fresh = freePorts(missing + known.length, HOSTNAME).filter((port) => !known.includes(port));
  return chosen.map((each) =>
    Object.fromEntries(
      Object.entries(each).map(([kind, port]) => [kind, port === 0 ? fresh.pop()! : port]),
    )
  );
}

function refuseTaken(members: readonly string[], chosen: readonly Ports[]): void {
  for (const [index, ports] of chosen.entries()) {
    for (const [kind, port] of Object.entries(ports)) {
      if (port === 0 || (port <= PORT_MAX && isPortFree(port, HOSTNAME))) continue;
      const why = port > PORT_MAX ? "is above the highest" : `is in use on ${HOSTNAME}`;
      throw new LocalClusterError(
        `Port ${port}, wanted for the ${kind} of ${members[index]}, ${why}: ` +
          "give another --port, or let the system pick free ones with --port 0",
      );
    }
  }
}

function addresses(ports: Ports): Record<string, Address> {
  return Object.fromEntries(
    Object.entries(ports).map(([kind, port]) => [kind, { hostname: HOSTNAME, port }]),
  );
}

function newClusterId(): string {
  return `local-${systemRandom().bits53().toString(36)}`;
}
