/** Lab 2B: a leader repairs long, wrong logs in few steps. */

import type { Config } from "../harness/config.ts";
import { ELECTION_TIMEOUT } from "../harness/limits.ts";

const COMMANDS = 50;

/** Two groups collect fifty entries each that cannot commit, and meet. */
export async function leaderBacksUp(config: Config): Promise<void> {
  const { n, random } = config;
  await config.one(random.bits53(), n, true);

  // The leader and one follower collect entries that cannot commit.
  const leader1 = await config.checkOneLeader();
  const ofLeader1 = (step: number) => (leader1 + step) % n;
  for (const step of [2, 3, 4]) config.disconnect(ofLeader1(step));
  for (let i = 0; i < COMMANDS; i++) config.start(leader1, random.bits53());
  await config.sleep(ELECTION_TIMEOUT / 2);
  for (const step of [0, 1]) config.disconnect(ofLeader1(step));

  // The others commit other entries in their place.
  for (const step of [2, 3, 4]) config.connect(ofLeader1(step));
  for (let i = 0; i < COMMANDS; i++) await config.one(random.bits53(), 3, true);

  // Of these three, a leader and one follower collect more that cannot commit.
  const leader2 = await config.checkOneLeader();
  const other = leader2 === ofLeader1(2) ? (leader2 + 1) % n : ofLeader1(2);
  config.disconnect(other);
  for (let i = 0; i < COMMANDS; i++) config.start(leader2, random.bits53());
  await config.sleep(ELECTION_TIMEOUT / 2);

  // The first leader and its follower come back, with the third of the later group.
  for (let server = 0; server < n; server++) config.disconnect(server);
  for (const server of [ofLeader1(0), ofLeader1(1), other]) config.connect(server);
  for (let i = 0; i < COMMANDS; i++) await config.one(random.bits53(), 3, true);

  for (let server = 0; server < n; server++) config.connect(server);
  await config.one(random.bits53(), n, true);
}
