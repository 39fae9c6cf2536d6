/** What a node keeps on its disk, and what it is told when the disk does not do its part. */

import { type Clock, type Disk, type DiskError, type Millis, ms } from "../../base/mod.ts";
import { HostDisk, inLaterTurn, type Log, Wal } from "../../host/mod.ts";
import { type DiskTrouble, DiskWatch } from "./disk_watch.ts";
import { checkMembers } from "./members_file.ts";
import { StorageFailedError } from "./node_failure.ts";
import type { NodeOptions } from "./node_options.ts";
import type { DiskStatus } from "./node_status.ts";

/** How long a log whose disk hangs may take to be closed: nobody was promised what it still writes. */
const CLOSE_TIME = ms(1000);

/** Who is told. */
export interface StorageEvents {
  /** The disk is in trouble, or is so no more. */
  onTrouble(isThere: boolean, trouble: DiskTrouble): void;
  /** Nothing will be durable any more. */
  onFailure(error: StorageFailedError): void;
}

/** The log of a node, and a watch on its disk. */
export class NodeStorage {
  readonly wal: Wal;
  readonly #options: NodeOptions;
  readonly #disk: Disk;
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #watch: DiskWatch;
  #events: StorageEvents | undefined;

  /**
   * Takes the folder and recovers what is in it. A small write that takes longer than `stallTime` has stalled.
   *
   * @throws {WalError} If the folder is in use, is another server's, or is damaged.
   * @throws {DiskError} If the disk fails.
   */
  constructor(options: NodeOptions, clock: Clock, stallTime: Millis) {
    this.#options = options;
    this.#log = options.log;
    this.#clock = clock;
    this.#disk = options.disk ?? new HostDisk(options.dataFolder);
    const wal = new Wal({
      disk: this.#disk,
      clock,
      ...options.wal,
      identity: { cluster: options.clusterId, server: options.id },
      compactsInBackground: true,
      gather: inLaterTurn,
      onFull: () => this.#watch.setFull(true),
      onRoom: () => this.#watch.setFull(false),
      onFailure: (error) => this.#onFailure(error),
    });
    this.wal = wal;
    this.#watch = new DiskWatch({
      clock,
      stallTime,
      busyFor: () => wal.busyFor,
      busyBytes: () => wal.busyBytes,
      onChange: (isThere, trouble) => this.#onTrouble(isThere, trouble),
    });
    this.#logRecovery();
  }

  /**
   * Checks that the folder is that of the cluster and the service that are meant.
   *
   * @throws {WalError} If it is another one's.
   * @throws {DiskError} If the disk fails.
   */
  checkMembers(): void {
    const { peers, protocol, service = protocol } = this.#options;
    const servers = [...peers.keys()].sort((a, b) => a - b);
    checkMembers(this.#disk, { servers, service });
  }

  /** Tells `events` of all that happens from now on, and of a failure also if it has happened already. */
  tell(events: StorageEvents): void {
    this.#events = events;
    const { condition, error } = this.wal;
    if (condition === "failed") this.#onFailure(error!);
  }

  /** How the disk does its part. */
  status(): DiskStatus {
    const { condition, error, busyFor, logBytes, counts } = this.wal;
    return {
      condition: condition === "ok" && this.#watch.isStalled ? "stalled" : condition,
      ...(error !== undefined && { error: error.message }),
      busyMs: Math.round(busyFor),
      logBytes,
      batches: counts.batches,
      syncs: counts.syncs,
      bytesWritten: counts.bytes,
    };
  }

  /** Writes what was handed over, unless the disk does not let it, and gives the folder back. */
  close(): Promise<void> {
    this.#watch.stop();
    return new Promise((resolve) => {
      const timer = this.#clock.after(CLOSE_TIME, resolve);
      this.wal.close(() => {
        timer.cancel();
        resolve();
      });
    });
  }

  #onTrouble(isThere: boolean, trouble: DiskTrouble): void {
    const error = this.wal.error?.message;
    if (isThere) this.#log.error(`disk ${trouble}: does not lead until that is over`, { error });
    else this.#log.info(`disk not ${trouble} any more`);
    this.#events?.onTrouble(isThere, trouble);
  }

  #onFailure(error: DiskError): void {
    if (this.#events === undefined) return;
    this.#watch.stop();
    this.#log.error("storage failed: the server stops", { error: error.message });
    this.#events.onFailure(new StorageFailedError(this.#options.dataFolder, error));
  }

  #logRecovery(): void {
    const { tornTail, logBytes, records, segments } = this.wal.report;
    this.#log.info("log recovered", { segments, records, logBytes });
    if (tornTail === undefined) return;
    this.#log.warn("cut off the end of the log, which a crash had torn", { ...tornTail });
  }
}
