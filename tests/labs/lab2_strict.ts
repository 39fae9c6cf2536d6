/**
 * Tests of Raft that the course does not have: its scenarios with sharper demands, with the extensions of
 * the thesis switched on, and on disks that need time and tear what they were writing in a crash.
 */

import { ms } from "../../core/base/units.ts";
import type { RaftOptions } from "../../core/raft/options.ts";
import { labTest, type LabTestDefinition } from "./harness/define.ts";
import { initialElection, manyElections } from "./lab2a.ts";
import { rpcBytes } from "./lab2b.ts";
import { type LabTest, TestFailure } from "./lab_test.ts";
import { bytesInFlight } from "./scenarios/bytes_in_flight.ts";
import { changingChairs } from "./scenarios/changing_chairs.ts";
import { churn } from "./scenarios/churn.ts";
import { cutOff } from "./scenarios/cut_off.ts";
import { figure8, figure8Unreliable } from "./scenarios/figure_8.ts";
import { figure8Scenes } from "./scenarios/figure_8_scenes.ts";
import { installSnapshots } from "./scenarios/install_snapshots.ts";
import { withLateMessages } from "./scenarios/late_messages.ts";
import { leaderBacksUp } from "./scenarios/leader_backs_up.ts";
import { oldReply } from "./scenarios/old_reply.ts";

/** PreVote and CheckQuorum: servers that were cut off do not disturb, leaders that were cut off step down. */
const STABLE: Partial<RaftOptions> = { preVote: true, checkQuorum: true };

/** Many requests on their way to each follower, which may overtake each other. */
const PIPELINED: Partial<RaftOptions> = { inflightMax: 64 };

/** All that real servers do, and snapshots in small pieces. */
const EXTENDED: Partial<RaftOptions> = { ...STABLE, ...PIPELINED, snapshotChunkBytes: 200 };

/** A write takes 1 to 10 ms to become durable; a crash keeps any prefix of what was being written. */
const ON_SLOW_DISKS = {
  disk: { syncDelayMin: ms(1), syncDelayMax: ms(10) },
  simulatedOnly: "its disks are slow and tear writes",
};

/** The strict tests, all labs. */
export const LAB_2_STRICT: readonly LabTest[] = [
  strict("2A", {
    name: "TestStrictInitialElection2A",
    title: "initial election, and the term stays",
    servers: 3,
    scenario: (config) =>
      initialElection(config, (message) => {
        throw new TestFailure(message);
      }),
  }),
  strict("2A", {
    name: "TestStrictManyElections2A",
    title: "multiple elections with PreVote and CheckQuorum",
    servers: 7,
    raft: STABLE,
    scenario: manyElections,
  }),
  strict("2A", {
    name: "TestStrictCutOff2A",
    title: "PreVote and CheckQuorum, a server that was cut off neither disturbs nor leads",
    servers: 3,
    raft: STABLE,
    scenario: cutOff,
  }),
  strict("2B", {
    name: "TestStrictRPCBytes2B",
    title: "each command travels to each follower once",
    servers: 3,
    scenario: (config) => rpcBytes(config, 110_000),
  }),
  strict("2B", {
    name: "TestStrictRPCBytesInFlight2B",
    title: "each command travels once, though many are on their way",
    servers: 3,
    raft: PIPELINED,
    simulatedOnly: "counts on messages that do not overtake each other",
    scenario: bytesInFlight,
  }),
  strict("2B", {
    name: "TestStrictBackup2B",
    title: "leader backs up quickly with PreVote, CheckQuorum and pipelining",
    servers: 5,
    raft: EXTENDED,
    scenario: leaderBacksUp,
  }),
  strict("2C", {
    name: "TestStrictFigure8Scenes2C",
    title: "the scenes of Figure 8",
    servers: 5,
    scenario: figure8Scenes,
  }),
  strict("2C", {
    name: "TestStrictFigure8Unreliable2C",
    title: "Figure 8 (unreliable) with PreVote, CheckQuorum and pipelining",
    servers: 5,
    unreliable: true,
    raft: EXTENDED,
    scenario: figure8Unreliable,
  }),
  strict("2C", {
    name: "TestStrictFigure8Pipelined2C",
    title: "Figure 8 (unreliable) with pipelining",
    servers: 5,
    unreliable: true,
    raft: PIPELINED,
    scenario: figure8Unreliable,
  }),
  strict("2C", {
    name: "TestStrictFigure8SlowNetwork2C",
    title: "Figure 8 on a network with 1 to 20 ms each way",
    servers: 5,
    network: { latencyMin: ms(1), latencyMax: ms(20) },
    scenario: figure8,
  }),
  strict("2C", {
    name: "TestStrictFigure8SlowDisk2C",
    title: "Figure 8 with slow disks that tear writes",
    servers: 5,
    ...ON_SLOW_DISKS,
    scenario: figure8,
  }),
  strict("2C", {
    name: "TestStrictChurnSlowDisk2C",
    title: "unreliable churn with pipelining and slow disks that tear writes",
    servers: 5,
    unreliable: true,
    raft: PIPELINED,
    ...ON_SLOW_DISKS,
    scenario: churn,
  }),
  strict("2C", {
    name: "TestStrictFigure8Wal2C",
    title: "Figure 8 on the write-ahead log, with slow disks that lose any sectors",
    servers: 5,
    ...ON_SLOW_DISKS,
    wal: true,
    scenario: figure8,
  }),
  strict("2C", {
    name: "TestStrictChurnWal2C",
    title: "unreliable churn on the write-ahead log, with slow disks that lose any sectors",
    servers: 5,
    unreliable: true,
    raft: PIPELINED,
    ...ON_SLOW_DISKS,
    wal: true,
    scenario: churn,
  }),
  strict("2C", {
    name: "TestStrictOldReply2C",
    title: "an answer of an earlier term arrives when its leader leads again",
    servers: 5,
    simulatedOnly: "holds one message back",
    scenario: oldReply,
  }),
  strict("2C", {
    name: "TestStrictChangingChairs2C",
    title: "leaders that come back before old answers arrive",
    servers: 5,
    scenario: changingChairs,
  }),
  strict("2C", {
    name: "TestStrictChurnLateMessages2C",
    title: "unreliable churn with messages that come late or twice",
    servers: 5,
    unreliable: true,
    simulatedOnly: "its links are slow, each in its own way",
    scenario: (config) => withLateMessages(config, { extraMax: 1000, span: 13_000 }, churn),
  }),
  strict("2D", {
    name: "TestStrictSnapshotLateMessages2D",
    title: "install snapshots (disconnect) with messages that come late or twice",
    servers: 3,
    snapshot: true,
    simulatedOnly: "its links are slow, each in its own way",
    scenario: (config) =>
      withLateMessages(
        config,
        { extraMax: 150, span: 60_000 },
        () => installSnapshots(config, "disconnect"),
      ),
  }),
  strict("2D", {
    name: "TestStrictSnapshotInstallUnCrash2D",
    title: "install snapshots (unreliable+crash) in pieces, with PreVote and CheckQuorum",
    servers: 3,
    unreliable: true,
    snapshot: true,
    raft: EXTENDED,
    scenario: (config) => installSnapshots(config, "crash"),
  }),
  strict("2D", {
    name: "TestStrictSnapshotInstallSlowDisk2D",
    title: "install snapshots (unreliable+crash) with slow disks that tear writes",
    servers: 3,
    unreliable: true,
    snapshot: true,
    ...ON_SLOW_DISKS,
    scenario: (config) => installSnapshots(config, "crash"),
  }),
  strict("2D", {
    name: "TestStrictSnapshotInstallWal2D",
    title: "install snapshots (unreliable+crash) on the write-ahead log, with slow disks",
    servers: 3,
    unreliable: true,
    snapshot: true,
    ...ON_SLOW_DISKS,
    wal: true,
    scenario: (config) => installSnapshots(config, "crash"),
  }),
];

function strict(lab: string, definition: Omit<LabTestDefinition, "lab">): LabTest {
  return labTest({
    ...definition,
    lab,
    title: `Test (${lab} strict): ${definition.title}`,
    addition: "strict",
  });
}
