import assert from "node:assert/strict";
import { ms } from "../base/units.ts";
import { TestJob } from "./_test_coordinator.ts";

const ONE_FILE = { inputs: [{ file: "a", size: 100 }] } as const;

Deno.test("mapreduce §3.6: what is left at the end is handed out a second time", () => {
  const job = new TestJob({ backupAfter: ms(1000) });
  const [one, two] = [job.worker("w1"), job.worker("w2")];
  const slow = one.ask();
  two.done(two.ask());
  assert.equal(two.tryAsk(), undefined, "not before its time");
  job.pass(1000);
  one.beats(slow);
  const backup = two.ask();
  assert.deepEqual([backup.task, backup.attempt], [slow.task, 2]);
  assert.ok(two.done(backup, { words: 1 }));
  assert.ok(!one.beats(slow), "the slow one is cancelled");
  assert.ok(!one.done(slow, { words: 1 }), "and too late");
  const { map, counters, wastedAttempts } = job.status;
  assert.deepEqual([map.backups, counters.words, wastedAttempts], [1, 1, 1]);
});

Deno.test("lab 1 §15.10: there are no backups before 10 s, or none at all", () => {
  const job = new TestJob(ONE_FILE);
  const [one, two] = [job.worker("w1"), job.worker("w2")];
  const map = one.ask();
  for (let i = 0; i < 9; i++) {
    job.pass(1000);
    one.beats(map);
    assert.equal(two.tryAsk(), undefined);
  }
  job.pass(1000);
  assert.equal(two.ask().attempt, 2);

  const without = new TestJob({ ...ONE_FILE, backupAfter: undefined });
  const [three, four] = [without.worker("w3"), without.worker("w4")];
  const other = three.ask();
  for (let i = 0; i < 60; i++) {
    without.pass(1000);
    three.beats(other);
    assert.equal(four.tryAsk(), undefined);
  }
});

Deno.test("there is one backup of a task, and it goes to another worker", () => {
  const job = new TestJob({ ...ONE_FILE, backupAfter: ms(1000) });
  const [one, two, three] = [job.worker("w1"), job.worker("w2"), job.worker("w3")];
  const map = one.ask();
  job.pass(1000);
  assert.deepEqual(one.ask(), map, "who asks again gets its own attempt");
  job.pass(1000);
  assert.equal(two.ask().attempt, 2);
  assert.equal(three.tryAsk(), undefined);
});

Deno.test("the attempt with most of its work before it gets the backup", () => {
  const inputs = ["a", "b"].map((file) => ({ file, size: 100 }));
  const job = new TestJob({ inputs, backupAfter: ms(1000) });
  const [one, two, three] = [job.worker("w1"), job.worker("w2"), job.worker("w3")];
  const [near, far] = [one.ask(), two.ask()];
  job.pass(5000);
  one.beats(near, { fraction: 0.9 });
  two.beats(far, { fraction: 0.1 });
  assert.equal(three.ask().task, far.task);
});

Deno.test("an attempt that is nearly done gets no backup: that would be later", () => {
  const job = new TestJob({ backupAfter: ms(1000) });
  const [one, two] = [job.worker("w1"), job.worker("w2")];
  const slow = one.ask();
  const quick = two.ask();
  job.pass(4000);
  two.done(quick);
  one.beats(slow, { fraction: 0.8 });
  assert.equal(two.tryAsk(), undefined, "one second is left, and another attempt takes four");
  one.beats(slow, { fraction: 0.3 });
  assert.equal(two.ask().attempt, 2);
});

Deno.test("reduces get backups, too", () => {
  const job = new TestJob({ backupAfter: ms(1000) });
  const [one, two] = [job.worker("w1"), job.worker("w2")];
  one.done(one.ask());
  one.done(one.ask());
  const slow = one.ask();
  two.done(two.ask());
  job.pass(1000);
  const backup = two.ask();
  assert.deepEqual([backup.kind, backup.task], ["reduce", slow.task]);
  assert.ok(two.done(backup));
  assert.ok(!one.done(slow));
  assert.equal(job.orders.length, 2);
  assert.deepEqual(job.orders.map(({ worker }) => worker.workerId), ["w2", "w2"]);
});
