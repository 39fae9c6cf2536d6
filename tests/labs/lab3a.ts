/** The tests of lab 3A: a key/value service that does not compact its log. */

import type { LabTest } from "./lab_test.ts";
import { kvTest, type KvTestDefinition } from "./services/define_kv.ts";
import { generic, type GenericTest } from "./scenarios/kv_generic.ts";
import { oneKey } from "./scenarios/kv_one_key.ts";
import { onePartition } from "./scenarios/kv_one_partition.ts";
import { speed } from "./scenarios/kv_speed.ts";

/** The tests of lab 3A, in the reference's order. */
export const LAB_3A: readonly LabTest[] = [
  genericTest("TestBasic3A", "one client", { clients: 1 }),
  test("TestSpeed3A", "ops complete fast enough", { servers: 3, scenario: speed }),
  genericTest("TestConcurrent3A", "many clients", { clients: 5 }),
  genericTest("TestUnreliable3A", "unreliable net, many clients", { clients: 5 }, {
    unreliable: true,
  }),
  test("TestUnreliableOneKey3A", "concurrent append to same key, unreliable", {
    servers: 3,
    unreliable: true,
    scenario: oneKey,
  }),
  test("TestOnePartition3A", "progress in majority", {
    servers: 5,
    inParts: true,
    scenario: (config) =>
      onePartition(config, {
        titles: [
          titleOf("progress in majority"),
          titleOf("no progress in minority"),
          titleOf("completion after heal"),
        ],
        getCompletes: false,
      }),
  }),
  genericTest("TestManyPartitionsOneClient3A", "partitions, one client", {
    clients: 1,
    partitions: true,
  }),
  genericTest("TestManyPartitionsManyClients3A", "partitions, many clients", {
    clients: 5,
    partitions: true,
  }),
  genericTest("TestPersistOneClient3A", "restarts, one client", { clients: 1, crash: true }),
  genericTest("TestPersistConcurrent3A", "restarts, many clients", { clients: 5, crash: true }),
  genericTest(
    "TestPersistConcurrentUnreliable3A",
    "unreliable net, restarts, many clients",
    { clients: 5, crash: true },
    { unreliable: true },
  ),
  genericTest("TestPersistPartition3A", "restarts, partitions, many clients", {
    clients: 5,
    crash: true,
    partitions: true,
  }),
  genericTest(
    "TestPersistPartitionUnreliable3A",
    "unreliable net, restarts, partitions, many clients",
    { clients: 5, crash: true, partitions: true },
    { unreliable: true },
  ),
  genericTest(
    "TestPersistPartitionUnreliableLinearizable3A",
    "unreliable net, restarts, partitions, random keys, many clients",
    { clients: 15, crash: true, partitions: true, randomKeys: true },
    { servers: 7, unreliable: true },
  ),
];

type Options = Omit<KvTestDefinition, "lab" | "name" | "title">;

function test(name: string, title: string, options: Options): LabTest {
  return kvTest({ lab: "3A", name, title: titleOf(title), ...options });
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

function titleOf(title: string): string {
  return `Test: ${title} (3A)`;
}
