/** Jobs on real processes that are killed, stopped and robbed: the results are the same. */

import { readdir } from "node:fs/promises";
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { Playground } from "./_playground.ts";

const TEXT_BYTES = 20_000;

Deno.test("real: a worker that is killed in map changes nothing", () =>
  Playground.play(async (ground) => {
    await ground.writeTexts(3, TEXT_BYTES);
    await ground.writeSlowApp();
    await ground.write("hold-map", "");
    const { master, address } = await ground.startMaster("--task-timeout", "1");
    const victim = ground.startWorker(address);
    await ground.begun("map", victim.pid);
    victim.kill("SIGKILL");
    await ground.remove("hold-map");
    const worker = ground.startWorker(address);
    await master.good();
    await worker.good();
    await ground.checkWords();
  }));

Deno.test("real: a worker that is killed in reduce changes nothing, and its maps still count", () =>
  Playground.play(async (ground) => {
    await ground.writeTexts(3, TEXT_BYTES);
    await ground.writeSlowApp();
    await ground.write("hold-reduce", "");
    const { master, address } = await ground.startMaster("--task-timeout", "1", "--json", "j");
    const victim = ground.startWorker(address);
    await ground.begun("reduce", victim.pid);
    victim.kill("SIGKILL");
    await ground.remove("hold-reduce");
    const worker = ground.startWorker(address);
    await master.good();
    await worker.good();
    await ground.checkWords();
    const { map } = JSON.parse(await Deno.readTextFile(ground.path("j")));
    assert.equal(map.attempts, 3);
  }));

Deno.test("real: a worker that is stopped, and wakes up when others have done its work, changes nothing", () =>
  Playground.play(async (ground) => {
    await ground.writeTexts(3, TEXT_BYTES);
    await ground.writeSlowApp();
    await ground.write("hold-map", "");
    await ground.write("hold-reduce", "");
    const { master, address } = await ground.startMaster("--task-timeout", "1", "--json", "j");
    const sleeper = ground.startWorker(address);
    await ground.begun("map", sleeper.pid);
    sleeper.kill("SIGSTOP");
    await ground.remove("hold-map");
    const worker = ground.startWorker(address);
    await ground.begun("reduce", worker.pid);
    sleeper.kill("SIGCONT");
    // Now both work; what the sleeper has made is not wanted.
    await ground.begun("reduce", sleeper.pid);
    await ground.remove("hold-reduce");
    await master.good();
    await Promise.all([worker.good(), sleeper.good()]);
    await ground.checkWords();
    const { map } = JSON.parse(await Deno.readTextFile(ground.path("j")));
    assert.equal(map.attempts, 4);
  }));

Deno.test("real: a worker that loses its files has its maps executed again", () =>
  Playground.play(async (ground) => {
    await ground.writeTexts(3, TEXT_BYTES);
    await ground.writeSlowApp();
    await ground.write("hold-reduce", "");
    const { master, address } = await ground.startMaster("--task-timeout", "1", "--json", "j");
    const victim = ground.startWorker(address);
    await ground.begun("reduce", victim.pid);
    victim.kill("SIGKILL");
    const [folder] = (await readdir(ground.path("temp"))).filter((name) => /worker/.test(name));
    await ground.remove(`temp/${folder}`);
    await ground.remove("hold-reduce");
    const worker = ground.startWorker(address);
    await master.good();
    await worker.good();
    await ground.checkWords();
    const { map } = JSON.parse(await Deno.readTextFile(ground.path("j")));
    assert.deepEqual([map.attempts, map.lost], [6, 3]);
  }));

Deno.test("real: a master that is killed goes on with the same command, and the workers with it", () =>
  Playground.play(async (ground) => {
    await ground.writeTexts(3, TEXT_BYTES);
    await ground.writeSlowApp();
    await ground.write("hold-reduce", "");
    const first = await ground.startMaster("--json", "j");
    const worker = ground.startWorker(first.address);
    await ground.begun("reduce", worker.pid);
    first.master.kill("SIGKILL");
    await first.master.ended;
    await ground.remove("hold-reduce");
    await sleep(100);
    const { master } = await ground.startMaster("--listen", first.address, "--json", "j");
    await master.good();
    await worker.good();
    assert.match(master.said, /going on with an interrupted job: 3 of 3 map tasks and \d+ of 10/);
    await ground.checkWords();
    const { map } = JSON.parse(await Deno.readTextFile(ground.path("j")));
    assert.equal(map.attempts, 3);
  }));

Deno.test("real: workers without a shared disk fetch from each other and from the master", () =>
  Playground.play(async (ground) => {
    await ground.writeTexts(6, TEXT_BYTES);
    await ground.writeSlowApp();
    await ground.write("hold-map", "");
    const { master, address } = await ground.startMaster("--json", "j");
    const workers = [1, 2].map(() => ground.startWorker(address, "--no-shared-disk", "./app.ts"));
    // Each of them has a map's output that the other one's reduces need.
    for (const { pid } of workers) await ground.begun("map", pid);
    await ground.remove("hold-map");
    await master.good();
    await Promise.all(workers.map((worker) => worker.good()));
    await ground.checkWords();
    const { counters } = JSON.parse(await Deno.readTextFile(ground.path("j")));
    assert.ok(counters["fetched bytes"] > 0);
  }));

Deno.test("real: a master that is interrupted says that the same command goes on, and it does", () =>
  Playground.play(async (ground) => {
    await ground.writeTexts(3, TEXT_BYTES);
    await ground.writeSlowApp();
    await ground.write("hold-reduce", "");
    const first = await ground.startMaster();
    const worker = ground.startWorker(first.address);
    await ground.begun("reduce", worker.pid);
    first.master.kill("SIGINT");
    await first.master.ended;
    assert.equal(first.master.code, 130);
    assert.match(first.master.said, /the job is not done: the same command goes on with it$/);
    await ground.remove("hold-reduce");
    const { master } = await ground.startMaster("--listen", first.address);
    await master.good();
    await worker.good();
    assert.match(master.said, /going on with an interrupted job: 3 of 3/);
    await ground.checkWords();
  }));

Deno.test("real: a worker that is interrupted leaves in good order, and its tasks go to others at once", () =>
  Playground.play(async (ground) => {
    await ground.writeTexts(3, TEXT_BYTES);
    await ground.writeSlowApp();
    await ground.write("hold-map", "");
    const { master, address } = await ground.startMaster("--task-timeout", "60");
    const leaver = ground.startWorker(address);
    await ground.begun("map", leaver.pid);
    leaver.kill("SIGTERM");
    await leaver.ended;
    assert.equal(leaver.code, 130);
    await ground.remove("hold-map");
    const worker = ground.startWorker(address);
    await master.good();
    await worker.good();
    await ground.checkWords();
  }));
