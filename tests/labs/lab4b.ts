/** The tests of lab 4B: the sharded store, with both challenges. */

import type { LabTest } from "./lab_test.ts";
import { deletion, partial, unaffected } from "./scenarios/shard_challenges.ts";
import { concurrent1, concurrent2, concurrent3 } from "./scenarios/shard_concurrent.ts";
import { joinLeave, missChange, snapshots, staticShards } from "./scenarios/shard_moves.ts";
import { unreliable1, unreliable2, unreliable3 } from "./scenarios/shard_unreliable.ts";
import { shardTest } from "./shards/define_shard.ts";

const LAB = "4B";

/** The tests of lab 4B, in the reference's order. */
export const LAB_4B: readonly LabTest[] = [
  shardTest({
    lab: LAB,
    name: "TestStaticShards",
    title: "Test: static shards",
    scenario: staticShards,
  }),
  shardTest({
    lab: LAB,
    name: "TestJoinLeave",
    title: "Test: join then leave",
    scenario: joinLeave,
  }),
  shardTest({
    lab: LAB,
    name: "TestSnapshot",
    title: "Test: snapshots, join, and leave",
    maxRaftState: 1000,
    scenario: snapshots,
  }),
  shardTest({
    lab: LAB,
    name: "TestMissChange",
    title: "Test: servers miss configuration changes...",
    maxRaftState: 1000,
    scenario: missChange,
  }),
  shardTest({
    lab: LAB,
    name: "TestConcurrent1",
    title: "Test: concurrent puts and configuration changes...",
    maxRaftState: 100,
    scenario: concurrent1,
  }),
  shardTest({
    lab: LAB,
    name: "TestConcurrent2",
    title: "Test: more concurrent puts and configuration changes...",
    scenario: concurrent2,
  }),
  shardTest({
    lab: LAB,
    name: "TestConcurrent3",
    title: "Test: concurrent configuration change and restart...",
    maxRaftState: 300,
    scenario: concurrent3,
  }),
  shardTest({
    lab: LAB,
    name: "TestUnreliable1",
    title: "Test: unreliable 1...",
    unreliable: true,
    maxRaftState: 100,
    scenario: unreliable1,
  }),
  shardTest({
    lab: LAB,
    name: "TestUnreliable2",
    title: "Test: unreliable 2...",
    unreliable: true,
    maxRaftState: 100,
    scenario: unreliable2,
  }),
  shardTest({
    lab: LAB,
    name: "TestUnreliable3",
    title: "Test: unreliable 3...",
    unreliable: true,
    maxRaftState: 100,
    scenario: unreliable3,
  }),
  shardTest({
    lab: LAB,
    name: "TestChallenge1Delete",
    title: "Test: shard deletion (challenge 1)",
    maxRaftState: 1,
    scenario: deletion,
  }),
  shardTest({
    lab: LAB,
    name: "TestChallenge2Unaffected",
    title: "Test: unaffected shard access (challenge 2)",
    unreliable: true,
    maxRaftState: 100,
    scenario: unaffected,
  }),
  shardTest({
    lab: LAB,
    name: "TestChallenge2Partial",
    title: "Test: partial migration shard access (challenge 2)",
    unreliable: true,
    maxRaftState: 100,
    scenario: partial,
  }),
];
