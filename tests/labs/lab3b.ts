/** The tests of lab 3B: a key/value service that takes snapshots. */

import type { LabTest } from "./lab_test.ts";
import { kvTest, type KvTestDefinition } from "./services/define_kv.ts";
import { generic, type GenericTest } from "./scenarios/kv_generic.ts";
import { installSnapshot, snapshotSize } from "./scenarios/kv_snapshots.ts";
import { speed } from "./scenarios/kv_speed.ts";

/** The size of the persisted Raft state at which servers should take a snapshot, in bytes. */
export const MAX_RAFT_STATE = 1000;

/** The tests of lab 3B, in the reference's order. */
export const LAB_3B: readonly LabTest[] = [
  test("TestSnapshotRPC3B", "InstallSnapshot RPC", {
    servers: 3,
    scenario: (config) => installSnapshot(config, MAX_RAFT_STATE),
  }),
  test("TestSnapshotSize3B", "snapshot size is reasonable", {
    servers: 3,
    scenario: (config) => snapshotSize(config, MAX_RAFT_STATE),
  }),
  test("TestSpeed3B", "ops complete fast enough", { servers: 3, scenario: speed }),
  genericTest("TestSnapshotRecover3B", "restarts, snapshots, one client", {
    clients: 1,
    crash: true,
  }),
  genericTest("TestSnapshotRecoverManyClients3B", "restarts, snapshots, many clients", {
    clients: 20,
    crash: true,
  }),
  genericTest(
    "TestSnapshotUnreliable3B",
    "unreliable net, snapshots, many clients",
    { clients: 5 },
    { unreliable: true },
  ),
  genericTest(
    "TestSnapshotUnreliableRecover3B",
    "unreliable net, restarts, snapshots, many clients",
    { clients: 5, crash: true },
    { unreliable: true },
  ),
  genericTest(
    "TestSnapshotUnreliableRecoverConcurrentPartition3B",
    "unreliable net, restarts, partitions, snapshots, many clients",
    { clients: 5, crash: true, partitions: true },
    { unreliable: true },
  ),
  genericTest(
    "TestSnapshotUnreliableRecoverConcurrentPartitionLinearizable3B",
    "unreliable net, restarts, partitions, snapshots, random keys, many clients",
    { clients: 15, crash: true, partitions: true, randomKeys: true },
    { servers: 7, unreliable: true },
  ),
];

type Options = Omit<KvTestDefinition, "lab" | "name" | "title" | "maxRaftState">;

function test(name: string, title: string, options: Options): LabTest {
  return kvTest({
    lab: "3B",
    name,
    title: `Test: ${title} (3B)`,
    maxRaftState: MAX_RAFT_STATE,
    ...options,
  });
}

function genericTest(
  name: string,
  title: string,
  what: GenericTest,
  options: Partial<Options> = {},
): LabTest {
  return test(name, title, {
    servers: 5,
    ...options,
    scenario: (config) => generic(config, what),
  });
}
