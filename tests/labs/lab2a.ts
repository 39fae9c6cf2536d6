/** The tests of lab 2A: leader election. */

import type { Config } from "./harness/config.ts";
import { labTest } from "./harness/define.ts";
import { ELECTION_TIMEOUT } from "./harness/limits.ts";
import { type LabTest, TestFailure } from "./lab_test.ts";

/** The tests of lab 2A, in the reference's order. */
export const LAB_2A: readonly LabTest[] = [
  labTest({
    lab: "2A",
    name: "TestInitialElection2A",
    title: "Test (2A): initial election",
    servers: 3,
    scenario: (config) => initialElection(config, (message) => config.warn(message)),
  }),
  labTest({
    lab: "2A",
    name: "TestReElection2A",
    title: "Test (2A): election after network failure",
    servers: 3,
    scenario: reElection,
  }),
  labTest({
    lab: "2A",
    name: "TestManyElections2A",
    title: "Test (2A): multiple elections",
    servers: 7,
    scenario: manyElections,
  }),
];

/** A leader is elected, and stays. If it does not, `onTermChange` is told. */
export async function initialElection(
  config: Config,
  onTermChange: (message: string) => void,
): Promise<void> {
  await config.checkOneLeader();

  // Leave followers the time to learn of the election.
  await config.sleep(50);
  const term = config.checkTerms();
  if (term < 1) throw new TestFailure(`term is ${term}, but should be at least 1`);

  await config.sleep(2 * ELECTION_TIMEOUT);
  const later = config.checkTerms();
  if (later !== term) {
    onTermChange(`term changed from ${term} to ${later} even though there were no failures`);
  }
  await config.checkOneLeader();
}

/** Leaders leave and come back, and so does the majority. */
async function reElection(config: Config): Promise<void> {
  const first = await config.checkOneLeader();
  config.disconnect(first);
  await config.checkOneLeader();

  // The old leader's return must not make two leaders in one term.
  config.connect(first);
  const second = await config.checkOneLeader();

  // Without a majority nobody leads.
  const neighbour = (second + 1) % config.n;
  config.disconnect(second);
  config.disconnect(neighbour);
  await config.sleep(2 * ELECTION_TIMEOUT);
  config.checkNoLeader();

  config.connect(neighbour);
  await config.checkOneLeader();
  config.connect(second);
  await config.checkOneLeader();
}

/** Three of seven servers leave, nine times over; the rest always has a leader. */
export async function manyElections(config: Config): Promise<void> {
  await config.checkOneLeader();
  for (let round = 0; round < 9; round++) {
    // The draws are independent: sometimes fewer than three leave.
    const leaving = [0, 0, 0].map(() => config.random.below(config.n));
    for (const server of leaving) config.disconnect(server);
    await config.checkOneLeader();
    for (const server of leaving) config.connect(server);
  }
  await config.checkOneLeader();
}
