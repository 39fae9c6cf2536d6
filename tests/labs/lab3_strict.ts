/**
 * Tests of the key/value service that the course does not have: its scenarios with sharper demands, with the extensions
 * of the thesis switched on, on disks that need time and tear what they were writing, and with crashes under load.
 */

import { ms } from "../../core/base/units.ts";
import type { RaftOptions } from "../../core/raft/options.ts";
import type { LabTest } from "./lab_test.ts";
import { crashesUnderLoad } from "./scenarios/kv_crashes.ts";
import { forgottenSessions } from "./scenarios/kv_forgotten_sessions.ts";
import { generic } from "./scenarios/kv_generic.ts";
import { laggards } from "./scenarios/kv_laggards.ts";
import { onePartition } from "./scenarios/kv_one_partition.ts";
import { longOutage } from "./scenarios/kv_outage.ts";
import { rpcCounts } from "./scenarios/kv_rpc_counts.ts";
import { installSnapshotIndeed } from "./scenarios/kv_snapshots.ts";
import { staleReads } from "./scenarios/kv_stale_reads.ts";
import { drawOptions, swarm } from "./scenarios/kv_swarm.ts";
import { kvTest, type KvTestDefinition } from "./services/define_kv.ts";

const MAX_RAFT_STATE = 1000;

/** All that real servers do, and snapshots in small pieces. */
const EXTENDED: Partial<RaftOptions> = {
  preVote: true,
  checkQuorum: true,
  inflightMax: 64,
  snapshotChunkBytes: 200,
};

/** A write takes 1 to 10 ms to become durable; a crash keeps any prefix of what was being written. */
const ON_SLOW_DISKS = {
  disk: { syncDelayMin: ms(1), syncDelayMax: ms(10) },
  simulatedOnly: "its disks are slow and tear writes",
};

/** Everything that GenericTest can do at once. */
const ALL_FAULTS = { clients: 15, crash: true, partitions: true, randomKeys: true } as const;

/** The strict tests of lab 3. */
export const LAB_3_STRICT: readonly LabTest[] = [
  strict("3A", {
    name: "TestStrictOnePartition3A",
    title: "one partition, and what was asked of the minority is answered",
    servers: 5,
    inParts: true,
    scenario: (config) =>
      onePartition(config, {
        titles: [
          titleOf("3A", "one partition, and what was asked of the minority is answered"),
          titleOf("3A", "no progress in minority"),
          titleOf("3A", "all is completed after heal"),
        ],
        getCompletes: true,
      }),
  }),
  strict("3A", {
    name: "TestStrictStaleReads3A",
    title: "leaders are deposed without their knowing",
    servers: 5,
    scenario: staleReads,
  }),
  strict("3A", {
    name: "TestStrictRPCCounts3A",
    title: "few RPCs for each operation",
    servers: 5,
    scenario: (config) =>
      rpcCounts(config, [{ clients: 1, rpcsPerOp: 6 }, { clients: 5, rpcsPerOp: 4.5 }]),
  }),
  strict("3A", {
    name: "TestStrictLogReads3A",
    title: "unreliable net, restarts, partitions, random keys, with reads through the log",
    servers: 5,
    unreliable: true,
    logReads: true,
    scenario: (config) => generic(config, { ...ALL_FAULTS, clients: 5 }),
  }),
  strict("3A", {
    name: "TestStrictExtended3A",
    title: "all faults with PreVote, CheckQuorum and pipelining",
    servers: 7,
    unreliable: true,
    raft: EXTENDED,
    scenario: (config) => generic(config, ALL_FAULTS),
  }),
  strict("3A", {
    name: "TestStrictCrashes3A",
    title: "crashes under load, with slow disks that tear writes",
    servers: 5,
    ...ON_SLOW_DISKS,
    scenario: (config) => crashesUnderLoad(config, { clients: 5, randomKeys: true }),
  }),
  strict("3A", {
    name: "TestStrictOutage3A",
    title: "a majority is away for a minute",
    servers: 5,
    scenario: longOutage,
  }),
  strict("3A", {
    name: "TestStrictSessions3A",
    title: "unreliable net, partitions, and servers that remember two clerks of ten",
    servers: 5,
    unreliable: true,
    sessionsMax: 2,
    scenario: forgottenSessions,
  }),
  strict("3B", {
    name: "TestStrictSnapshotRPC3B",
    title: "InstallSnapshot RPC, where nothing else can help",
    servers: 3,
    scenario: (config) => installSnapshotIndeed(config, MAX_RAFT_STATE),
  }),
  strict("3B", {
    name: "TestStrictLaggards3B",
    title: "servers catch up, and no log ever grows without bounds",
    servers: 5,
    scenario: (config) => laggards(config, { clients: 5 }, MAX_RAFT_STATE),
  }),
  strict("3B", {
    name: "TestStrictCrashesUnreliable3B",
    title: "unreliable net, crashes under load, with PreVote, CheckQuorum and pipelining",
    servers: 5,
    unreliable: true,
    raft: EXTENDED,
    captureInTurns: true,
    scenario: (config) => crashesUnderLoad(config, { clients: 10, randomKeys: true }),
  }),
  strict("3B", {
    name: "TestStrictSlowDisk3B",
    title: "all faults with slow disks that tear writes",
    servers: 5,
    unreliable: true,
    ...ON_SLOW_DISKS,
    scenario: (config) => generic(config, ALL_FAULTS),
  }),
  strict("3B", {
    name: "TestStrictCrashesWal3B",
    title: "crashes under load on the write-ahead log, with slow disks that lose any sectors",
    servers: 5,
    ...ON_SLOW_DISKS,
    wal: true,
    scenario: (config) => crashesUnderLoad(config, { clients: 5, randomKeys: true }),
  }),
  strict("3B", {
    name: "TestStrictWal3B",
    title: "all faults on the write-ahead log, with PreVote, CheckQuorum and pipelining",
    servers: 5,
    unreliable: true,
    raft: EXTENDED,
    wal: true,
    captureInTurns: true,
    scenario: (config) => generic(config, { ...ALL_FAULTS, clients: 5 }),
  }),
  strict("3B", {
    name: "TestStrictSwarm3B",
    title: "whatever the seed chooses",
    servers: 3,
    simulatedOnly: "its seed may choose slow disks",
    draw: drawOptions,
    scenario: swarm,
  }),
  strict("3B", {
    name: "TestStrictSessions3B",
    title: "partitions, snapshots, and servers that remember two clerks of ten",
    servers: 5,
    sessionsMax: 2,
    scenario: forgottenSessions,
  }),
];

function strict(lab: "3A" | "3B", definition: Omit<KvTestDefinition, "lab">): LabTest {
  return kvTest({
    ...definition,
    ...(lab === "3B" && { maxRaftState: MAX_RAFT_STATE }),
    lab,
    title: titleOf(lab, definition.title),
    addition: "strict",
  });
}

function titleOf(lab: string, title: string): string {
  return `Test (${lab} strict): ${title}`;
}
