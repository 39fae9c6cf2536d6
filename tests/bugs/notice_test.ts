/** Which test notices which planted mistake, and by what: some of them, quickly. `dist824 bugs` hunts for all. */

import assert from "node:assert/strict";
import { LAB_TESTS } from "../labs/mod.ts";
import { runLabTest } from "../labs/run_lab_test.ts";
import { mistakeNamed, withMistake } from "./mod.ts";

const SEEDS_MAX = 10n;

/** Says that a test fails with one of a few seeds, for this reason. */
function notices(name: string, mistake: string, reason: RegExp): void {
  Deno.test(`${name} notices ${mistake}`, async () => {
    const test = LAB_TESTS.find((each) => each.name === name)!;
    const mistaken = withMistake(test, mistakeNamed(mistake));
    const reasons: string[] = [];
    for (let seed = 1n; seed <= SEEDS_MAX; seed++) {
      reasons.push((await runLabTest(mistaken, seed)).reason ?? "passed");
      if (reason.test(reasons.at(-1)!)) return;
    }
    assert.fail(reasons.join("\n"));
  });
}

const NOT_LINEARIZABLE = /^history is not linearizable/;

notices("TestStrictStaleReads3A", "read-without-asking-others", NOT_LINEARIZABLE);
notices("TestStrictStaleReads3A", "reads-local-state", NOT_LINEARIZABLE);
notices("TestOnePartition3A", "read-without-asking-others", /^get in minority completed/);
notices("TestOnePartition3A", "answers-when-proposed", /^put in minority completed/);
notices("TestUnreliableOneKey3A", "executes-duplicates", /^duplicate element/);
notices("TestUnreliableOneKey3A", "new-number-for-each-attempt", /^duplicate element/);
notices(
  "TestStrictSwarm3B",
  "sessions-not-in-snapshot",
  /^StateAgreement|^get wrong value|^history is not/,
);
notices("TestSnapshotSize3B", "never-compacts", /^logs were not trimmed/);
notices("TestStrictSnapshotRPC3B", "never-compacts", /^server \d still has entry/);
notices("TestBasic3A", "snapshots-though-not-asked", /should not be used/);

notices("TestManyElections2A", "votes-twice", /^OneVotePerTerm: .* \(Raft §5\.2\)$/);
notices("TestFigure82C", "commits-old-terms-by-counting", /^CommitsOwnTerm: .*\(Raft §5\.4\.2/);
notices("TestFailAgree2B", "no-election-restriction", /^LeaderCompleteness: .*\(Raft §5\.4/);
notices("TestSnapshotBasic2D", "compaction-resets-last-applied", /^Monotonic: lastApplied/);

notices("TestBasic", "rebalancing-in-map-order", /^ConfigAgreement/);
notices("TestBasic", "rebalancing-not-minimal", /^FewestShardsMove/);
notices("TestBasic", "new-groups-get-nothing", /^ShardsAreBalanced/);
notices("TestBasic", "move-rebalances", /^MoveMovesOneShard/);
notices("TestBasic", "last-leave-keeps-owners", /^ShardsHaveOwners/);
notices("TestMulti", "configuration-for-each-group", /^OneConfigPerChange/);
notices("TestStaticShards", "lost-shard-is-served-on", /^ShardExclusion/);
notices("TestStaticShards", "deletes-what-was-sent", /^ShardDurability/);

notices("TestStrictWorkers1", "reduces-begin-early", /^ReducesComeAfterMaps: .*\(MapReduce §3\.1/);
notices("TestStrictWorkers1", "lost-map-output-counts", /^LostOutputIsMadeAgain: .*\(MapReduce §3/);
notices("TestStrictWorkers1", "silent-attempts-are-awaited", /^SilenceIsNoticed: .*\(MapReduce §3/);
notices("TestStrictMasters1", "late-reports-count-again", /^CountsAgree: .*\(MapReduce §3\.2\)/);
notices(
  "TestStrictMasters1",
  "both-map-attempts-count",
  /^OneAttemptCounts: .*\(MapReduce §3\.3\)/,
);
notices(
  "TestStrictMasters1",
  "both-reduce-attempts-are-committed",
  /^OneAttempt\w+: .*\(MapReduce/,
);
notices("TestStrictWorkers1", "output-under-its-final-name", /^OutputIsRenamed: .*\(MapReduce §3/);
notices("TestStrictWorkers1", "done-before-the-outputs-are", /^DoneComesLast: .*\(MapReduce §3/);
notices("TestStrictWorkers1", "idle-workers-are-sent-home", /^WorkersStayToTheEnd: .*\(lab 1/);
notices("TestStrictWorkers1", "journal-lags-behind", /^JournaledBeforeTold: .*\(MapReduce §3\.3/);
