import assert from "node:assert/strict";
import { TemporaryFolder } from "../../../core/host/temporary_folder.ts";
import { Job } from "./job.ts";

/** Plays a job whose master is killed once; `onKilled` runs before it would be started again. */
async function killedOnce(onKilled: (result: string) => void): Promise<string | undefined> {
  const folder = new TemporaryFolder("dist824-job-");
  const inputFolder = folder.file("in");
  Deno.mkdirSync(inputFolder);
  Deno.writeTextFileSync(`${inputFolder}/a.txt`, "one two two\n");
  const interruption = new AbortController();
  const timer = setTimeout(() => interruption.abort(), 4000);
  const job = new Job({
    folder: folder.path,
    inputFolder,
    workers: 0,
    reduceTasks: 1,
    rounds: [{ kind: "kill-master", calmMs: 1500, holdMs: 100, workers: [] }],
    roundsMax: 1,
    onRound: () => onKilled(folder.file("result")),
    now: () => performance.now(),
    signal: interruption.signal,
  });
  const { failure } = await job.play();
  clearTimeout(timer);
  await folder.remove();
  return failure;
}

Deno.test("Job: a master that was killed behind its last step has done its job", async () => {
  assert.equal(
    await killedOnce((result) => {
      Deno.mkdirSync(result, { recursive: true });
      Deno.writeTextFileSync(`${result}/_SUCCESS`, "");
    }),
    undefined,
  );
});

Deno.test("Job: a master that was killed before is started again, and has its work to do", async () => {
  assert.equal(await killedOnce(() => {}), "it was interrupted");
});
