/** Lab 2B: elections, commands and idleness cost few requests. */

import type { Config } from "../harness/config.ts";
import { ELECTION_TIMEOUT } from "../harness/limits.ts";
import { TestFailure } from "../lab_test.ts";
import { attempts } from "./attempts.ts";

const COMMANDS = 10;
const ELECTION_RPCS_MAX = 30;
const COMMANDS_RPCS_MAX = (COMMANDS + 1 + 3) * 3;
const IDLE_RPCS_MAX = 3 * 20;

/** Counts the requests that reach the servers; replies and lost requests do not count. */
export async function rpcCounts(config: Config): Promise<void> {
  await config.checkOneLeader();
  const elected = requests(config);
  if (elected < 1 || elected > ELECTION_RPCS_MAX) {
    throw new TestFailure(`too many or few RPCs (${elected}) to elect initial leader`);
  }

  let before = 0;
  await attempts(config, async () => {
    const counted = await countCommands(config);
    before = counted.requests;
    return counted.termStayed;
  });

  await config.sleep(ELECTION_TIMEOUT);
  const idle = requests(config) - before;
  if (idle > IDLE_RPCS_MAX) {
    throw new TestFailure(`too many RPCs (${idle}) for 1 second of idleness`);
  }
}

/** Has twelve commands agreed on; `requests` is the count of all requests after that. */
async function countCommands(
  config: Config,
): Promise<{ termStayed: boolean; requests: number }> {
  const leader = await config.checkOneLeader();
  const before = requests(config);
  const changed = { termStayed: false, requests: 0 };

  const first = config.start(leader, 1);
  if (first === undefined) return changed;
  const commands: number[] = [];
  for (let i = 1; i < COMMANDS + 2; i++) {
    const command = config.random.below(2 ** 31);
    commands.push(command);
    const started = config.start(leader, command);
    if (started?.term !== first.term) return changed;
    if (started.index !== first.index + i) throw new TestFailure("Start() failed");
  }

  for (let i = 1; i < COMMANDS + 1; i++) {
    const command = await config.wait(first.index + i, config.n, first.term);
    if (command === undefined) return changed;
    if (command !== commands[i - 1]) {
      throw new TestFailure(
        `wrong value ${command} committed for index ${first.index + i}; expected ${
          commands[i - 1]
        }`,
      );
    }
  }

  for (let server = 0; server < config.n; server++) {
    if (config.getState(server).term !== first.term) return changed;
  }
  const after = requests(config);
  if (after - before > COMMANDS_RPCS_MAX) {
    throw new TestFailure(`too many RPCs (${after - before}) for ${COMMANDS} entries`);
  }
  return { termStayed: true, requests: after };
}

function requests(config: Config): number {
  let sum = 0;
  for (let server = 0; server < config.n; server++) sum += config.rpcCount(server);
  return sum;
}
