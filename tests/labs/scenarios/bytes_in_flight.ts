/** Commands that follow each other before the first is confirmed are not sent again with those behind them. */

import type { Config } from "../harness/config.ts";
import { randomText } from "../harness/random_text.ts";
import { TestFailure } from "../lab_test.ts";

const COMMANDS = 10;
const COMMAND_LENGTH = 5000;

/**
 * How far the commands are apart: often less than a message takes there and back, but enough for messages not to
 * overtake each other.
 */
const PAUSE = 0.9;

/** Ten long commands cost their length, times the number of followers, and at most a tenth more. */
export async function bytesInFlight(config: Config): Promise<void> {
  await config.one(99, config.n, false);
  const leader = await config.checkOneLeader();
  const before = config.bytesTotal();

  let last = 0;
  for (let i = 0; i < COMMANDS; i++) {
    const started = config.start(leader, randomText(config.random, COMMAND_LENGTH));
    if (started === undefined) throw new TestFailure("leader rejected Start()");
    last = started.index;
    await config.sleep(PAUSE);
  }
  await config.wait(last, config.n);

  const bytes = config.bytesTotal() - before;
  const bytesMax = 1.1 * COMMANDS * COMMAND_LENGTH * (config.n - 1);
  if (bytes > bytesMax) {
    throw new TestFailure(`too many RPC bytes; got ${bytes}, expected at most ${bytesMax}`);
  }
}
