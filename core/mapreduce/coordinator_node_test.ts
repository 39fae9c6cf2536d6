import assert from "node:assert/strict";
import { macrotask } from "../host/macrotask.ts";
import { ms } from "../base/units.ts";
import { MemoryFiles } from "../sim/files.ts";
import { Simulation } from "../sim/simulation.ts";
import { JOB_OPTIONS_DEFAULT } from "./coordinator_defaults.ts";
import type { JobDescription } from "./coordinator_io.ts";
import type { CoordinatorNode } from "./coordinator_node.ts";
import { startCoordinator } from "./coordinator_start.ts";
import type { CoordinatorReply, WorkerRequest } from "./messages.ts";
import { encodeWorkerRequest } from "./messages_codec.ts";
import { decodeCoordinatorReply } from "./messages_reply_codec.ts";

const JOB: JobDescription = {
  inputs: [{ file: "a", size: 10 }],
  splitBytes: 100,
  app: { name: "wc", wholeFiles: false },
  options: { ...JOB_OPTIONS_DEFAULT, nReduce: 1 },
};
const ADDRESS = { workerId: "w1", hostname: "h", port: 1, machineId: "m1", folder: "/w1" };

/** Runs a script with a master on files that take their time. */
function withMaster(
  script: (world: {
    readonly simulation: Simulation;
    readonly files: MemoryFiles;
    start(): Promise<CoordinatorNode>;
  }) => Promise<void>,
): Promise<void> {
  const simulation = new Simulation({ seed: 1n, macrotask });
  const files = new MemoryFiles({ simulation, delayMin: ms(1), delayMax: ms(1) });
  const start = async () => {
    const { node } = await startCoordinator({
      job: JOB,
      place: { machineId: "m1", inputFolder: "/in", outputFolder: "/out" },
      files,
      clock: simulation.clock,
      random: simulation.random,
      connect: () => ({ call: () => Promise.reject(new Error("no route")) }),
    });
    return node;
  };
  return simulation.run(() => script({ simulation, files, start }));
}

/** Sends a request; returns how to look for its answer. */
function send(node: CoordinatorNode, request: WorkerRequest): () => CoordinatorReply | undefined {
  let answer: CoordinatorReply | undefined;
  node.handle(encodeWorkerRequest(request), (reply) => {
    answer = decodeCoordinatorReply(reply);
  });
  return () => answer;
}

function jobIdOf(node: CoordinatorNode): string {
  return node.status().jobId;
}

/** The whole job, by one worker, up to the report of the reduce. */
async function work(
  node: CoordinatorNode,
  files: MemoryFiles,
  pause: () => Promise<void>,
): Promise<void> {
  const from = { workerId: "w1", jobId: jobIdOf(node) };
  send(node, { kind: "register", address: ADDRESS, app: JOB.app!, log: "" });
  send(node, { kind: "askForWork", ...from });
  const map = { partitionBytes: [3], path: "m", counters: {} };
  send(node, { kind: "mapDone", ...from, task: 0, attempt: 1, result: map });
  send(node, { kind: "askForWork", ...from });
  const writer = await files.create("/out/mr-part-0-1-w1");
  await writer.write(Uint8Array.of(1, 2, 3));
  await writer.close(false);
  await pause();
  const result = { outputFile: "mr-part-0-1-w1", bytes: 3, records: 1, counters: {} };
  send(node, { kind: "reduceDone", ...from, task: 0, attempt: 1, result });
}

Deno.test("CoordinatorNode answers when what the answer says is in the journal", async () => {
  await withMaster(async ({ simulation, start }) => {
    const node = await start();
    const answer = send(node, { kind: "register", address: ADDRESS, app: JOB.app!, log: "" });
    assert.equal(answer(), undefined, "the journal is being written");
    await simulation.clock.sleep(ms(5));
    assert.equal(answer()?.kind, "registered");
    const again = send(node, { kind: "register", address: ADDRESS, app: JOB.app!, log: "" });
    assert.equal(again()?.kind, "registered", "nothing new, nothing to wait for");
    node.stop();
  });
});

Deno.test("CoordinatorNode runs a job to its end: results, the mark, no journal", async () => {
  await withMaster(async ({ simulation, files, start }) => {
    const node = await start();
    await work(node, files, () => simulation.clock.sleep(ms(5)));
    await simulation.clock.sleep(ms(50));
    assert.equal(node.status().phase, "done");
    const bye = send(node, { kind: "askForWork", workerId: "w1", jobId: jobIdOf(node) });
    assert.deepEqual(bye(), { kind: "exit", failure: undefined });
    const before = simulation.clock.now();
    const status = await node.done;
    assert.ok(simulation.clock.now() - before < 100, "all workers know: no reason to stay");
    assert.equal(status.phase, "done");
    assert.deepEqual(await files.list("/out"), ["_SUCCESS", "mr-out-0"]);
  });
});

Deno.test("CoordinatorNode stays two seconds for a worker that does not ask", async () => {
  await withMaster(async ({ simulation, files, start }) => {
    const node = await start();
    await work(node, files, () => simulation.clock.sleep(ms(5)));
    const before = simulation.clock.now();
    await node.done;
    assert.ok(simulation.clock.now() - before >= 2000);
  });
});

Deno.test("CoordinatorNode fails the job when the journal cannot be written; another try goes on", async () => {
  await withMaster(async ({ simulation, files, start }) => {
    const node = await start();
    send(node, { kind: "register", address: ADDRESS, app: JOB.app!, log: "" });
    await simulation.clock.sleep(ms(5));
    files.failNext();
    const answer = send(node, { kind: "askForWork", workerId: "w1", jobId: jobIdOf(node) });
    await simulation.clock.sleep(ms(5));
    assert.equal(answer(), undefined, "nobody wrote down that the task was handed out");
    assert.match(node.status().failure!, /^The journal cannot be written: .*input\/output error/);
    const status = await node.done;
    assert.equal(status.phase, "failed");
    const again = await start();
    assert.equal(again.status().phase, "map");
    assert.equal(again.status().workers.length, 1);
    again.stop();
  });
});

Deno.test("CoordinatorNode executes a reduce again when its output cannot be had", async () => {
  await withMaster(async ({ simulation, files, start }) => {
    const node = await start();
    await work(node, files, () => files.remove("/out/mr-part-0-1-w1"));
    await simulation.clock.sleep(ms(20));
    const { reduce } = node.status();
    assert.deepEqual([reduce.idle, reduce.lost], [1, 1]);
    node.stop();
  });
});

Deno.test("CoordinatorNode fails the job when the output cannot be marked as complete", async () => {
  await withMaster(async ({ simulation, files, start }) => {
    const node = await start();
    await work(node, files, async () => {
      await simulation.clock.sleep(ms(5));
      const folder = await files.create("/out/_SUCCESS/in-the-way");
      await folder.close(false);
    });
    const status = await node.done;
    assert.match(status.failure!, /^The output cannot be marked as complete: .*_SUCCESS/);
  });
});

Deno.test("CoordinatorNode does not answer what is no request", async () => {
  await withMaster(async ({ start }) => {
    const node = await start();
    node.handle(Uint8Array.of(77), () => assert.fail("there is an answer"));
    node.stop();
    node.handle(Uint8Array.of(2, 0, 0), () => assert.fail("a stopped node answers"));
  });
});

Deno.test("CoordinatorNode.abort() ends the job as failed", async () => {
  await withMaster(async ({ start }) => {
    const node = await start();
    node.abort("interrupted by the user");
    const status = await node.done;
    assert.equal(status.failure, "interrupted by the user");
  });
});
