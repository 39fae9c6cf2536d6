/** The tests of lab 2C: persistence, and the storms. */

import type { Config } from "./harness/config.ts";
import { labTest } from "./harness/define.ts";
import { ELECTION_TIMEOUT } from "./harness/limits.ts";
import type { LabTest } from "./lab_test.ts";
import { churn } from "./scenarios/churn.ts";
import { figure8, figure8Unreliable } from "./scenarios/figure_8.ts";

/** The tests of lab 2C, in the reference's order. */
export const LAB_2C: readonly LabTest[] = [
  labTest({
    lab: "2C",
    name: "TestPersist12C",
    title: "Test (2C): basic persistence",
    servers: 3,
    scenario: basicPersistence,
  }),
  labTest({
    lab: "2C",
    name: "TestPersist22C",
    title: "Test (2C): more persistence",
    servers: 5,
    scenario: morePersistence,
  }),
  labTest({
    lab: "2C",
    name: "TestPersist32C",
    title: "Test (2C): partitioned leader and one follower crash, leader restarts",
    servers: 3,
    scenario: leaderRestarts,
  }),
  labTest({
    lab: "2C",
    name: "TestFigure82C",
    title: "Test (2C): Figure 8",
    servers: 5,
    scenario: figure8,
  }),
  labTest({
    lab: "2C",
    name: "TestUnreliableAgree2C",
    title: "Test (2C): unreliable agreement",
    servers: 5,
    unreliable: true,
    scenario: unreliableAgreement,
  }),
  labTest({
    lab: "2C",
    name: "TestFigure8Unreliable2C",
    title: "Test (2C): Figure 8 (unreliable)",
    servers: 5,
    unreliable: true,
    scenario: figure8Unreliable,
  }),
  labTest({
    lab: "2C",
    name: "TestReliableChurn2C",
    title: "Test (2C): churn",
    servers: 5,
    scenario: churn,
  }),
  labTest({
    lab: "2C",
    name: "TestUnreliableChurn2C",
    title: "Test (2C): unreliable churn",
    servers: 5,
    unreliable: true,
    scenario: churn,
  }),
];

/** All servers restart, then the leader, then a leader and a follower that have missed something. */
async function basicPersistence(config: Config): Promise<void> {
  await config.one(11, 3, true);

  for (let server = 0; server < 3; server++) config.start1(server);
  for (let server = 0; server < 3; server++) {
    config.disconnect(server);
    config.connect(server);
  }
  await config.one(12, 3, true);

  const leader1 = await config.checkOneLeader();
  config.disconnect(leader1);
  config.restart(leader1);
  await config.one(13, 3, true);

  const leader2 = await config.checkOneLeader();
  config.disconnect(leader2);
  await config.one(14, 2, true);
  config.restart(leader2);
  // The restarted leader must have caught up before the next server fails.
  await config.wait(4, 3);

  const third = (await config.checkOneLeader() + 1) % 3;
  config.disconnect(third);
  await config.one(15, 2, true);
  config.restart(third);
  await config.one(16, 3, true);
}

/** Again and again a majority of stale servers meets the only one that has the last entry. */
async function morePersistence(config: Config): Promise<void> {
  let index = 1;
  for (let round = 0; round < 5; round++) {
    await config.one(10 + index++, 5, true);

    const leader = await config.checkOneLeader();
    const after = (step: number) => (leader + step) % config.n;
    for (const step of [1, 2]) config.disconnect(after(step));
    await config.one(10 + index++, 3, true);

    for (const step of [0, 3, 4]) config.disconnect(after(step));
    for (const step of [1, 2]) config.start1(after(step));
    for (const step of [1, 2]) config.connect(after(step));
    await config.sleep(ELECTION_TIMEOUT);

    config.restart(after(3));
    await config.one(10 + index++, 3, true);
    config.connect(after(4));
    config.connect(leader);
  }
  await config.one(1000, 5, true);
}

/** A restarted leader must win against a server that has missed an entry. */
async function leaderRestarts(config: Config): Promise<void> {
  await config.one(101, 3, true);
  const leader = await config.checkOneLeader();
  const [first, second] = [(leader + 1) % 3, (leader + 2) % 3];
  config.disconnect(second);
  await config.one(102, 2, true);

  config.crash1(leader);
  config.crash1(first);
  config.connect(second);
  config.restart(leader);
  await config.one(103, 2, true);

  config.restart(first);
  await config.one(104, 3, true);
}

/** Five clients at a time, forty-nine times over, while the network loses a fifth of the calls. */
async function unreliableAgreement(config: Config): Promise<void> {
  const others: Promise<unknown>[] = [];
  for (let round = 1; round < 50; round++) {
    for (let client = 0; client < 4; client++) {
      others.push(config.spawn(() => config.one(100 * round + client, 1, true)));
    }
    await config.one(round, 1, true);
  }
  config.setUnreliable(false);
  await Promise.all(others);
  await config.one(100, 5, true);
}
