/** The tests of lab 2D: log compaction. */

import type { Config } from "./harness/config.ts";
import { labTest } from "./harness/define.ts";
import { type LabTest, TestFailure } from "./lab_test.ts";
import { installSnapshots } from "./scenarios/install_snapshots.ts";

/** The tests of lab 2D, in the reference's order. */
export const LAB_2D: readonly LabTest[] = [
  labTest({
    lab: "2D",
    name: "TestSnapshotBasic2D",
    title: "Test (2D): snapshots basic",
    servers: 3,
    snapshot: true,
    scenario: (config) => installSnapshots(config, "none"),
  }),
  labTest({
    lab: "2D",
    name: "TestSnapshotInstall2D",
    title: "Test (2D): install snapshots (disconnect)",
    servers: 3,
    snapshot: true,
    scenario: (config) => installSnapshots(config, "disconnect"),
  }),
  labTest({
    lab: "2D",
    name: "TestSnapshotInstallUnreliable2D",
    title: "Test (2D): install snapshots (disconnect+unreliable)",
    servers: 3,
    unreliable: true,
    snapshot: true,
    scenario: (config) => installSnapshots(config, "disconnect"),
  }),
  labTest({
    lab: "2D",
    name: "TestSnapshotInstallCrash2D",
    title: "Test (2D): install snapshots (crash)",
    servers: 3,
    snapshot: true,
    scenario: (config) => installSnapshots(config, "crash"),
  }),
  labTest({
    lab: "2D",
    name: "TestSnapshotInstallUnCrash2D",
    title: "Test (2D): install snapshots (unreliable+crash)",
    servers: 3,
    unreliable: true,
    snapshot: true,
    scenario: (config) => installSnapshots(config, "crash"),
  }),
  labTest({
    lab: "2D",
    name: "TestSnapshotAllCrash2D",
    title: "Test (2D): crash and restart all servers",
    servers: 3,
    snapshot: true,
    scenario: allCrash,
  }),
  labTest({
    lab: "2D",
    name: "TestSnapshotInit2D",
    title: "Test (2D): snapshot initialization after crash",
    addition: "2023 edition",
    servers: 3,
    snapshot: true,
    scenario: snapshotInitialization,
  }),
];

/** After a restart of everybody the log goes on where it was. */
async function allCrash(config: Config): Promise<void> {
  const { n, random } = config;
  await config.one(random.bits53(), n, true);
  for (let round = 0; round < 5; round++) {
    const commands = random.between(5, 14);
    for (let i = 0; i < commands; i++) await config.one(random.bits53(), n, true);

    const before = await config.one(random.bits53(), n, true);
    restartAll(config);
    const after = await config.one(random.bits53(), n, true);
    if (after < before + 1) {
      throw new TestFailure(`index decreased from ${before} to ${after}`);
    }
  }
}

/** A restarted server must keep the snapshot that it loaded when it writes its state again. */
async function snapshotInitialization(config: Config): Promise<void> {
  const { n, random } = config;
  await config.one(random.bits53(), n, true);
  for (let i = 0; i < 11; i++) await config.one(random.bits53(), n, true);

  restartAll(config);
  // One command makes every server write its state.
  await config.one(random.bits53(), n, true);
  restartAll(config);
  await config.one(random.bits53(), n, true);
}

function restartAll(config: Config): void {
  for (let server = 0; server < config.n; server++) config.crash1(server);
  for (let server = 0; server < config.n; server++) config.restart(server);
}
