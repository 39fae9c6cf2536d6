/** The workers of a job that runs on this machine alone: child processes, started again when they die. */

import type { Clock } from "../../base/ports.ts";
import { ms } from "../../base/units.ts";
import type { ChildEnd } from "../../host/heard_child.ts";
import { LoggedChild } from "../../host/logged_child.ts";
import type { SelfCommand } from "../../host/self_command.ts";

/** The pause before a worker is started again; each death in a row doubles it. */
const PAUSE_MS = 100;
const PAUSE_MS_MAX = 5000;
/** So many deaths in a row, without any work done in between, mean that there never will be any. */
const DEATHS_MAX = 10;
/** How long workers have to end by themselves. */
const END_MS = 2000;

/** What {@linkcode LocalWorkers} are made of. */
export interface LocalWorkersOptions {
  readonly count: number;
  /** Returns the command that runs a worker of that name, and the file that takes what it says. */
  readonly command: (name: string) => SelfCommand & { readonly log: string };
  readonly clock: Clock;
  /** How much work was done so far. */
  readonly workDone: () => number;
  /** A worker has ended before the job has. */
  readonly onDied: (name: string, how: string) => void;
  /** There is no use in starting workers: the last one ended like that. */
  readonly onGivenUp: (how: string, log: string) => void;
}

/** A number of workers in child processes. */
export class LocalWorkers {
  readonly #options: LocalWorkersOptions;
  readonly #children = new Map<string, LoggedChild>();
  readonly #slots: Promise<void>[] = [];
  readonly #stopping = Promise.withResolvers<void>();
  #stopped = false;
  #deaths = 0;
  #workSeen = 0;

  /** Starts them. */
  constructor(options: LocalWorkersOptions) {
    this.#options = options;
    for (let slot = 1; slot <= options.count; slot++) this.#slots.push(this.#keepAlive(slot));
  }

  /** The ids of the processes that run at present. */
  get pids(): number[] {
    return [...this.#children.values()].map(({ pid }) => pid);
  }

  /** Ends all workers: those that do not end by themselves are killed. Resolves when all are gone. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stopping.resolve();
    const timer = this.#options.clock.after(ms(END_MS), () => {
      for (const name of this.#children.keys()) this.kill(name);
    });
    await Promise.all(this.#slots);
    timer.cancel();
  }

  /** Asks all workers to end. */
  interrupt(): void {
    this.#stopped = true;
    for (const child of this.#children.values()) child.kill("SIGTERM");
  }

  /** Ends a worker that will not work any more, as one in an endless loop; another takes its place. */
  kill(name: string): void {
    this.#children.get(name)?.kill("SIGKILL");
  }

  async #keepAlive(slot: number): Promise<void> {
    for (let life = 1; !this.#stopped; life++) {
      const name = life === 1 ? `worker-${slot}` : `worker-${slot}-${life}`;
      const { log, ...command } = this.#options.command(name);
      const end = await this.#live(name, command, log);
      if (this.#stopped) return;
      const how = describeEnd(end);
      this.#options.onDied(name, how);
      if (this.#isHopeless()) {
        this.#stopped = true;
        this.#options.onGivenUp(how, log);
        return;
      }
      const pause = ms(Math.min(PAUSE_MS_MAX, PAUSE_MS * 2 ** (this.#deaths - 1)));
      await this.#pause(pause);
    }
  }

  async #live(name: string, command: SelfCommand, log: string): Promise<ChildEnd> {
    const child = new LoggedChild(command, log);
    this.#children.set(name, child);
    const end = await child.ended;
    this.#children.delete(name);
    return end;
  }

  #isHopeless(): boolean {
    const done = this.#options.workDone();
    this.#deaths = done > this.#workSeen ? 1 : this.#deaths + 1;
    this.#workSeen = done;
    return this.#deaths >= DEATHS_MAX;
  }

  async #pause(span: ReturnType<typeof ms>): Promise<void> {
    const over = Promise.withResolvers<void>();
    const timer = this.#options.clock.after(span, over.resolve);
    await Promise.race([over.promise, this.#stopping.promise]);
    timer.cancel();
  }
}

function describeEnd({ code, signal }: ChildEnd): string {
  return signal === undefined ? `ended with exit code ${code}` : `was ended by ${signal}`;
}
