/** Lab 2B: commands that are proposed at the same time all get into the log. */

import type { Config } from "../harness/config.ts";
import type { Command } from "../harness/codec.ts";
import { TestFailure } from "../lab_test.ts";
import { attempts } from "./attempts.ts";

const COMMANDS = [100, 101, 102, 103, 104];

/** Five clients propose at once. */
export async function concurrentStarts(config: Config): Promise<void> {
  await attempts(config, async () => {
    const committed = await proposeAtOnce(config);
    if (committed === undefined) return false;
    for (const command of COMMANDS) {
      if (!committed.includes(command)) {
        throw new TestFailure(`cmd ${command} missing in ${committed.join(" ")}`);
      }
    }
    return true;
  });
}

/** Returns what was committed at the indexes that were given out, or `undefined` if the term changed. */
async function proposeAtOnce(config: Config): Promise<Command[] | undefined> {
  const leader = await config.checkOneLeader();
  const first = config.start(leader, 1);
  if (first === undefined) return undefined;
  const { term } = first;

  const indexes = await Promise.all(COMMANDS.map((command) =>
    config.spawn(() => {
      const started = config.start(leader, command);
      return Promise.resolve(started?.term === term ? started.index : undefined);
    })
  ));
  for (let server = 0; server < config.n; server++) {
    if (config.getState(server).term !== term) return undefined;
  }

  const committed: Command[] = [];
  for (const index of indexes) {
    if (index === undefined) continue;
    const command = await config.wait(index, config.n, term);
    if (command === undefined) return undefined;
    if (typeof command !== "number") {
      throw new TestFailure(`value ${command} at index ${index} is not an integer`);
    }
    committed.push(command);
  }
  return committed;
}
