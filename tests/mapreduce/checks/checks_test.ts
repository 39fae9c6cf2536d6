import assert from "node:assert/strict";
import type { CoordinatorOutput } from "../../../core/mapreduce/coordinator_io.ts";
import type { Attempt } from "../../../core/mapreduce/coordinator_tasks.ts";
import { WatchedMaster, type WatchedMistake } from "./_watched_master.ts";

/** Says that a play goes well with a right master, and that with a mistaken one this is what breaks first. */
function checks(
  property: string,
  mistake: WatchedMistake,
  play: (master: WatchedMaster) => void,
  reason: string,
): void {
  Deno.test(`${property}: ${reason.split("\n")[0]}`, () => {
    const right = new WatchedMaster();
    play(right);
    assert.equal(right.broken, undefined);
    const wrong = new WatchedMaster(mistake);
    play(wrong);
    assert.equal(wrong.broken, `${property}: ${reason}`);
  });
}

function join(master: WatchedMaster): void {
  for (const worker of ["w1", "w2", "w3"]) master.join(worker);
}

checks(
  "ReducesComeAfterMaps",
  "reduces-begin-early",
  (master) => {
    join(master);
    master.ask("w1");
    master.ask("w2");
  },
  "w2 is given attempt 1 of reduce task 0, and map task 0 is in progress: " +
    "attempt 1 on w1 is running\nat 0 s, as w2 asks for work",
);

checks(
  "HandedOutOnce",
  () => ({ after: (_, output) => ({ ...output, journal: output.journal.map(withoutBackup) }) }),
  (master) => {
    join(master);
    master.ask("w1");
    master.ask("w2", 200);
  },
  "attempt 2 on w2 is handed out and not as a backup, and map task 0 is in progress: " +
    "attempt 1 on w1 is running, attempt 2 on w2 is running\nat 0.2 s, as w2 asks for work",
);

checks(
  "BackupsComeLate",
  ({ maps: [task], now }) => ({
    before(input) {
      for (const attempt of task!.attempts) setStart(attempt, -60_000);
      return input;
    },
    after(_, output) {
      for (const attempt of task!.attempts) setStart(attempt, now);
      return output;
    },
  }),
  (master) => {
    join(master);
    master.ask("w1");
    master.ask("w2", 50);
  },
  "attempt 2 of map task 0 is handed out to w2 0.05 s after attempt 1 on w1, " +
    "and backups come after 0.1 s and to another worker\nat 0.05 s, as w2 asks for work",
);

checks(
  "CommittedIsFinal",
  (state) => ({
    after(input, output) {
      if (input.kind !== "finished") return output;
      state.reduces[0]!.state = "inProgress";
      state.reducesCompleted--;
      return output;
    },
  }),
  (master) => {
    reduce(master);
    master.reduceDone("w1", 1);
    master.step({ kind: "committed", order: master.orders[0]! });
    master.step({ kind: "finished" });
  },
  "the output of reduce task 0 has its name, and reduce task 0 is in progress: " +
    "attempt 1 on w1 is done\nat 0 s, as the job is marked as done",
);

checks(
  "JournaledBeforeTold",
  "journal-lags-behind",
  (master) => {
    join(master);
    master.ask("w1");
  },
  "w1 is given attempt 1 of map task 0, and the journal does not say that this one is started" +
    "\nat 0 s, as w1 asks for work",
);

checks(
  "CountsAgree",
  "late-reports-count-again",
  twoMaps,
  "the master counts 2 completed map tasks, and those that are completed are task 0" +
    "\nat 0.5 s, as w2 reports that attempt 2 of map task 0 is done",
);

checks(
  "OneAttemptCounts",
  "both-map-attempts-count",
  twoMaps,
  "w2 is told that its attempt 2 of map task 0 counts, and attempt 1 on w1 counts already" +
    "\nat 0.5 s, as w2 reports that attempt 2 of map task 0 is done",
);

checks(
  "OneAttemptIsCommitted",
  "both-reduce-attempts-are-committed",
  (master) => {
    reduce(master);
    master.ask("w2", 200);
    master.reduceDone("w1", 1, 100);
    master.reduceDone("w2", 2, 200);
  },
  "the final name of reduce task 0 goes to the output of attempt 2 on w2, and went to that of " +
    "attempt 1\nat 0.5 s, as w2 reports that attempt 2 of reduce task 0 is done",
);

checks(
  "LostOutputIsMadeAgain",
  "lost-map-output-counts",
  (master) => {
    master.join("w1", "m1");
    master.join("w2", "m2");
    master.ask("w1");
    master.mapDone("w1", 1, 100);
    master.step({ kind: "workerDied", workerId: "w1", how: "was killed" }, 100);
  },
  "attempt 1 of map task 0 goes on to count, and w1, which had its output, is dead" +
    "\nat 0.2 s, as somebody sees that w1 has died",
);

checks(
  "LostOutputIsMadeAgain",
  "lost-map-output-counts",
  (master) => {
    reduce(master);
    const report = { kind: "attemptFailed", workerId: "w1", jobId: "1", message: "it is gone" };
    const id = { kind: "reduce", task: 0, attempt: 1 } as const;
    master.say({ ...report, kind: "attemptFailed", id, record: undefined, lostInputs: [0] }, 100);
  },
  "attempt 1 of map task 0 goes on to count, and w1 cannot read its output, which was with w1" +
    "\nat 0.1 s, as w1 reports that attempt 1 of reduce task 0 has failed: it is gone",
);

checks(
  "SilenceIsNoticed",
  "silent-attempts-are-awaited",
  (master) => {
    join(master);
    master.ask("w1");
    master.beat("w1", "map", true, 200);
    master.ask("w2");
    for (let i = 0; i < 20; i++) hearNothing(master);
  },
  "w3 asks for work and is told to wait, and attempt 1 of map task 0 is left to w1, " +
    "which has shown no progress since 0.2 s, for 1.25 s: the limit is 1 s" +
    "\nat 1.45 s, as the master looks at its clock",
);

checks(
  "DoneComesLast",
  "done-before-the-outputs-are",
  (master) => {
    reduce(master);
    master.reduceDone("w1", 1);
  },
  "the job is to be marked as done, and the output of reduce task 0 does not have its name: " +
    "attempt 1 on w1 has made it\nat 0 s, as w1 reports that attempt 1 of reduce task 0 is done",
);

checks(
  "WorkersStayToTheEnd",
  "idle-workers-are-sent-home",
  (master) => {
    join(master);
    master.ask("w1");
    master.ask("w2", 200);
    master.ask("w3");
    master.step({ kind: "timer" }, 250);
  },
  "w3 is told that the job is over, and map task 0 is in progress: attempt 1 on w1 is running, " +
    "attempt 2 on w2 is running\nat 0.45 s, as the master looks at its clock",
);

Deno.test("SilenceIsNoticed: time in which the master stood still does not count", () => {
  const master = new WatchedMaster();
  join(master);
  master.ask("w1");
  master.ask("w2", 200);
  master.ask("w3");
  master.step({ kind: "timer" }, 60_000);
  assert.equal(master.told.at(-1), "w3 wait");
  assert.equal(master.broken, undefined);
});

Deno.test("LostOutputIsMadeAgain: who comes back with its output counts again", () => {
  const master = new WatchedMaster();
  fallSilent(master);
  master.ask("w1");
  assert.equal(master.mapsCompleted, 1);
  assert.equal(master.broken, undefined);
});

Deno.test("LostOutputIsMadeAgain: who comes back only to leave counts again, and no more", () => {
  const master = new WatchedMaster();
  fallSilent(master);
  master.say({ kind: "leave", workerId: "w1", jobId: "1", filesStay: false }, 100);
  assert.equal(master.mapsCompleted, 0);
  assert.equal(master.broken, undefined);
});

/** The first worker has finished the map task, and is taken for dead with its output. */
function fallSilent(master: WatchedMaster): void {
  master.join("w1", "m1");
  master.join("w3", "m2");
  master.ask("w1");
  master.mapDone("w1", 1, 100);
  assert.equal(master.mapsCompleted, 1);
  for (let i = 0; i < 10; i++) master.step({ kind: "timer" }, 250);
  assert.equal(master.mapsCompleted, 0);
}

/** Both attempts of the map task are reported. */
function twoMaps(master: WatchedMaster): void {
  join(master);
  master.ask("w1");
  master.ask("w2", 200);
  master.mapDone("w1", 1, 100);
  master.mapDone("w2", 2, 200);
}

/** The map task is done, the reduce task with the first worker. */
function reduce(master: WatchedMaster): void {
  join(master);
  master.ask("w1");
  master.mapDone("w1", 1);
  master.ask("w1");
}

/** For a while only the third worker says anything: it asks for work. */
function hearNothing(master: WatchedMaster): void {
  master.step({ kind: "timer" }, 250);
  master.ask("w3");
}

function setStart(attempt: Attempt, startedAt: number): void {
  Object.assign(attempt, { startedAt });
}

function withoutBackup(
  record: CoordinatorOutput["journal"][number],
): CoordinatorOutput["journal"][number] {
  return record.kind === "started" ? { ...record, backup: false } : record;
}
