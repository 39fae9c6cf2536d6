/**
 * The answer to a request of an earlier term arrives when its leader leads again, with another log, and the follower
 * that answered has lost what it had confirmed (Raft §5.1: a reply counts in the term of its request).
 */

import type { Config } from "../harness/config.ts";
import { TestFailure } from "../lab_test.ts";

/** Longer than two elections take. */
const ANSWER_DELAY = 4000;
/** A request has left and has not arrived. */
const ON_ITS_WAY = 0.1;
const TO_REPLICATE = 30;

/** Plays the scene, and then asks all for agreement. */
export async function oldReply(config: Config): Promise<void> {
  const { n, random } = config;
  await config.one(random.bits53(), n, true);
  const first = await config.checkOneLeader();
  const [confirms, ...others] = allBut(n, first) as [number, ...number[]];

  // Four commands reach one follower, whose answer takes its time.
  only(config, [first, confirms]);
  for (let command = 0; command < 4; command++) config.start(first, random.bits53());
  await config.sleep(ON_ITS_WAY);
  config.setSlowLink(first, confirms, ANSWER_DELAY);
  await config.sleep(TO_REPLICATE);
  config.setSlowLink(first, confirms, 0);

  // The others elect somebody else, whose command takes the place of the four in both logs.
  only(config, others);
  const second = await config.checkOneLeader();
  config.start(second, random.bits53());
  only(config, [second, first, confirms]);
  await config.one(random.bits53(), 3, true);

  // The first one leads again, and reaches one other with three commands, when the old answer arrives.
  const followers = others.filter((server) => server !== second) as [number, number];
  only(config, [first, ...followers]);
  const third = await config.checkOneLeader();
  if (third !== first) throw new TestFailure(`server ${third} leads with an older log`);
  config.disconnect(followers[1]);
  for (let command = 0; command < 3; command++) config.start(first, random.bits53());
  await config.sleep(ANSWER_DELAY);

  for (let server = 0; server < n; server++) config.connect(server);
  await config.one(random.bits53(), n, true);
}

function allBut(n: number, server: number): number[] {
  return Array.from({ length: n - 1 }, (_, offset) => (server + 1 + offset) % n);
}

/** Connects these servers, and no others. */
function only(config: Config, servers: readonly number[]): void {
  for (let server = 0; server < config.n; server++) {
    if (servers.includes(server)) config.connect(server);
    else config.disconnect(server);
  }
}
