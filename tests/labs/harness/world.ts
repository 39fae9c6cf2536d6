/**
 * The world that a lab test is played in: a simulated one, where time is virtual and everything follows from a seed,
 * or the real one, with sockets, files and the wall clock.
 */

import type { Clock, Random, Trace } from "../../../core/base/ports.ts";
import type { DiskOptions } from "../../../core/sim/disk.ts";
import type { LabNetwork, NetworkOptions } from "../../../core/sim/network.ts";
import type { Deferred } from "../../../core/sim/simulation.ts";
import type { Mistake } from "../../bugs/mod.ts";
import type { Interventions } from "./interventions.ts";
import type { ServerDisk } from "./server_disk.ts";

export type { LabNetwork };

/** The disk of a server in a lab test. */
export interface LabDiskOptions extends DiskOptions {
  /** Keep data in the write-ahead log of real servers; in the real world that is always so. */
  readonly wal: boolean;
}

/** All that the harness needs of a world. Scripts wait only for promises that come from here. */
export interface World {
  readonly clock: Clock;
  /** The root of all random streams. Nothing draws from it; everybody takes a child. */
  readonly random: Random;
  readonly trace: Trace;
  /** What every server of this world gets wrong, if a mistake was planted. */
  readonly mistake: Mistake | undefined;
  /** What is done otherwise than the scenario and the seed say. */
  readonly interventions: Interventions;
  /** Starts a background task; its failure fails the test. The promise resolves when it ends. */
  spawn<T>(task: () => Promise<T>): Promise<T>;
  /** Fails the test with this error. The first one wins. */
  fail(error: unknown): void;
  deferred<T>(): Deferred<T>;
  /** Folds something that happened into the hash by which two runs are compared. */
  fold(kind: number, a: number, b: number): void;
  /**
   * Makes the network between servers and clients. What the options leave open is as `inSimulation` says, or as in a LAN;
   * in the real world, messages then take as long as they take.
   */
  makeNetwork(options?: Partial<NetworkOptions>, inSimulation?: NetworkOptions): LabNetwork;
  makeDisk(options: LabDiskOptions): ServerDisk;
}
