/** The disk of a server in a lab test, with the storage on it. */

import { type ServerId, serverId } from "../../../core/base/durable.ts";
import type { Storage } from "../../../core/base/ports.ts";
import { Wal } from "../../../core/host/wal/mod.ts";
import { type DiskOptions, SimDisk } from "../../../core/sim/disk.ts";
import { SimFileDisk } from "../../../core/sim/file_disk.ts";
import type { Simulation } from "../../../core/sim/simulation.ts";
import { SimStorage } from "../../../core/sim/storage.ts";

/** Segments are small, so that tests have many of them. */
export const SEGMENT_BYTES = 1000;

/** A storage that knows how large it is. */
export interface SizedStorage extends Storage {
  /** The bytes stored beside the snapshot's data. */
  raftStateSize(): number;
}

/** A disk. It outlives the server's crashes. */
export interface ServerDisk {
  /** Begins a life of the server: opens what the disk holds. The life before can do nothing any more. */
  open(): SizedStorage;
  /** The machine loses power. */
  crash(): void;
}

/** The simulator's own storage. */
export function plainDisk(simulation: Simulation, options: DiskOptions): ServerDisk {
  const disk = new SimDisk(simulation, options);
  return { open: () => new SimStorage(disk), crash: () => disk.crash() };
}

/** The write-ahead log of real servers. */
export function walDisk(simulation: Simulation, options: DiskOptions): ServerDisk {
  const disk = new SimFileDisk(simulation, { ...options, tearing: "sectors" });
  const { clock } = simulation;
  return {
    open() {
      const wal = new Wal({
        disk: disk.mount(),
        clock,
        identity: { cluster: "lab", server: serverOf(options.name) },
        segmentBytes: SEGMENT_BYTES,
        onFailure: (error) => simulation.fail(error),
      });
      return {
        load: () => wal.load(),
        persist: (batch, onDurable) => wal.persist(batch, onDurable),
        raftStateSize: () => wal.logBytes,
      };
    },
    crash: () => disk.crash(),
  };
}

/** The number of a disk's server, which is what its name ends with. */
export function serverOf(name: string | number | undefined): ServerId {
  return serverId(Number(/\d*$/.exec(`${name}`)![0]));
}
