import assert from "node:assert/strict";
import { RealClock } from "../../host/clock.ts";
import { TemporaryFolder } from "../../host/temporary_folder.ts";
import { LocalWorkers, type LocalWorkersOptions } from "./local_workers.ts";

async function withWorkers(
  script: string,
  options: Partial<LocalWorkersOptions>,
  check: (workers: LocalWorkers, folder: TemporaryFolder) => Promise<void>,
): Promise<void> {
  const folder = new TemporaryFolder("dist824-test-");
  const workers = new LocalWorkers({
    count: 1,
    clock: new RealClock(),
    command: (name) => ({
      command: "sh",
      args: ["-c", `echo "$0"; ${script}`, name],
      log: folder.file(name),
    }),
    workDone: () => 0,
    onDied() {},
    onGivenUp() {},
    ...options,
  });
  await check(workers, folder);
  await workers.stop();
  assert.deepEqual(workers.pids, []);
  await folder.remove();
}

Deno.test("local workers are as many as wanted, and end by themselves", async () => {
  await withWorkers("read x", { count: 3 }, async (workers, folder) => {
    assert.equal(new Set(workers.pids).size, 3);
    const names = () => [...Deno.readDirSync(folder.path)].map(({ name }) => name).sort();
    while (names().length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.deepEqual(names(), ["worker-1", "worker-2", "worker-3"]);
    workers.interrupt();
  });
});

Deno.test("a local worker that dies is told of, and replaced under another name", async () => {
  const died: string[] = [];
  const twice = Promise.withResolvers<void>();
  const onDied = (name: string, how: string) => {
    died.push(`${name} ${how}`);
    if (died.length === 2) twice.resolve();
  };
  await withWorkers("exit 3", { onDied }, async (workers) => {
    await twice.promise;
    await workers.stop();
    assert.deepEqual(died, [
      "worker-1 ended with exit code 3",
      "worker-1-2 ended with exit code 3",
    ]);
  });
});

Deno.test("local workers that end when asked to are asked before they are killed", async () => {
  await withWorkers("trap 'exit 0' TERM; while :; do read x; done", {}, async (workers) => {
    await new Promise((resolve) => setTimeout(resolve, 50));
    const begun = performance.now();
    workers.interrupt();
    await workers.stop();
    assert.ok(performance.now() - begun < 1500);
  });
});
