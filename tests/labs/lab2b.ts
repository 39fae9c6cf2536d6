/** The tests of lab 2B: the replicated log. */

import type { Config } from "./harness/config.ts";
import { labTest } from "./harness/define.ts";
import { ELECTION_TIMEOUT } from "./harness/limits.ts";
import { randomText } from "./harness/random_text.ts";
import { type LabTest, TestFailure } from "./lab_test.ts";
import { leaderBacksUp } from "./scenarios/leader_backs_up.ts";
import { concurrentStarts } from "./scenarios/concurrent_starts.ts";
import { rpcCounts } from "./scenarios/rpc_counts.ts";

const NOT_IN_2022 = "2023 edition";

/** The tests of lab 2B, in the reference's order. */
export const LAB_2B: readonly LabTest[] = [
  labTest({
    lab: "2B",
    name: "TestBasicAgree2B",
    title: "Test (2B): basic agreement",
    servers: 3,
    scenario: basicAgreement,
  }),
  labTest({
    lab: "2B",
    name: "TestRPCBytes2B",
    title: "Test (2B): RPC byte count",
    servers: 3,
    scenario: (config) => rpcBytes(config, 200_000),
  }),
  labTest({
    lab: "2B",
    name: "For2023TestFollowerFailure2B",
    title: "Test (2B): test progressive failure of followers",
    addition: NOT_IN_2022,
    servers: 3,
    scenario: followerFailure,
  }),
  labTest({
    lab: "2B",
    name: "For2023TestLeaderFailure2B",
    title: "Test (2B): test failure of leaders",
    addition: NOT_IN_2022,
    servers: 3,
    scenario: leaderFailure,
  }),
  labTest({
    lab: "2B",
    name: "TestFailAgree2B",
    title: "Test (2B): agreement after follower reconnects",
    servers: 3,
    scenario: followerReconnects,
  }),
  labTest({
    lab: "2B",
    name: "TestFailNoAgree2B",
    title: "Test (2B): no agreement if too many followers disconnect",
    servers: 5,
    scenario: tooManyDisconnect,
  }),
  labTest({
    lab: "2B",
    name: "TestConcurrentStarts2B",
    title: "Test (2B): concurrent Start()s",
    servers: 3,
    scenario: concurrentStarts,
  }),
  labTest({
    lab: "2B",
    name: "TestRejoin2B",
    title: "Test (2B): rejoin of partitioned leader",
    servers: 3,
    scenario: rejoin,
  }),
  labTest({
    lab: "2B",
    name: "TestBackup2B",
    title: "Test (2B): leader backs up quickly over incorrect follower logs",
    servers: 5,
    scenario: leaderBacksUp,
  }),
  labTest({
    lab: "2B",
    name: "TestCount2B",
    title: "Test (2B): RPC counts aren't too high",
    servers: 3,
    scenario: rpcCounts,
  }),
];

/** Three commands get the indexes 1 to 3: nothing else is in the log. */
async function basicAgreement(config: Config): Promise<void> {
  for (let index = 1; index <= 3; index++) {
    const { count } = config.nCommitted(index);
    if (count > 0) throw new TestFailure(`some have committed index ${index} before Start()`);
    const got = await config.one(index * 100, 3, false);
    if (got !== index) throw new TestFailure(`got index ${got} but expected ${index}`);
  }
}

/** Ten long commands cost at most `bytesMax` on the network. */
export async function rpcBytes(config: Config, bytesMax: number): Promise<void> {
  await config.one(99, 3, false);
  const before = config.bytesTotal();
  for (let index = 2; index <= 11; index++) {
    const got = await config.one(randomText(config.random, 5000), 3, false);
    if (got !== index) throw new TestFailure(`got index ${got} but expected ${index}`);
  }
  const bytes = config.bytesTotal() - before;
  if (bytes > bytesMax) {
    throw new TestFailure(`too many RPC bytes; got ${bytes}, expected at most ${bytesMax}`);
  }
}

/** With one follower of two there is agreement, with none there is not. */
async function followerFailure(config: Config): Promise<void> {
  await config.one(101, 3, false);
  const first = await config.checkOneLeader();
  config.disconnect((first + 1) % 3);

  await config.one(102, 2, false);
  await config.sleep(ELECTION_TIMEOUT);
  await config.one(103, 2, false);

  const second = await config.checkOneLeader();
  config.disconnect((second + 1) % 3);
  config.disconnect((second + 2) % 3);

  const started = config.start(second, 104);
  if (started === undefined) throw new TestFailure("leader rejected Start()");
  if (started.index !== 4) throw new TestFailure(`expected index 4, got ${started.index}`);
  await config.sleep(2 * ELECTION_TIMEOUT);
  expectNoneCommitted(config, started.index);
}

/** The rest replaces a lost leader once, and cannot replace it twice. */
async function leaderFailure(config: Config): Promise<void> {
  await config.one(101, 3, false);
  config.disconnect(await config.checkOneLeader());

  await config.one(102, 2, false);
  await config.sleep(ELECTION_TIMEOUT);
  await config.one(103, 2, false);

  config.disconnect(await config.checkOneLeader());
  for (let server = 0; server < 3; server++) config.start(server, 104);
  await config.sleep(2 * ELECTION_TIMEOUT);
  expectNoneCommitted(config, 4);
}

/** A follower that was away gets what it has missed. */
async function followerReconnects(config: Config): Promise<void> {
  await config.one(101, 3, false);
  const follower = (await config.checkOneLeader() + 1) % 3;
  config.disconnect(follower);

  await config.one(102, 2, false);
  await config.one(103, 2, false);
  await config.sleep(ELECTION_TIMEOUT);
  await config.one(104, 2, false);
  await config.one(105, 2, false);

  config.connect(follower);
  await config.one(106, 3, true);
  await config.sleep(ELECTION_TIMEOUT);
  await config.one(107, 3, true);
}

/** Without a majority nothing commits, and afterwards everything goes on. */
async function tooManyDisconnect(config: Config): Promise<void> {
  await config.one(10, 5, false);
  const leader = await config.checkOneLeader();
  const followers = [1, 2, 3].map((step) => (leader + step) % 5);
  for (const follower of followers) config.disconnect(follower);

  const lost = config.start(leader, 20);
  if (lost === undefined) throw new TestFailure("leader rejected Start()");
  if (lost.index !== 2) throw new TestFailure(`expected index 2, got ${lost.index}`);
  await config.sleep(2 * ELECTION_TIMEOUT);
  expectNoneCommitted(config, lost.index);

  for (const follower of followers) config.connect(follower);
  // The majority may have chosen a leader of its own, which never saw the command 20.
  const started = config.start(await config.checkOneLeader(), 30);
  if (started === undefined) throw new TestFailure("leader2 rejected Start()");
  if (started.index < 2 || started.index > 3) {
    throw new TestFailure(`unexpected index ${started.index}`);
  }
  await config.one(1000, 5, true);
}

/** A leader comes back with entries that never committed, while the others went on. */
async function rejoin(config: Config): Promise<void> {
  await config.one(101, 3, true);
  const first = await config.checkOneLeader();
  config.disconnect(first);
  for (const command of [102, 103, 104]) config.start(first, command);

  // The others commit another command at index 2.
  await config.one(103, 2, true);
  const second = await config.checkOneLeader();
  config.disconnect(second);

  config.connect(first);
  await config.one(104, 2, true);
  config.connect(second);
  await config.one(105, 3, true);
}

function expectNoneCommitted(config: Config, index: number): void {
  const { count } = config.nCommitted(index);
  if (count > 0) throw new TestFailure(`${count} committed but no majority`);
}
