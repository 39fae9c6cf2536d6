/** The idle tasks of one phase, in the order in which they are handed out. */

/** Among so many tasks at the head of a queue one is looked for that suits the worker. */
const CANDIDATES_MAX = 32;

/** Tasks that wait for a worker. Every task is in it at most once. */
export class IdleTasks {
  /** Tasks that were in progress before: others have waited for them long enough. */
  readonly #again = new Set<number>();
  readonly #fresh = new Set<number>();
  /** The fresh ones whose input is on a machine of that id. */
  readonly #near = new Map<string, Set<number>>();

  get size(): number {
    return this.#again.size + this.#fresh.size;
  }

  has(task: number): boolean {
    return this.#again.has(task) || this.#fresh.has(task);
  }

  /** Adds a task that was never handed out. */
  add(task: number, machines: readonly string[] = []): void {
    this.#fresh.add(task);
    for (const machineId of machines) {
      const near = this.#near.get(machineId) ?? new Set();
      near.add(task);
      this.#near.set(machineId, near);
    }
  }

  /** Adds a task that has to be executed again. */
  addAgain(task: number): void {
    this.delete(task);
    this.#again.add(task);
  }

  delete(task: number): void {
    this.#again.delete(task);
    this.#fresh.delete(task);
    for (const near of this.#near.values()) near.delete(task);
  }

  /** Takes out the first task that suits: tasks to be repeated first, then those near `machineId`, then any. */
  take(machineId: string, suits: (task: number) => boolean): number | undefined {
    const task = find(this.#again, suits) ?? find(this.#near.get(machineId), suits) ??
      find(this.#fresh, suits);
    if (task !== undefined) this.delete(task);
    return task;
  }
}

function find(
  tasks: Iterable<number> | undefined,
  suits: (task: number) => boolean,
): number | undefined {
  let looked = 0;
  for (const task of tasks ?? []) {
    if (suits(task)) return task;
    if (++looked === CANDIDATES_MAX) return undefined;
  }
  return undefined;
}
