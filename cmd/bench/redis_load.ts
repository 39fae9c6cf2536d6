/** A closed-loop load on a server that speaks the Redis protocol. */

import type { Random } from "../../core/base/ports.ts";
import type { Address } from "../../core/host/mod.ts";
import { closedLoop, type LoopFigures } from "./closed_loop.ts";
import { LoadConnection } from "./load_connection.ts";
import { CommandTemplate, type KeySpace, type LoadOperation } from "./redis_commands.ts";

/** Commands in one piece when all keys are written before GETs are measured. */
const FILL_PIPELINE = 128;

/** One line of the measurement. */
export interface RedisLoad {
  readonly operation: LoadOperation;
  /** Connections, each of which waits for its answers before it asks again. */
  readonly clients: number;
  /** Commands that a client sends together. */
  readonly pipeline: number;
}

/** How a load is measured. */
export interface RedisLoadOptions extends KeySpace {
  /** Where the clients connect, in turn: several addresses of one cluster share the clients. */
  readonly targets: readonly Address[];
  readonly warmUpMs: number;
  readonly measureMs: number;
  readonly random: Random;
  readonly now: () => number;
  readonly interrupted: AbortSignal;
}

/** Measures one load. */
export async function measureRedisLoad(
  { operation, clients, pipeline }: RedisLoad,
  options: RedisLoadOptions,
): Promise<LoopFigures> {
  const connections = await openAll(clients, options);
  try {
    const loops = connections.map((connection, client) => {
      const template = new CommandTemplate(operation, pipeline, options);
      const random = options.random.child(`client/${client}`);
      return () => {
        template.shuffle(random);
        return connection.send(template.bytes, pipeline);
      };
    });
    return await closedLoop(loops, { ...options, operationsPerCall: pipeline });
  } finally {
    for (const connection of connections) connection.close();
  }
}

/** Gives every key a value. */
export async function fillKeys(options: RedisLoadOptions): Promise<void> {
  const [connection] = await openAll(1, options);
  try {
    const template = new CommandTemplate("SET", Math.min(FILL_PIPELINE, options.keys), options);
    for (let first = 0; first < options.keys; first += FILL_PIPELINE) {
      options.interrupted.throwIfAborted();
      template.count(first);
      await connection!.send(template.bytes, Math.min(FILL_PIPELINE, options.keys));
    }
  } finally {
    connection!.close();
  }
}

async function openAll(count: number, { targets }: RedisLoadOptions): Promise<LoadConnection[]> {
  const opened: LoadConnection[] = [];
  try {
    for (let client = 0; client < count; client++) {
      opened.push(await LoadConnection.open(targets[client % targets.length]!));
    }
    return opened;
  } catch (error) {
    for (const connection of opened) connection.close();
    throw error;
  }
}
