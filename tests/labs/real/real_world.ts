/**
 * The real world of a lab test: the wall clock, sockets of the loopback interface, files. Its seed gives it chance, but
 * does not decide what happens: messages and syncs take as long as they take.
 */

import { join } from "node:path";
import type { Clock, Random, Trace } from "../../../core/base/ports.ts";
import { SeededRandom } from "../../../core/base/random.ts";
import type { Millis } from "../../../core/base/units.ts";
import type { LabNetwork, NetworkOptions } from "../../../core/sim/network.ts";
import { type Deferred, HangError } from "../../../core/sim/simulation.ts";
import type { Mistake } from "../../bugs/mod.ts";
import { NO_INTERVENTIONS } from "../harness/interventions.ts";
import { type ServerDisk, serverOf } from "../harness/server_disk.ts";
import type { LabDiskOptions, World } from "../harness/world.ts";
import { SweptFolder } from "../swept_folder.ts";
import { RealDisk } from "./real_disk.ts";
import { RealNetwork, type RealNetworkWorld } from "./real_network.ts";
import { WorldClock } from "./world_clock.ts";

/** What a world is made of. */
export interface RealWorldOptions {
  /** In `[0, 2^64)`. */
  readonly seed: bigint;
  readonly trace: Trace;
  readonly mistake?: Mistake | undefined;
  /** A script that takes longer hangs. */
  readonly timeMax: Millis;
}

/** A {@linkcode World} that exists while one script runs in it. */
export class RealWorld implements World, RealNetworkWorld {
  readonly clock: Clock;
  readonly random: Random;
  readonly trace: Trace;
  /** Mistakes are looked for where a run can be repeated. */
  readonly mistake: Mistake | undefined;
  readonly interventions = NO_INTERVENTIONS;
  readonly #clock: WorldClock;
  readonly #networks: RealNetwork[] = [];
  readonly #disks: RealDisk[] = [];
  /** Made when the first disk is. */
  #folder: SweptFolder | undefined;
  readonly #failed = Promise.withResolvers<never>();
  /** Boxed, because anything can be thrown. */
  #failure: { readonly error: unknown } | undefined;

  private constructor({ seed, trace, mistake, timeMax }: RealWorldOptions) {
    this.clock = this.#clock = new WorldClock((action) => this.attempt(action));
    this.random = new SeededRandom(seed);
    this.trace = trace;
    this.mistake = mistake;
    this.#failed.promise.catch(() => {});
    this.clock.after(
      timeMax,
      () => this.fail(new HangError(`The test still runs after ${timeMax / 1000} s`)),
    );
  }

  /**
   * Plays a script in a world of its own. The result or the rejection is the script's, unless something else failed
   * before. When it settles, nothing of the world is left: no timer, no socket, no file.
   *
   * @throws {HangError} If the script takes too long.
   */
  static async play<T>(
    options: RealWorldOptions,
    script: (world: World) => Promise<T>,
  ): Promise<T> {
    const world = new RealWorld(options);
    try {
      const result = await Promise.race([script(world), world.#failed.promise]);
      if (world.#failure !== undefined) throw world.#failure.error;
      return result;
    } finally {
      await world.#end();
    }
  }

  spawn<T>(task: () => Promise<T>): Promise<T> {
    const ended = task();
    ended.catch((error) => this.fail(error));
    return ended;
  }

  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#failed.reject(error);
  }

  attempt(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.fail(error);
    }
  }

  deferred<T>(): Deferred<T> {
    return Promise.withResolvers<T>();
  }

  /** Two runs are never the same here. */
  fold(): void {}

  makeNetwork(options?: Partial<NetworkOptions>): LabNetwork {
    const network = new RealNetwork(this, options);
    this.#networks.push(network);
    return network;
  }

  /** @throws {TypeError} If the disk is to be slow or broken: a real one is as it is. */
  makeDisk({ name, wal: _, ...faults }: LabDiskOptions): ServerDisk {
    const wanted = Object.keys(faults);
    if (wanted.length > 0) {
      throw new TypeError(`A real disk has no ${wanted.join(", ")} to be set`);
    }
    this.#folder ??= new SweptFolder("dist824-test-");
    const disk = new RealDisk(this, join(this.#folder.path, `${name}`), serverOf(name));
    this.#disks.push(disk);
    return disk;
  }

  async #end(): Promise<void> {
    this.#clock.stop();
    await Promise.all([...this.#networks, ...this.#disks].map((each) => each.close()));
    await this.#folder?.remove();
  }
}
