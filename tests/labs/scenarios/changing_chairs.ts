/**
 * Leaders that come back: each leads for a moment, reaches one follower with commands that are not committed, and leaves,
 * while answers to what it said arrive up to two seconds later, when it may lead again.
 */

import type { Config } from "../harness/config.ts";
import { ELECTION_TIMEOUT } from "../harness/limits.ts";

const ROUNDS = 40;
const COMMANDS_MAX = 4;

/** Plays forty short reigns, then asks all for agreement. */
export async function changingChairs(config: Config): Promise<void> {
  const { n, random } = config;
  config.setLongReordering(true);
  await config.one(random.bits53(), n, true);
  for (let round = 0; round < ROUNDS; round++) {
    const present = drawMajority(config);
    for (let server = 0; server < n; server++) {
      if (present.includes(server)) config.connect(server);
      else config.disconnect(server);
    }
    const leader = await awaitLeader(config, present);
    if (leader === undefined) continue;

    // It need not be one of those who elected the leader: its log may have to be cut.
    const listener = (leader + random.between(1, n - 1)) % n;
    for (const server of present) if (server !== leader) config.disconnect(server);
    config.connect(listener);
    for (let left = random.between(1, COMMANDS_MAX); left > 0; left--) {
      config.start(leader, random.bits53());
    }
    await config.sleep(random.between(2, 40));
    config.disconnect(leader);
  }
  config.setLongReordering(false);
  for (let server = 0; server < n; server++) config.connect(server);
  await config.one(random.bits53(), n, true);
}

function drawMajority({ n, random }: Config): number[] {
  const servers = Array.from({ length: n }, (_, server) => server);
  while (servers.length > Math.floor(n / 2) + 1) servers.splice(random.below(servers.length), 1);
  return servers;
}

/** Somebody who leads the present servers, if one does within an election timeout. */
async function awaitLeader(
  config: Config,
  present: readonly number[],
): Promise<number | undefined> {
  for (let waited = 0; waited < ELECTION_TIMEOUT; waited += 20) {
    await config.sleep(20);
    const leaders = present.filter((server) => config.getState(server).isLeader);
    if (leaders.length === 1) return leaders[0];
  }
  return undefined;
}
