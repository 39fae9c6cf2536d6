/** Which test notices which planted mistake, and by what: some of them, quickly. `dist824 bugs` hunts for all. */

import assert from "node:assert/strict";
import { LAB_TESTS } from "../labs/mod.ts";
import { ruleIn } from "../labs/rules.ts";
import { runLabTest } from "../labs/run_lab_test.ts";
import { mistakeNamed, withMistake } from "./mod.ts";

const SEEDS_MAX = 10n;

/** Says that a test fails with one of a few seeds, for this reason, which names a rule. */
function notices(name: string, mistake: string, reason: RegExp): void {
  Deno.test(`${name} notices ${mistake}`, async () => {
    const test = LAB_TESTS.find((each) => each.name === name)!;
    const mistaken = withMistake(test, mistakeNamed(mistake));
    const reasons: string[] = [];
    for (let seed = 1n; seed <= SEEDS_MAX; seed++) {
      reasons.push((await runLabTest(mistaken, seed)).reason ?? "passed");
      if (!reason.test(reasons.at(-1)!)) continue;
      assert.notEqual(ruleIn(reasons.at(-1)!), undefined, reasons.at(-1));
      return;
    }
    assert.fail(reasons.join("\n"));
  });
}

const ANSWERED = /^AnsweredIsExecuted: .* by nobody \(Raft Figure 2, leaders; Raft §8\)$/;
const EXECUTED = /^ExecutedOnce: .* it was executed by .*\(Raft §8, thesis §6\.3\)$/;

notices("TestBasic3A", "read-without-asking-others", /^ReadsAreConfirmed: .*\(Raft §8\)$/);
notices("TestBasic3A", "read-confirmed-by-old-answers", /^ReadsAreConfirmed: .*\(Raft §8\)$/);
notices(
  "TestManyPartitionsManyClients3A",
  "read-before-own-term-commits",
  /^ReadsInOwnTerm: .*\(Raft §8\)$/,
);
notices("TestBasic3A", "reads-local-state", /^ReadsAreCurrent: .*\(Raft §8\)$/);
notices("TestBasic3A", "answers-when-proposed", ANSWERED);
notices("TestBasic3A", "one-command-for-each-client", ANSWERED);
notices("TestOnePartition3A", "answers-whatever-was-applied", ANSWERED);
notices("TestUnreliableOneKey3A", "executes-duplicates", EXECUTED);
notices("TestStrictCrashesWal3B", "sessions-not-in-snapshot", EXECUTED);
notices("TestUnreliableOneKey3A", "new-number-for-each-attempt", /^ClerkKeepsNumber: .*§8\)$/);
notices("TestSnapshotSize3B", "never-compacts", /^SnapshotReplacesLog: .*\(Raft §7\)$/);
notices("TestSnapshotSize3B", "only-the-leader-compacts", /^SnapshotsWhenDue: .*\(Raft §7\)$/);
notices("TestBasic3A", "snapshots-though-not-asked", /^SnapshotsWhenAsked: .*\(lab 3/);

notices("TestManyElections2A", "votes-twice", /^OneVotePerTerm: .* \(Raft §5\.2\)$/);
notices("TestFigure82C", "commits-old-terms-by-counting", /^CommitsOwnTerm: .*\(Raft §5\.4\.2/);
notices("TestInitialElection2A", "fixed-election-timeout", /^RandomTimeouts: .*\(Raft §5\.2\)$/);
notices("TestFailAgree2B", "no-election-restriction", /^ElectionRestriction: .*\(Raft §5\.4\.1/);
notices("TestRejoin2B", "no-consistency-check", /^AcceptsOnlyMatches: .*step 2\)$/);
notices("TestUnreliableAgree2C", "truncates-always", /^DeletesOnlyConflicts: .*step 3\)$/);
notices("TestRejoin2B", "commits-beyond-what-was-sent", /^CommitsOnlyMatches: .*step 5\)$/);
notices("TestSnapshotInstall2D", "snapshot-off-by-one", /^SnapshotReplacesLog: .*\(Raft §7\)$/);
notices("TestSnapshotInstallCrash2D", "restart-forgets-the-snapshot", /^RestoresWhatIsStored/);
notices("TestSnapshotBasic2D", "compaction-resets-last-applied", /^Monotonic: lastApplied/);

notices("TestBasic", "rebalancing-in-map-order", /^ConfigAgreement/);
notices("TestBasic", "rebalancing-not-minimal", /^FewestShardsMove/);
notices("TestBasic", "new-groups-get-nothing", /^ShardsAreBalanced/);
notices("TestBasic", "move-rebalances", /^MoveMovesOneShard/);
notices("TestBasic", "last-leave-keeps-owners", /^ShardsHaveOwners/);
notices("TestMulti", "configuration-for-each-group", /^OneConfigPerChange/);
notices("TestStaticShards", "lost-shard-is-served-on", /^ShardExclusion/);
notices("TestStaticShards", "deletes-what-was-sent", /^ShardDurability/);
notices("TestBasic", "configurations-share-groups", /^ConfigsNeverChange/);
notices("TestBasic", "configuration-from-local-state", /^ReadsAreCurrent/);
notices("TestUnreliable1", "controller-executes-duplicates", /^ExecutedOnce/);
notices("TestSnapshot", "group-never-compacts", /^SnapshotsWhenDue: .*\(Raft §7\)$/);
notices("TestJoinLeave", "frozen-shard-is-written", /^ServesWhatItHas: .* \(lab 4, §7 P1, P5/);
notices("TestJoinLeave", "awaited-shard-is-served", /^ServesWhatItHas: .* waits for it/);
notices("TestJoinLeave", "shard-is-never-deleted", /^CopiesAreDeleted: .* \(lab 4, §7 P11\)$/);
notices("TestJoinLeave", "group-that-left-is-silent", /^GivesAfterItLeft: .* rule 26\)$/);
notices("TestJoinLeave", "refusal-counts-as-execution", /^AnsweredIsRemembered: .* rule 15\)$/);
notices("TestConcurrent1", "sessions-stay-behind", /^ArrivesAsItLeft: .* \(lab 4, §7 P2\)$/);
notices("TestUnreliable2", "piece-is-installed-twice", /^InstalledOnce: .* \(lab 4, §7 P7\)$/);
notices("TestMissChange", "waits-before-it-gives", /^GivesWhileItWaits: .* \(lab 4, §7 P8\)$/);
notices("TestSnapshot", "snapshot-without-configuration", /^SnapshotIsOneMoment/);
notices("TestStaticShards", "jumps-to-the-newest-configuration", /^OneStepAtATime/);
notices("TestStaticShards", "steps-outside-the-log", /^StepsInTheLog/);
notices("TestStaticShards", "idle-group-stays-behind", /^AllGroupsFollow: .* rule 17\)$/);
notices("TestStaticShards", "gives-to-the-first-server-only", /^TriesAllServers: .* rule 25\)$/);
notices("TestChallenge2Unaffected", "nothing-served-during-a-step", /^KeptShardsAreServed/);
notices("TestChallenge2Partial", "gained-shards-open-together", /^ArrivedShardsAreServed/);

notices("TestBackup2B", "obeys-old-leaders", /^RefusesOldTerms: .* step 1\)$/);
notices("TestSnapshotRecoverManyClients3B", "accepts-old-snapshots", /^Monotonic: .* goes back/);
notices(
  "TestStrictWorkers1",
  "attempts-share-a-temporary-file",
  /^OutputIsRenamed: .*\(MapReduce §3/,
);
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
