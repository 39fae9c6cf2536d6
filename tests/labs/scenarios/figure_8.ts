/** Lab 2C: the situation of the paper's Figure 8, a thousand times over. */

import type { Config } from "../harness/config.ts";

const ROUNDS = 1000;

/** When replies begin to come late. */
const LONG_REORDERING_ROUND = 200;

/**
 * Leaders crash soon after they have taken a command, and at least three of five servers are up most of the time.
 * An entry of an older term that is on a majority may still be replaced.
 */
export async function figure8(config: Config): Promise<void> {
  const { n, random } = config;
  await config.one(random.bits53(), 1, true);

  let up = n;
  for (let round = 0; round < ROUNDS; round++) {
    let leader: number | undefined;
    for (let server = 0; server < n; server++) {
      if (config.start(server, random.bits53()) !== undefined) leader = server;
    }
    await pause(config);
    if (leader !== undefined) {
      config.crash1(leader);
      up--;
    }
    if (up < 3) {
      const server = random.below(n);
      if (!config.isUp(server)) {
        config.restart(server);
        up++;
      }
    }
  }

  for (let server = 0; server < n; server++) {
    if (!config.isUp(server)) config.restart(server);
  }
  await config.one(random.bits53(), n, true);
}

/**
 * The same with disconnections instead of crashes, on a network that loses a fifth of the calls and, later, delays
 * two thirds of the replies. It stays so while the logs are repaired at the end.
 */
export async function figure8Unreliable(config: Config): Promise<void> {
  const { n, random } = config;
  await config.one(random.below(10_000), 1, true);

  let up = n;
  for (let round = 0; round < ROUNDS; round++) {
    if (round === LONG_REORDERING_ROUND) config.setLongReordering(true);
    let leader: number | undefined;
    for (let server = 0; server < n; server++) {
      const started = config.start(server, random.below(10_000));
      if (started !== undefined && config.isConnected(server)) leader = server;
    }
    await pause(config);
    if (leader !== undefined && random.chance(1, 2)) {
      config.disconnect(leader);
      up--;
    }
    if (up < 3) {
      const server = random.below(n);
      if (!config.isConnected(server)) {
        config.connect(server);
        up++;
      }
    }
  }

  for (let server = 0; server < n; server++) {
    if (!config.isConnected(server)) config.connect(server);
  }
  await config.one(random.below(10_000), n, true);
}

/** Mostly too short for a commit, sometimes long enough for an election. */
function pause(config: Config): Promise<void> {
  const { random } = config;
  return config.sleep(random.chance(1, 10) ? random.below(500) : random.below(13));
}
