import assert from "node:assert/strict";
import { logIndex, serverId, term } from "../../../core/base/durable.ts";
import { instant } from "../../../core/base/units.ts";
import type { RaftView } from "../../../core/raft/view.ts";
import { CommitChecker } from "./commit_checker.ts";
import { DurableState } from "./durable_state.ts";
import { entriesFrom, FakeStorage, fakeView, QUIET_INPUT, QUIET_OUTPUT } from "./fakes.ts";
import { MonotonicChecker } from "./monotonic_checker.ts";
import { VoteLedger } from "./vote_ledger.ts";

Deno.test("VoteLedger: a server may repeat its vote, but not give it to another, not even after a crash", () => {
  const votes = new VoteLedger();
  votes.onVote(term(1), serverId(2), serverId(0));
  votes.onVote(term(1), serverId(2), serverId(0));
  votes.onVote(term(2), serverId(2), serverId(1));
  assert.throws(() => votes.onVote(term(1), serverId(2), serverId(1)), {
    property: "OneVotePerTerm",
  });
});

Deno.test("VoteLedger: a leader has the votes of a majority in its own term", () => {
  const votes = new VoteLedger();
  const leader = (value: number) => fakeView({ role: "leader", currentTerm: term(value) });
  for (const voter of [0, 2]) votes.onVote(term(1), serverId(voter), serverId(0));
  votes.onStep(leader(1));
  votes.onVote(term(2), serverId(0), serverId(0));
  votes.onVote(term(2), serverId(1), serverId(2));
  assert.throws(() => votes.onStep(leader(2)), { property: "ElectedByMajority" });
});

Deno.test("CommitChecker: what is committed is on the disks of a majority", () => {
  const disk = (terms: number[]) =>
    new DurableState(serverId(0), new FakeStorage({ entries: entriesFrom(1, terms) }));
  const disks = [disk([1, 1]), disk([1]), undefined];
  const commits = new CommitChecker(() => disks);
  const committed = (index: number) => fakeView({ commitIndex: logIndex(index) }, [1, 1]);
  const step = (raft: RaftView) => commits.onStep(raft, QUIET_INPUT, QUIET_OUTPUT);
  step(committed(0));
  step(committed(1));
  assert.throws(() => step(committed(2)), { property: "CommittedIsDurable" });
  disks[2] = disk([1, 2]);
  const again = new CommitChecker(() => disks);
  assert.throws(() => again.onStep(committed(2), QUIET_INPUT, QUIET_OUTPUT), {
    property: "CommittedIsDurable",
  });
});

Deno.test("CommitChecker: a leader commits up to an entry of its own term", () => {
  const disk = new DurableState(serverId(0), new FakeStorage({ entries: entriesFrom(1, [1, 2]) }));
  const commits = new CommitChecker(() => [disk, disk, disk]);
  const leader = (index: number) =>
    fakeView({ role: "leader", currentTerm: term(2), commitIndex: logIndex(index) }, [1, 2]);
  assert.throws(() => commits.onStep(leader(1), QUIET_INPUT, QUIET_OUTPUT), {
    property: "CommitsOwnTerm",
  });
  commits.onStep(leader(2), QUIET_INPUT, QUIET_OUTPUT);
});

Deno.test("MonotonicChecker finds what goes back, and a changed vote", () => {
  const first = {
    currentTerm: term(3),
    votedFor: serverId(1),
    commitIndex: logIndex(5),
    lastApplied: logIndex(5),
  };
  const after = (changes: Partial<RaftView>) => () => {
    const checker = new MonotonicChecker();
    checker.onStart(fakeView(first));
    checker.onStep(fakeView({ ...first, ...changes }), QUIET_INPUT, QUIET_OUTPUT);
  };
  after({})();
  after({ commitIndex: logIndex(6) })();
  after({ currentTerm: term(4), votedFor: undefined })();
  assert.throws(after({ currentTerm: term(2) }), { property: "Monotonic" });
  assert.throws(after({ commitIndex: logIndex(4) }), { property: "Monotonic" });
  assert.throws(after({ lastApplied: logIndex(4) }), { property: "Monotonic" });
  assert.throws(after({ lastApplied: logIndex(6) }), { property: "AppliedIsCommitted" });
  assert.throws(after({ votedFor: serverId(2) }), { property: "OneVotePerTerm" });
  assert.throws(after({ votedFor: undefined }), { property: "OneVotePerTerm" });
});

Deno.test("MonotonicChecker finds a matchIndex that goes back within a term", () => {
  const leader = (matchIndex: number, currentTerm = 3) =>
    fakeView({
      currentTerm: term(currentTerm),
      followers: new Map([[serverId(1), {
        mode: "replicate",
        matchIndex: logIndex(matchIndex),
        lastContact: instant(0),
      }]]),
    });
  const checker = new MonotonicChecker();
  checker.onStart(fakeView({ currentTerm: term(3) }));
  checker.onStep(leader(5), QUIET_INPUT, QUIET_OUTPUT);
  checker.onStep(leader(6), QUIET_INPUT, QUIET_OUTPUT);
  assert.throws(() => checker.onStep(leader(5), QUIET_INPUT, QUIET_OUTPUT), {
    property: "MatchIndexGrows",
  });
  checker.onStep(leader(0, 4), QUIET_INPUT, QUIET_OUTPUT);
});

Deno.test("MonotonicChecker: a killed server does nothing until it starts again", () => {
  const checker = new MonotonicChecker();
  checker.onStart(fakeView());
  checker.onKilled(serverId(0));
  assert.throws(() => checker.onStep(fakeView(), QUIET_INPUT, QUIET_OUTPUT), {
    property: "DeadIsSilent",
  });
  checker.onStart(fakeView());
  checker.onStep(fakeView(), QUIET_INPUT, QUIET_OUTPUT);
});
