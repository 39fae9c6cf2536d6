/** A master and workers of this process, over TCP. */

import assert from "node:assert/strict";
import { SeededRandom } from "../../base/random.ts";
import { ms } from "../../base/units.ts";
import { RealClock } from "../../host/clock.ts";
import { readTlsIdentity } from "../../host/rpc/tls_identity.ts";
import { tlsStreams } from "../../host/rpc/tls_streams.ts";
import { TemporaryFolder } from "../../host/temporary_folder.ts";
import { JOB_OPTIONS_DEFAULT } from "../../mapreduce/coordinator_defaults.ts";
import type { AppInfo } from "../../mapreduce/messages.ts";
import type { WorkerOutcome } from "../../mapreduce/worker_link.ts";
import { processEnvironment } from "./app_environment.ts";
import { type AppSource, loadApp } from "./load_app.ts";
import { Master } from "./master.ts";
import { Worker } from "./worker.ts";
import type { Streams } from "./wire.ts";
import { makeWorkerFolder } from "./worker_folder.ts";

const clock = new RealClock();
const random = new SeededRandom(1n);
const HERE = { hostname: "127.0.0.1", port: 0 };
const WC: AppSource = { kind: "named", name: "wc", args: [] };

/** Starts a master over one text of three words. */
async function startMaster(
  folder: TemporaryFolder,
  { app, attemptsMax = 4, streams = {} }: {
    readonly app?: AppInfo;
    readonly attemptsMax?: number;
    readonly streams?: Streams;
  } = {},
): Promise<Master> {
  Deno.writeTextFileSync(folder.file("text"), "one two two\n");
  return await Master.start({
    job: {
      inputs: [{ file: "text", size: 12 }],
      splitBytes: 1 << 20,
      app,
      options: { ...JOB_OPTIONS_DEFAULT, nReduce: 2, attemptsMax },
    },
    inputFolder: folder.path,
    outputFolder: folder.file("out"),
    force: false,
    listen: HERE,
    streams,
    admin: HERE,
    machineId: "here",
    clock,
    random,
    linger: ms(1000),
  });
}

async function work(
  master: Master,
  folder: TemporaryFolder,
  source: AppSource = WC,
  machineId = "here",
  errors: unknown[] = [],
  streams: Streams = {},
): Promise<WorkerOutcome> {
  const app = await loadApp(source, processEnvironment({ clock, random }), () => {});
  const own = makeWorkerFolder(folder.path);
  const worker = new Worker({
    app,
    master: master.address,
    listen: HERE,
    folder: own,
    workerId: `worker-${machineId}`,
    machineId,
    log: "/log",
    clock,
    random,
    streams,
    onTaskError: (_, error) => errors.push(error),
  });
  const outcome = await worker.run();
  await worker.close();
  await own.remove();
  return outcome;
}

function output(folder: TemporaryFolder): string[] {
  return [0, 1].map((i) => Deno.readTextFileSync(folder.file(`out/mr-out-${i}`)))
    .flatMap((text) => text.split("\n").slice(0, -1)).sort();
}

async function withFolder(check: (folder: TemporaryFolder) => Promise<void>): Promise<void> {
  const folder = new TemporaryFolder("dist824-test-");
  await check(folder);
  await folder.remove();
}

for (const machineId of ["here", "elsewhere"]) {
  Deno.test(`a worker on a machine called ${machineId} does all the work, and both end`, () =>
    withFolder(async (folder) => {
      const master = await startMaster(folder);
      const [status, outcome] = await Promise.all([
        master.run(),
        work(master, folder, WC, machineId),
      ]);
      assert.equal(status.phase, "done");
      assert.deepEqual(outcome, { kind: "jobDone" });
      assert.deepEqual(output(folder), ["one 1", "two 2"]);
      await master.close();
      const left = [...Deno.readDirSync(folder.path)].map(({ name }) => name).sort();
      assert.deepEqual(left, ["out", "text"]);
    }));
}

/** TLS with a certificate of `fixtures/tls`. */
function tls(name: string, ca: string): Streams {
  const folder = new URL("../../../fixtures/tls/", import.meta.url).pathname;
  const [cert, key] = [`${folder}${name}.pem`, `${folder}${name}.key`];
  return tlsStreams(readTlsIdentity({ cert, key, ca: `${folder}${ca}.pem` }));
}

Deno.test("a job over TLS is done by a worker with a certificate, and by no other", () =>
  withFolder(async (folder) => {
    const streams = tls("node", "ca");
    const master = await startMaster(folder, { streams });
    for (const strange of [tls("stranger", "other-ca"), {}]) {
      const { kind } = await work(master, folder, WC, "elsewhere", [], strange);
      assert.equal(kind, "unreachable");
    }
    const [status, outcome] = await Promise.all([
      master.run(),
      work(master, folder, WC, "elsewhere", [], streams),
    ]);
    assert.equal(status.phase, "done");
    assert.deepEqual(outcome, { kind: "jobDone" });
    assert.deepEqual(output(folder), ["one 1", "two 2"]);
    await master.close();
  }));

Deno.test("the status page shows the job, as a page and as data", () =>
  withFolder(async (folder) => {
    const master = await startMaster(folder);
    const { hostname, port } = master.adminAddress!;
    const get = async (path: string) =>
      await (await fetch(`http://${hostname}:${port}${path}`)).text();
    assert.match(await get("/"), /waiting for the first worker.*<em>waiting/);
    await Promise.all([master.run(), work(master, folder)]);
    const page = await get("/");
    assert.match(page, /<h1>wc: <em>done<\/em>/);
    assert.match(page, /worker-here: done/);
    const { app, phase, tasks } = JSON.parse(await get("/status"));
    assert.deepEqual([app, phase, tasks.length], ["wc", "done", 3]);
    assert.equal(await get("/healthz"), "ok\n");
    assert.equal(await get("/readyz"), "done\n");
    await master.close();
  }));

Deno.test("a worker with another application is refused, and one of an aborted job told why", () =>
  withFolder(async (folder) => {
    const app = { name: "sort", wholeFiles: false };
    const master = await startMaster(folder, { app });
    assert.deepEqual(await work(master, folder), {
      kind: "refused",
      message: "This job runs sort, the worker brings wc",
    });
    const running = master.run();
    master.abort("Enough");
    assert.equal((await running).failure, "Enough");
    assert.deepEqual(await work(master, folder), { kind: "jobFailed", message: "Enough" });
    await master.close();
  }));

Deno.test("a job whose application fails has failed for the master and for the worker, with all its errors", () =>
  withFolder(async (folder) => {
    Deno.writeTextFileSync(
      folder.file("app.ts"),
      "export const map = () => { throw new RangeError('no'); };\nexport const reduce = () => '';\n",
    );
    const master = await startMaster(folder, { attemptsMax: 2 });
    const errors: unknown[] = [];
    const source: AppSource = { kind: "named", name: folder.file("app.ts"), args: [] };
    const [status, outcome] = await Promise.all([
      master.run(),
      work(master, folder, source, "here", errors),
    ]);
    assert.equal(status.phase, "failed");
    assert.match(status.failure!, /failed 2 times.*RangeError: no; its messages are in \/log/);
    assert.deepEqual(outcome, { kind: "jobFailed", message: status.failure });
    assert.equal(errors.length, 2);
    assert.match(String((errors[0] as Error).cause), /RangeError: no/);
    await master.close();
    assert.deepEqual([...Deno.readDirSync(folder.file("out"))], []);
  }));

Deno.test("a worker that finds no master is told so", () =>
  withFolder(async (folder) => {
    const master = await startMaster(folder);
    await master.close();
    const outcome = await work(master, folder);
    assert.equal(outcome.kind, "unreachable");
    assert.ok(outcome.kind === "unreachable" && outcome.first);
  }));
