/** A simulated program: it can be killed, and stopped for a while, at any moment. */

import type { Clock, FileWriter, Timer } from "../../core/base/ports.ts";
import type { Instant, Millis } from "../../core/base/units.ts";
import type { LocalFiles } from "../../core/mapreduce/local_files.ts";
import {
  type Deferred,
  type MemoryFiles,
  type SimNetwork,
  type Simulation,
} from "../../core/sim/mod.ts";

/** What a process belongs to. */
export interface SimHost {
  readonly simulation: Simulation;
  readonly network: SimNetwork;
}

/**
 * One life of a program. After {@linkcode kill} none of its timers fires and nothing it waits for comes; between
 * {@linkcode pause} and {@linkcode resume} all of that is put off.
 */
export class SimProcess {
  readonly name: string;
  readonly clock: Clock;
  readonly files: LocalFiles;
  readonly #host: SimHost;
  #alive = true;
  #paused = false;
  #held: (() => void)[] = [];

  constructor(
    host: SimHost,
    name: string,
    disk: MemoryFiles,
    misuse: (files: LocalFiles) => LocalFiles = (files) => files,
  ) {
    this.name = name;
    this.#host = host;
    this.clock = new ProcessClock(this, host.simulation);
    this.files = misuse(new ProcessFiles(this, disk, host.simulation));
  }

  get alive(): boolean {
    return this.#alive;
  }

  get paused(): boolean {
    return this.#paused;
  }

  kill(): void {
    if (!this.#alive) return;
    this.#alive = false;
    this.#held = [];
    this.#host.network.deleteServer(this.name);
  }

  pause(): void {
    if (!this.#alive || this.#paused) return;
    this.#paused = true;
    this.#host.network.pause(this.name);
  }

  resume(): void {
    if (!this.#alive || !this.#paused) return;
    this.#paused = false;
    this.#host.network.resume(this.name);
    const held = this.#held;
    this.#held = [];
    for (const fn of held) this.#host.simulation.clock.after(0 as Millis, () => this.run(fn));
  }

  /** Runs `fn` if the process lives, now or when it goes on. */
  run(fn: () => void): void {
    if (!this.#alive) return;
    if (this.#paused) this.#held.push(fn);
    else fn();
  }

  /** Waits for `promise` as this process: what comes for a dead one never arrives. */
  async wait<T>(promise: Promise<T>): Promise<T> {
    const deferred = this.#host.simulation.deferred<T>();
    promise.then(
      (value) => this.run(() => deferred.resolve(value)),
      (error) => this.run(() => deferred.reject(error)),
    );
    return await deferred.promise;
  }

  /** Never resolves, but counts as something that was waited for. */
  hang(): Promise<never> {
    const deferred: Deferred<never> = this.#host.simulation.deferred<never>();
    return deferred.promise;
  }
}

class ProcessClock implements Clock {
  readonly #process: SimProcess;
  readonly #simulation: Simulation;

  constructor(process: SimProcess, simulation: Simulation) {
    this.#process = process;
    this.#simulation = simulation;
  }

  now(): Instant {
    return this.#simulation.clock.now();
  }

  after(span: Millis, fn: () => void): Timer {
    let cancelled = false;
    const timer = this.#simulation.clock.after(span, () => {
      this.#process.run(() => {
        if (!cancelled) fn();
      });
    });
    return {
      cancel() {
        cancelled = true;
        timer.cancel();
      },
    };
  }

  sleep(span: Millis): Promise<void> {
    const deferred = this.#simulation.deferred<void>();
    this.after(span, () => deferred.resolve());
    return deferred.promise;
  }
}

/** A machine's files as one of its processes sees them. Long writes come in two parts, and can be torn between. */
class ProcessFiles implements LocalFiles {
  readonly #process: SimProcess;
  readonly #disk: MemoryFiles;
  readonly #simulation: Simulation;

  constructor(process: SimProcess, disk: MemoryFiles, simulation: Simulation) {
    this.#process = process;
    this.#disk = disk;
    this.#simulation = simulation;
  }

  size(path: string): Promise<number | undefined> {
    return this.#do(() => this.#disk.size(path));
  }

  read(path: string, offset: number, length: number): Promise<Uint8Array> {
    return this.#do(() => this.#disk.read(path, offset, length));
  }

  /** A dead process may go on until it waits the next time: nothing it does has any effect. */
  readNow(path: string, offset: number, length: number): Uint8Array {
    return this.#disk.readNow(path, offset, length);
  }

  rename(from: string, to: string): Promise<void> {
    return this.#do(() => this.#disk.rename(from, to));
  }

  remove(path: string): Promise<void> {
    return this.#do(() => this.#disk.remove(path));
  }

  list(folder: string): Promise<string[]> {
    return this.#do(() => this.#disk.list(folder));
  }

  async create(path: string): Promise<FileWriter> {
    const writer = await this.#do(() => this.#disk.create(path));
    const random = this.#simulation.random.child(`torn/${this.#process.name}/${path}`);
    return {
      write: async (bytes) => {
        const cut = bytes.length > 1 ? random.below(bytes.length) : 0;
        if (cut > 0) await this.#do(() => writer.write(bytes.subarray(0, cut)));
        await this.#do(() => writer.write(bytes.subarray(cut)));
      },
      close: (durable) => this.#do(() => writer.close(durable)),
    };
  }

  #do<T>(operation: () => Promise<T>): Promise<T> {
    if (!this.#process.alive) return this.#process.hang();
    return this.#process.wait(operation());
  }
}
