import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { SeededRandom } from "../../core/base/random.ts";
import { TemporaryFolder } from "../../core/host/temporary_folder.ts";
import { memoryEnv } from "../memory_env.ts";
import { RunFolder } from "./run_folder.ts";
import { ownLog, parentsLog } from "./worker_log.ts";

const random = new SeededRandom(crypto.getRandomValues(new BigUint64Array(1))[0]!);

Deno.test("a worker's own log is there when there is something to read, and as long as wanted", () => {
  const silent = ownLog(random);
  silent.keep();
  silent.close();
  assert.equal(existsSync(silent.path), false);
  for (const isKept of [false, true]) {
    const log = ownLog(random);
    log.say("one");
    log.say("two");
    assert.equal(readFileSync(log.path, "utf8"), "one\ntwo\n");
    if (isKept) log.keep();
    log.close();
    assert.equal(existsSync(log.path), isKept);
    TemporaryFolder.removeLeft(log.path);
  }
});

Deno.test("a child's log goes to standard error", () => {
  const env = memoryEnv();
  const log = parentsLog("/some/where", env.stderr);
  log.say("one");
  log.keep();
  log.close();
  assert.deepEqual([log.path, env.err()], ["/some/where", "one\n"]);
});

Deno.test("the folder of a run goes, or all of it but what workers have said", async () => {
  const good = new RunFolder();
  await good.remove();
  assert.equal(existsSync(good.path), false);
  for (const said of ["", "something"]) {
    const failed = new RunFolder();
    Deno.mkdirSync(`${failed.path}/worker`);
    Deno.writeTextFileSync(failed.log("worker-1"), said);
    await failed.removeButLogs();
    assert.equal(existsSync(failed.log("worker-1")), said !== "");
    assert.equal(existsSync(`${failed.path}/worker`), false);
    TemporaryFolder.removeLeft(failed.path);
  }
});
