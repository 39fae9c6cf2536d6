/** Clerks that append to a key each, for as long as the test wants. */

import type { ExpectedValues } from "./expected_values.ts";
import type { ShardConfig } from "./shard_config.ts";

/** How the workers work. */
export interface AppendingWork {
  /** How long the texts are. */
  readonly length: number;
  /** How long a worker waits between two appends, in milliseconds; by default not at all. */
  readonly pause?: number;
}

/** Workers that go on until they are told to stop. */
export class AppendingWorkers {
  readonly #tasks: readonly Promise<void>[];
  #over = false;

  /** Starts a worker for each key. */
  constructor(config: ShardConfig, values: ExpectedValues, { length, pause = 0 }: AppendingWork) {
    this.#tasks = [...values.values.keys()].map((key) => {
      const clerk = config.makeClerk();
      return config.stage.spawn(async () => {
        while (!this.#over) {
          await values.append(clerk, key, length);
          if (pause > 0) await config.stage.sleep(pause);
        }
      });
    });
  }

  /** Tells the workers to stop, once they have done what they are doing. */
  tellToStop(): void {
    this.#over = true;
  }

  /** Tells the workers to stop, and waits for all. */
  async stop(): Promise<void> {
    this.tellToStop();
    for (const task of this.#tasks) await task;
  }
}
