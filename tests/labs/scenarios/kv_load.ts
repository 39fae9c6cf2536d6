/** Clerks that work as fast as they can: what the course's GenericTest and its strict variants have in common. */

import type { Random } from "../../../core/base/ports.ts";
import { TestFailure } from "../lab_test.ts";
import type { KvConfig } from "../services/kv_config.ts";
import type { LabClerk } from "../services/lab_clerk.ts";
import { appended, checkClientAppends } from "./kv_appends.ts";

/** Who works, and on what. */
export interface Load {
  readonly clients: number;
  /** All clerks work on all keys; by default each has a key of its own. */
  readonly randomKeys?: boolean;
}

/** A load that goes on until it is ended. */
export interface RunningLoad {
  readonly isOver: () => boolean;
  /** Tells the workers to stop; each finishes what it has under way. */
  end(): void;
  /** Waits for the workers and checks with another clerk that all that they appended is there. */
  check(clerk: LabClerk): Promise<void>;
}

/** Starts new clerks, one for each client. Loads that follow one another have different names. */
export function startLoad(config: KvConfig, load: Load, name: string | number): RunningLoad {
  let over = false;
  const isOver = () => over;
  const workers = config.spawnClerks(load.clients, (clerk, client) => {
    const random = config.stage.random.child(`worker/${name}/${client}`);
    return work(clerk, { ...load, client, random, isOver });
  });
  return {
    isOver,
    end() {
      over = true;
    },
    async check(clerk) {
      for (const [client, worker] of workers.entries()) {
        const appends = await worker;
        const value = await clerk.get(String(client));
        if (!load.randomKeys) checkClientAppends(client, value, appends);
      }
    },
  };
}

interface Work extends Load {
  readonly client: number;
  readonly random: Random;
  readonly isOver: () => boolean;
}

/** Appends, reads and with random keys puts, one after the other; returns how many numbers it has used. */
async function work(clerk: LabClerk, work: Work): Promise<number> {
  const { clients, client, random, randomKeys = false, isOver } = work;
  let number = 0;
  let last = "";
  if (!randomKeys) await clerk.put(String(client), last);
  while (!isOver()) {
    const key = String(randomKeys ? random.below(clients) : client);
    const next = appended(client, number);
    if (random.chance(1, 2)) {
      await clerk.append(key, next);
      if (!randomKeys) last += next;
      number++;
    } else if (randomKeys && random.chance(1, 10)) {
      await clerk.put(key, next);
      number++;
    } else {
      const value = await clerk.get(key);
      if (!randomKeys && value !== last) throw wrongValue(key, last, value);
    }
  }
  return number;
}

function wrongValue(key: string, wanted: string, got: string): TestFailure {
  return new TestFailure(`get wrong value, key ${key}, wanted:\n${wanted}\n, got\n${got}\n`);
}
