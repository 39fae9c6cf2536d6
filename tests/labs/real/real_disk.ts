/** The disk of a server in the real world: a folder of its own, with a write-ahead log in it. */

import { setImmediate } from "node:timers";
import { serverId } from "../../../core/base/durable.ts";
import type { Clock } from "../../../core/base/ports.ts";
import { Wal } from "../../../core/host/wal/mod.ts";
import { SEGMENT_BYTES, type ServerDisk, type SizedStorage } from "../harness/server_disk.ts";
import { FencingDisk } from "./fencing_disk.ts";

/** What a disk needs of its world. */
export interface RealDiskWorld {
  readonly clock: Clock;
  fail(error: unknown): void;
}

/** A folder that outlives the crashes of its server. */
export class RealDisk implements ServerDisk {
  readonly #world: RealDiskWorld;
  readonly #path: string;
  readonly #server: number;
  /** As the present life of the server sees it, or the last one. */
  #disk: FencingDisk | undefined;
  readonly #ends: Promise<void>[] = [];

  constructor(world: RealDiskWorld, path: string, server: number) {
    this.#world = world;
    this.#path = path;
    this.#server = server;
  }

  /** Opens the log anew, from what is in the folder. */
  open(): SizedStorage {
    this.crash();
    const fail = (error: unknown) => this.#world.fail(error);
    const disk = this.#disk = new FencingDisk(this.#path, fail);
    const wal = new Wal({
      disk,
      clock: this.#world.clock,
      identity: { cluster: "lab", server: serverId(this.#server) },
      segmentBytes: SEGMENT_BYTES,
      gather: (next) => disk.begin(next, (done) => setImmediate(() => done(undefined))),
      onFailure: fail,
    });
    return {
      load: () => wal.load(),
      persist: (batch, onDurable) => wal.persist(batch, onDurable),
      raftStateSize: () => wal.logBytes,
    };
  }

  /** The process is killed: what it had written stays in the folder, and nobody confirms the rest. */
  crash(): void {
    if (this.#disk?.isAlive) this.#ends.push(this.#disk.fence());
  }

  /** Crashes for good. Resolves when no file is open any more. */
  async close(): Promise<void> {
    this.crash();
    await Promise.all(this.#ends);
  }
}
