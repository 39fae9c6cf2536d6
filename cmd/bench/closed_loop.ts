/** A closed loop: so many clients, each of which asks again as soon as it was answered. */

import { Latencies, type Percentiles } from "./latencies.ts";

/** One client. A call asks once, and resolves when everything asked has been answered. */
export type LoopClient = () => Promise<void>;

/** How long a loop runs. */
export interface LoopOptions {
  /** Not counted: compilers, caches and connections get warm. */
  readonly warmUpMs: number;
  readonly measureMs: number;
  /** How many operations one call of a client stands for. */
  readonly operationsPerCall: number;
  readonly now: () => number;
  readonly interrupted: AbortSignal;
}

/** What a loop measured. */
export interface LoopFigures {
  readonly operations: number;
  readonly perSecond: number;
  /** Of calls: with several operations in one, how long all of them took together. */
  readonly latency: Percentiles;
}

/**
 * Runs all clients side by side.
 *
 * @throws Whatever a client throws, and the reason of `interrupted`.
 */
export async function closedLoop(
  clients: readonly LoopClient[],
  options: LoopOptions,
): Promise<LoopFigures> {
  const { now, operationsPerCall, interrupted } = options;
  const latencies = new Latencies();
  const from = now() + options.warmUpMs;
  const to = from + options.measureMs;
  const run = async (client: LoopClient) => {
    for (let begun = now(); begun < to;) {
      interrupted.throwIfAborted();
      await client();
      const ended = now();
      if (begun >= from && ended <= to) latencies.add(ended - begun);
      begun = ended;
    }
  };
  await Promise.all(clients.map(run));
  const operations = latencies.count * operationsPerCall;
  const perSecond = operations / (options.measureMs / 1000);
  return { operations, perSecond, latency: latencies.percentiles() };
}
