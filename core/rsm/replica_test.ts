import assert from "node:assert/strict";
import { DamagedDataError } from "../base/errors.ts";
import { ms } from "../base/units.ts";
import { propose, query, TestCluster } from "../../tests/rsm/_cluster.ts";
import { utf8 } from "../../tests/rsm/_journal.ts";

Deno.test("Replica: a command is applied everywhere, and its proposer gets the result", () => {
  const cluster = new TestCluster();
  const leader = cluster.lead();
  const [one, two] = [propose(leader, "a"), propose(leader, "b")];
  assert.deepEqual([one, two, leader.replica.waiting], [[], [], 2]);
  cluster.clock.pass(20);
  assert.deepEqual([one, two, leader.replica.waiting], [["1"], ["2"], 0]);
  for (const { journal } of cluster.servers) assert.deepEqual(journal.lines, ["a", "b"]);
});

Deno.test("Replica: who does not lead says so at once, to commands and questions", () => {
  const cluster = new TestCluster();
  const leader = cluster.lead();
  const [follower] = cluster.others(leader);
  assert.deepEqual([propose(follower!, "a"), query(follower!)], [["rejected"], ["rejected"]]);
});

Deno.test("Replica: a question sees everything that was done before it was asked, and writes nothing", () => {
  const cluster = new TestCluster();
  const leader = cluster.lead();
  propose(leader, "a");
  cluster.clock.pass(20);
  const { lastIndex } = leader.replica.view.log;
  const answers = query(leader, "? ");
  assert.deepEqual(answers, []);
  cluster.clock.pass(5);
  assert.deepEqual(answers, ["? a"]);
  assert.equal(leader.replica.view.log.lastIndex, lastIndex);
});

Deno.test("Replica: who proposes and is deposed learns that the outcome is unknown, and is told once", () => {
  const cluster = new TestCluster();
  const old = cluster.lead();
  old.isCutOff = true;
  const outcomes = [propose(old, "lost"), query(old)];
  const leader = cluster.lead();
  propose(leader, "a");
  cluster.clock.pass(50);
  assert.deepEqual(outcomes, [[], []], "nobody knows yet");
  old.isCutOff = false;
  cluster.clock.pass(500);
  assert.deepEqual(outcomes, [["unknown"], ["rejected"]]);
  assert.deepEqual(old.journal.lines, ["a"]);
  assert.equal(old.replica.waiting, 0);
});

Deno.test("Replica: a command whose leader is deposed and which is committed in the same step is done", () => {
  const cluster = new TestCluster({ raft: { commitNoticeDelay: ms(1000) } });
  const old = cluster.lead();
  const outcomes = propose(old, "kept");
  // The entry reaches the others; their answers do not reach the leader any more.
  cluster.clock.turn();
  cluster.clock.pass(0.6);
  old.isCutOff = true;
  assert.deepEqual(outcomes, []);
  const leader = cluster.lead();
  cluster.clock.pass(100);
  assert.deepEqual(leader.journal.lines, ["kept"]);
  old.isCutOff = false;
  cluster.clock.pass(500);
  assert.equal(outcomes.length, 1);
  assert(["1", "unknown"].includes(outcomes[0]!));
  assert.deepEqual(old.journal.lines, ["kept"]);
});

Deno.test("Replica: a leader that gets another's snapshot cannot tell what became of its commands", () => {
  const cluster = new TestCluster({ snapshotBytes: 20 });
  const old = cluster.lead();
  old.isCutOff = true;
  const outcomes = propose(old, "lost");
  const leader = cluster.lead();
  for (let i = 0; i < 20; i++) {
    propose(leader, `line ${i}`);
    cluster.clock.pass(20);
  }
  assert(leader.replica.view.log.lastIncludedIndex > old.replica.view.log.lastIndex);
  old.isCutOff = false;
  cluster.clock.pass(1000);
  assert.deepEqual(outcomes, ["unknown"]);
  assert.deepEqual(old.journal.lines, leader.journal.lines);
});

Deno.test("Replica.stop() answers all who wait, once, and everybody who comes later", () => {
  const cluster = new TestCluster();
  const leader = cluster.lead();
  const waiting = [propose(leader, "a"), query(leader)];
  leader.replica.stop();
  assert.deepEqual(waiting, [["unknown"], ["unknown"]]);
  assert.deepEqual([propose(leader, "b"), query(leader)], [["rejected"], ["rejected"]]);
  cluster.clock.pass(1000);
  assert.deepEqual(waiting, [["unknown"], ["unknown"]]);
  assert.equal(leader.replica.waiting, 0);
});

Deno.test("Replica: an outcome may propose and ask again, and may stop the replica", () => {
  const cluster = new TestCluster();
  const leader = cluster.lead();
  const outcomes: string[][] = [];
  leader.replica.propose(utf8("a"), () => {
    outcomes.push(propose(leader, "b"), query(leader, "? "));
  });
  cluster.clock.pass(20);
  assert.deepEqual(outcomes, [["2"], ["? a,b"]]);
  leader.replica.propose(utf8("c"), () => leader.replica.stop());
  const last = propose(leader, "d");
  cluster.clock.pass(20);
  assert.deepEqual(last, ["unknown"]);
});

Deno.test("Replica: a restart begins with the snapshot, and goes on with the log", () => {
  const cluster = new TestCluster({ servers: 1, snapshotBytes: 10 });
  const server = cluster.lead();
  for (const line of ["aaaa", "bbbb", "cccc", "d"]) {
    propose(server, line);
    cluster.clock.pass(10);
  }
  const { lastIncludedIndex } = server.replica.view.log;
  assert.equal(lastIncludedIndex, 4);
  server.replica.stop();
  cluster.start(0);
  assert.deepEqual(server.journal.lines, ["aaaa", "bbbb", "cccc"], "before anything is applied");
  assert.equal(server.replica.appliedIndex, lastIncludedIndex);
  cluster.lead();
  cluster.clock.pass(10);
  assert.deepEqual(server.journal.lines, ["aaaa", "bbbb", "cccc", "d"]);
  assert.deepEqual(server.applied, [4, 5, 6]);
});

Deno.test("Replica refuses to start from a snapshot that is none", () => {
  const cluster = new TestCluster({ servers: 1, snapshotBytes: 1 });
  const server = cluster.lead();
  propose(server, "a");
  cluster.clock.pass(10);
  server.replica.stop();
  const { snapshot } = server.disk.stored;
  snapshot!.data[0] = 0;
  assert.throws(() => cluster.start(0), DamagedDataError);
});

Deno.test("Replica: every server takes its own snapshots, of what it has applied, and none without need", () => {
  const cluster = new TestCluster({ snapshotBytes: 30 });
  const leader = cluster.lead();
  for (let i = 0; i < 50; i++) {
    propose(leader, `line ${i}`);
    cluster.clock.pass(20);
    for (const { disk } of cluster.servers) assert(disk.bytes < 60, `${disk.bytes} bytes`);
  }
  cluster.clock.pass(100);
  for (const { journal, replica } of cluster.servers) {
    assert(journal.capturesTaken >= 8 && journal.capturesTaken <= 13, `${journal.capturesTaken}`);
    assert.equal(replica.appliedIndex, leader.replica.appliedIndex);
  }
  const never = new TestCluster({ servers: 1 });
  const server = never.lead();
  for (let i = 0; i < 50; i++) propose(server, "a long line");
  never.clock.pass(20);
  assert.deepEqual([server.journal.lines.length, server.journal.capturesTaken], [50, 0]);
});

Deno.test("Replica: no second snapshot before the first is on stable storage; then one of all that came meanwhile", () => {
  const cluster = new TestCluster({ servers: 1, snapshotBytes: 5 });
  const server = cluster.lead();
  propose(server, "abcdef");
  cluster.clock.turn();
  assert.equal(server.journal.capturesTaken, 1);
  server.disk.isSlow = true;
  propose(server, "second");
  cluster.clock.turn();
  server.disk.sync();
  assert.equal(server.journal.capturesTaken, 2, "it is applied, and the log is long");
  for (const line of ["third", "fourth"]) {
    propose(server, line);
    cluster.clock.turn();
  }
  assert.equal(server.journal.capturesTaken, 2, "the second is not safe yet");
  server.disk.sync();
  assert.equal(server.journal.lines.length, 4);
  assert.equal(
    server.journal.capturesTaken,
    3,
    "of the third line: the fourth came when it was under way",
  );
  server.disk.sync();
  assert.equal(server.journal.capturesTaken, 4);
  server.disk.sync();
  assert.equal(server.disk.bytes, 0);
});

Deno.test("Replica: a snapshot in turns holds up nothing, and is of the state of its beginning", () => {
  const cluster = new TestCluster({
    servers: 1,
    snapshotBytes: 5,
    capture: "in turns",
    captureSteps: 3,
  });
  const server = cluster.lead();
  propose(server, "abcdef");
  cluster.clock.turn();
  const outcomes = propose(server, "x");
  cluster.clock.turn();
  assert.deepEqual([outcomes, server.journal.capturesTaken], [["2"], 0]);
  cluster.clock.pass(1);
  assert.equal(server.journal.capturesTaken, 1);
  assert.equal(server.replica.view.log.lastIncludedIndex, 2);
  const { snapshot } = server.disk.stored;
  assert.equal(new TextDecoder().decode(snapshot!.data), "!abcdef");
  assert.equal(server.replica.view.log.lastIndex, 3);
});

Deno.test("Replica: a snapshot in turns that another's snapshot overtakes, or a stop, is given up", () => {
  const cluster = new TestCluster({ snapshotBytes: 30, capture: "in turns", captureSteps: 1 });
  const leader = cluster.lead();
  const [late] = cluster.others(leader);
  late!.journal.captureSteps = 1e9;
  for (let i = 0; i < 10; i++) {
    propose(leader, `line ${i}`);
    cluster.clock.pass(20);
  }
  assert(late!.journal.capturesTaken === 0);
  late!.isCutOff = true;
  for (let i = 0; i < 10; i++) {
    propose(leader, `more ${i}`);
    cluster.clock.pass(20);
  }
  late!.isCutOff = false;
  cluster.clock.pass(500);
  assert.equal(late!.journal.capturesGivenUp, 1);
  assert.deepEqual(late!.journal.lines, leader.journal.lines);
});

Deno.test("Replica: with a ratio, a large state waits for a log that is worth it", () => {
  const cluster = new TestCluster({ servers: 1, snapshotBytes: 10, snapshotRatio: 1 });
  const server = cluster.lead();
  for (let i = 0; i < 64; i++) {
    propose(server, "0123456789");
    cluster.clock.pass(1);
  }
  // Each snapshot waits for as much log as the last one had bytes: the state doubles from one to the next.
  assert(server.journal.capturesTaken <= 8, `${server.journal.capturesTaken} snapshots`);
  assert(server.journal.capturesTaken >= 5, `${server.journal.capturesTaken} snapshots`);
});
