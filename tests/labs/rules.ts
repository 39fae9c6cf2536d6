/** Which rule of which paper a property stands for: what is printed behind the facts when it is broken. */

/** Where each property is demanded. */
export const RULES: Readonly<Record<string, string>> = {
  // Elections and terms.
  ElectionSafety: "Raft §5.2, Figure 3",
  OneVotePerTerm: "Raft §5.2",
  ElectedByMajority: "Raft §5.2",
  CandidateVotesForItself: "Raft §5.2",
  LeaderKnowsItself: "Raft §5.2",
  MajorityWins: "Raft §5.2",
  ElectionTimer: "Raft §5.2",
  ElectionRestriction: "Raft §5.4.1",
  RandomTimeouts: "Raft §5.2",
  AbstainerFollows: "ours: who abstains follows",
  TermsNeverFall: "Raft §5.1",
  RoleOrder: "Raft §5.1, Figure 4",
  // Logs and what is committed.
  LeaderAppendOnly: "Raft §5.3, Figure 3",
  LogMatching: "Raft §5.3, Figure 3",
  LeaderCompleteness: "Raft §5.4, Figure 3",
  StateMachineSafety: "Raft §5.4.3, Figure 3",
  CommitsOwnTerm: "Raft §5.4.2, Figure 8",
  CommittedIsDurable: "Raft §5.3",
  CommittedEntriesStay: "Raft §5.4.3",
  RefusesOldTerms: "Raft Figure 2, AppendEntries step 1",
  AcceptsOnlyMatches: "Raft Figure 2, AppendEntries step 2",
  DeletesOnlyConflicts: "Raft Figure 2, AppendEntries step 3",
  CommitsOnlyMatches: "Raft Figure 2, AppendEntries step 5",
  CommitBound: "Raft Figure 2, AppendEntries step 5",
  AppliedBound: "Raft Figure 2, all servers",
  AppliedIsCommitted: "Raft §5.3",
  NextIndexBound: "Raft §5.3",
  LeaderHasState: "Raft Figure 2, state on leaders",
  MemberOfCluster: "Raft §5.1",
  AppliesInOrder: "Raft §5.3",
  AppliesWhatItHolds: "Raft §5.3",
  LogWithoutGaps: "Raft §5.3",
  MatchBound: "Raft §5.3",
  MatchIndexGrows: "Raft Figure 2, volatile state on leaders",
  Monotonic: "Raft Figure 2, state that only grows",
  // What survives a crash.
  PersistedBeforeSent: "Raft Figure 2, persistent state",
  DurableBound: "Raft Figure 2, persistent state",
  DurableAfterPersist: "Raft Figure 2, persistent state",
  RestoresWhatIsStored: "Raft Figure 2, persistent state",
  TermSurvivesCrash: "Raft Figure 2, persistent state",
  VoteSurvivesCrash: "Raft Figure 2, persistent state",
  SnapshotSurvivesCrash: "Raft §7",
  DeadIsSilent: "Raft §5.1: who has crashed is silent",
  StoppedIsSilent: "Raft §5.1: who has crashed is silent",
  // Snapshots.
  CompactedEntries: "Raft §7",
  SnapshotIsFinal: "Raft §7",
  SnapshotReplacesLog: "Raft §7",
  SnapshotOfApplied: "Raft §7",
  SnapshotTransfer: "Raft §7, Figure 13",
  SnapshotsAreNews: "Raft §7, Figure 13",
  // Services.
  ReadsAfterApply: "Raft §8",
  ReadsAreConfirmed: "Raft §8",
  ReadsInOwnTerm: "Raft §8",
  ReadsAreCurrent: "Raft §8",
  AnsweredIsExecuted: "Raft Figure 2, leaders; Raft §8",
  ExecutedOnce: "Raft §8, thesis §6.3",
  ClerkKeepsNumber: "Raft §8",
  SnapshotsWhenDue: "Raft §7",
  SnapshotsWhenAsked: "lab 3: maxraftstate",
  StateAgreement: "Raft §2",
  // Shards.
  OneConfigPerChange: "lab 4, §1.3",
  ConfigAgreement: "lab 4, §2 rule 4",
  ConfigsNeverChange: "lab 4, §1.3",
  QueriesAreCurrent: "lab 4, §1.3",
  ShardsHaveOwners: "lab 4, §2 rule 1",
  ShardsAreBalanced: "lab 4, §2 rule 2",
  FewestShardsMove: "lab 4, §2 rule 3",
  MoveMovesOneShard: "lab 4, §1.3",
  ShardExclusion: "lab 4, §7 P1",
  ShardDurability: "lab 4, §7 P11",
  HolderHasShard: "lab 4, §7 P4",
  OneStepAtATime: "lab 4, §7 P3",
  StepsInTheLog: "lab 4, §7 P4",
  SnapshotIsOneMoment: "lab 4, §7 P10",
  ServesWhatItHas: "lab 4, §7 P1, P5 and P6",
  KeptShardsAreServed: "lab 4, §7 P12",
  ArrivedShardsAreServed: "lab 4, §7 P13",
  AnsweredIsRemembered: "lab 4, §7 P2, §15 rule 15",
  ArrivesAsItLeft: "lab 4, §7 P2",
  InstalledOnce: "lab 4, §7 P7",
  CopiesAreDeleted: "lab 4, §7 P11",
  AllGroupsFollow: "lab 4, §15 rule 17",
  GivesWhileItWaits: "lab 4, §7 P8",
  GivesAfterItLeft: "lab 4, §15 rule 26",
  TriesAllServers: "lab 4, §15 rule 25",
  HandsOnWhatItLost: "lab 4, §15 rule 24",
  // MapReduce.
  ReducesComeAfterMaps: "MapReduce §3.1",
  OneAttemptCounts: "MapReduce §3.3",
  OneAttemptIsCommitted: "MapReduce §3.3",
  CommittedIsFinal: "MapReduce §3.3",
  JournaledBeforeTold: "MapReduce §3.3, Master Failure",
  FailuresAreTolerated: "MapReduce §3.3",
  SilenceIsNoticed: "MapReduce §3.3, Worker Failure",
  LostOutputIsMadeAgain: "MapReduce §3.3, Worker Failure",
  OutputIsRenamed: "MapReduce §3.3: atomic renames",
  OutputIsComplete: "MapReduce §3.1, step 7",
  OutputAsInOrder: "MapReduce §3.3: as in a sequential execution",
  OnlyResultsAreLeft: "MapReduce §3.1, step 7",
  DoneComesLast: "MapReduce §3.1, step 7; lab 1, §15 rule 3",
  CountersCountOnce: "MapReduce §4.8",
  BadRecordsAreLeftOut: "MapReduce §4.6",
  WorkersEndWithTheJob: "lab 1, §15 rule 12",
  PlannedOnce: "MapReduce §3.1, step 1",
  JobOptions: "MapReduce §3.1, step 1",
  AttemptsAreNumbered: "lab 1, §15 rule 5",
  IdleIfNobodyWorks: "MapReduce §3.2",
  IdleTasksWait: "MapReduce §3.2",
  OneQuestionEach: "MapReduce §3.1, step 2",
  WasteIsPositive: "MapReduce §3.6",
  CompletedMapHasOutput: "MapReduce §3.2",
  CompletedReduceHasOutput: "MapReduce §3.2",
  CountsAgree: "MapReduce §3.2",
  WinnerIsDone: "MapReduce §3.2",
  NobodyWorksForNothing: "MapReduce §3.2",
  TwoAttemptsAtMost: "MapReduce §3.6",
  OneTaskPerWorker: "MapReduce §3.1",
  OnlyTheLivingWork: "MapReduce §3.3",
  HandedOutOnce: "MapReduce §3.1",
  BackupsComeLate: "MapReduce §3.6",
  WorkersStayToTheEnd: "lab 1, §15 rule 2",
};

const AVAILABILITY = "Raft §2: a majority that is up and connected makes progress";
const MAJORITY = "Raft §5.3: a majority commits";
const IN_ORDER = "Raft §5.3: each new entry stands right behind the last one";
const ONE_LOG = "Raft §5.3, §5.4.3: what is committed is the same everywhere, and stays";

/** What the course's own tests and the strict ones say, where that has one rule behind it. */
const REASONS: readonly (readonly [reason: RegExp, rule: string])[] = [
  // Elections and terms.
  [/^expected one leader, got none/, "Raft §5.2: elections end with a leader"],
  [/^expected no leader among/, "Raft §5.2: a leader needs a majority"],
  [/^term \d+ has \d+ \(>1\) leaders/, "ElectionSafety, Raft §5.2"],
  [/^servers disagree on term/, "Raft §5.1: servers that communicate agree on the term"],
  [/^term is \d+, but should be at least 1/, "Raft §5.1: every election begins a new term"],
  [/^term changed/, "Raft §5.2: heartbeats keep a leader in office"],
  [/leads with an older log/, "Raft §5.4.1"],
  [/^the return of server/, "thesis §9.6"],
  [/though it has lost its majority/, "thesis §6.2"],
  // Logs and what is committed.
  [/failed to reach agreement/, AVAILABILITY],
  [/^only \d+ decided for index/, "Raft §5.3: what is committed reaches all servers"],
  [/before Start\(\)/, "Raft §5.3: only what was proposed is committed"],
  [/rejected Start\(\)/, "Raft §5.3: a leader takes commands"],
  [/(^Start\(\) failed|got index|expected index|unexpected index)/, IN_ORDER],
  [/^index decreased/, "Raft Figure 2, persistent state"],
  [/^(apply error: )?commit index=/, "StateMachineSafety, Raft §5.4.3"],
  [/^committed values do not match/, "StateMachineSafety, Raft §5.4.3"],
  [/apply out of order/, "Raft §5.3"],
  [/(committed but no majority|^put in minority completed|without a majority)/, MAJORITY],
  [/counting replicas/, "Raft §5.4.2, Figure 8"],
  [/^entry 2 is /, "Raft §5.4.2, Figure 8"],
  [/(^didn't find the value|^cmd \d+ missing in|^wrong value)/, ONE_LOG],
  [/^(value|wrong command type)/, ONE_LOG],
  [/applied after it was killed/, "Raft §5.1: who has crashed is silent"],
  [/^too many (or few )?RPCs .* (leader|idleness|entries)/, "lab 2B: so many requests suffice"],
  [/^too many RPC bytes/, "lab 2B: a command is sent to each peer once"],
  // Snapshots.
  [/snapshot does not match its index/, "Raft §7: a snapshot ends with its last included entry"],
  [/(empty snapshot|cannot be decoded)/, "Raft §7: a snapshot is what the service has made"],
  [/^log size too large/, "Raft §7"],
  [/^logs were not trimmed/, "Raft §7"],
  [/still has entry \d+, its log begins/, "Raft §7"],
  [/^no snapshot was delivered/, "Raft §7, Figure 13"],
  [/^snapshot too large .* should not be used/, "lab 3: maxraftstate -1 means no snapshots"],
  [/^snapshot too large/, "lab 3B: a snapshot holds the state, not how it came about"],
  // Services.
  [/^history is not linearizable/, "Raft §8"],
  [/^get wrong value/, "Raft §8: reads and writes are linearizable"],
  [/^Get\(.*\): expected:/, "Raft §8: reads and writes are linearizable"],
  [/^get in minority completed/, "Raft §8: a leader that reads hears from a majority"],
  [/^duplicate element/, "Raft §8: a command is executed once"],
  [/^(missing|wrong order for) element/, "Raft §8: what was answered is kept, in its order"],
  [/(did not complete after heal|from the return of the majority)/, AVAILABILITY],
  [/^test took longer than 120 seconds/, AVAILABILITY],
  [/^operations completed too slowly/, "lab 3A: an operation does not wait for heartbeats"],
  [/^\d+ clients: too many RPCs/, "lab 3A: so many requests suffice"],
  // Shards.
  [/(^wanted \d+ groups|^missing group|invalid group)/, "lab 4, §2 rule 1"],
  [/(^wrong servers for gid|^Move should|^expected shard|was refused: )/, "lab 4, §1.3"],
  [/^Leader not found/, "Raft §5.2: elections end with a leader"],
  [/^servers know \S+ configurations/, "Raft §5.3: what is committed reaches all servers"],
  [/^(a shard that did not move|expected 5 completions)/, "lab 4, §7 P12: kept shards are served"],
  [/^(a snapshot of group|snapshot \+ persisted)/, "lab 4, §7 P11: copies are deleted"],
  [/^there is a snapshot/, "lab 4: maxraftstate -1 means no snapshots"],
  [/^persister\.RaftStateSize/, "Raft §7"],
  [/^no rest after/, "lab 4, §7: what a configuration asks for comes to an end"],
  [/too much larger than min/, "lab 4, §2 rule 2"],
  [/^non-minimal transfer/, "lab 4, §2 rule 3"],
  [/^configurations differ/, "lab 4, §1.3: configurations never change"],
  // MapReduce.
  [/(did not run in parallel|parallel reduces|workers rather than)/, "MapReduce §3.1: in parallel"],
  [/^map jobs ran incorrect number of times/, "lab 1: a task runs again if its worker is silent"],
  [/^output changed after/, "lab 1: nobody exits before the output is final"],
  [/ output (is not the same|of the eight books)/, "MapReduce §3.3: as in a sequential execution"],
];

/** What stands behind the facts. Rules have no parentheses of their own. */
const RULE = / \(([^()]*(?:Raft|thesis|MapReduce|lab \d|ours)[^()]*)\)$/;

/** The rule that a reason names; `undefined` if it names none. */
export function ruleIn(reason: string): string | undefined {
  return RULE.exec(firstLine(reason))?.[1];
}

/** The property that a reason says was broken, as in `ElectionSafety: …`; `undefined` if a test says something else. */
export function propertyIn(reason: string): string | undefined {
  return /^([A-Z]\w+): /.exec(reason)?.[1];
}

/** The first line of a reason, without the rule. */
export function factsIn(reason: string): string {
  return firstLine(reason).replace(RULE, "");
}

/** Puts the rule behind the first line of a reason, where there is one. */
export function withRule(reason: string, property?: string): string {
  const rule = property === undefined
    ? REASONS.find(([said]) => said.test(reason))?.[1]
    : RULES[property];
  if (rule === undefined) return reason;
  const [first, ...others] = reason.split("\n");
  return [`${first} (${rule})`, ...others].join("\n");
}

function firstLine(reason: string): string {
  return reason.split("\n", 1)[0]!;
}
