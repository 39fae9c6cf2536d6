/** Tests of the sharded store that the course does not have, and the course's with sharper demands. */

import { ms } from "../../core/base/units.ts";
import type { LabTest } from "./lab_test.ts";
import { deletion } from "./scenarios/shard_challenges.ts";
import { concurrent1, concurrent3 } from "./scenarios/shard_concurrent.ts";
import { joinLeave, missChange } from "./scenarios/shard_moves.ts";
import {
  andNothingLeft,
  deletionAfterCrash,
  nobodyLeft,
  undisturbed,
} from "./scenarios/shard_strict.ts";
import { unreliable3 } from "./scenarios/shard_unreliable.ts";
import { shardTest, type ShardTestDefinition } from "./shards/define_shard.ts";

/** A shard travels in many pieces, most of them of one item. */
const IN_PIECES = { settings: { pieceBytes: 40 } };

/** A write takes 1 to 10 ms to become durable; a crash keeps any part of what was being written. */
const ON_SLOW_DISKS = {
  wal: true,
  disk: { syncDelayMin: ms(1), syncDelayMax: ms(10) },
  simulatedOnly: "its disks are slow and tear writes",
};

/** The strict tests of lab 4B. */
export const LAB_4B_STRICT: readonly LabTest[] = [
  strict("JoinLeave", {
    title: "join then leave, and nothing is left behind",
    scenario: andNothingLeft(joinLeave),
  }),
  strict("MissChange", {
    title: "servers miss configuration changes, and nothing is left behind",
    maxRaftState: 1000,
    scenario: andNothingLeft(missChange),
  }),
  strict("Delete", {
    title: "shard deletion down to the smallest shard, in memory and on disk",
    maxRaftState: 1,
    scenario: andNothingLeft(deletion),
  }),
  strict("DeleteAfterCrash", {
    title: "shard deletion when groups crash in between",
    maxRaftState: 1,
    scenario: andNothingLeft(deletionAfterCrash),
  }),
  strict("Concurrent", {
    title: "concurrent puts and configuration changes, and nothing is left behind",
    maxRaftState: 100,
    scenario: andNothingLeft(concurrent1),
  }),
  strict("Pieces", {
    title: "configuration change and restart with shards in many pieces",
    maxRaftState: 300,
    ...IN_PIECES,
    scenario: andNothingLeft(concurrent3),
  }),
  strict("SlowDisks", {
    title: "configuration change and restart on slow disks that tear writes",
    maxRaftState: 300,
    ...ON_SLOW_DISKS,
    scenario: andNothingLeft(concurrent3),
  }),
  strict("Sessions", {
    title: "unreliable, with bounded sessions and shards in many pieces",
    unreliable: true,
    maxRaftState: 100,
    sessionsMax: 20,
    ...IN_PIECES,
    scenario: andNothingLeft(unreliable3),
  }),
  strict("Undisturbed", {
    title: "shards that stay answer at once while others move",
    simulatedOnly: "counts milliseconds that a busy machine may need for itself",
    scenario: andNothingLeft(undisturbed),
  }),
  strict("NobodyLeft", {
    title: "the last group leaves, and nothing is lost",
    maxRaftState: 100,
    scenario: nobodyLeft,
  }),
];

function strict(
  name: string,
  definition: Omit<ShardTestDefinition, "lab" | "name">,
): LabTest {
  return shardTest({
    ...definition,
    lab: "4B",
    name: `TestStrict${name}4B`,
    title: `Test (4B strict): ${definition.title}`,
    addition: "strict",
  });
}
