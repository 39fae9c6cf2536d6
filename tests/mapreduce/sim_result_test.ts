import assert from "node:assert/strict";
import { macrotask } from "../../core/host/macrotask.ts";
import { Simulation } from "../../core/sim/mod.ts";
import { CALM } from "./sim_profile.ts";
import { playSimJob } from "./sim_job.ts";
import { checkResult } from "./sim_result.ts";
import { SimWorld } from "./sim_world.ts";

/** Plays a job, and looks at its result again when something was done to it. */
async function spoiled(spoil: (world: SimWorld) => Promise<unknown>): Promise<string> {
  const simulation = new Simulation({ seed: 1n, macrotask });
  const world = new SimWorld(simulation, CALM);
  return await simulation.run(async () => {
    const { status } = await playSimJob(world);
    await spoil(world);
    return await checkResult(world, status).then(() => "right", ({ message }) => message);
  });
}

async function write({ machines: [disk] }: SimWorld, name: string, text: string): Promise<void> {
  const writer = await disk!.create(`/out/${name}`);
  await writer.write(new TextEncoder().encode(text));
  await writer.close(true);
}

Deno.test("checkResult() says what is missing, wrong, or there beside the results", async () => {
  assert.equal(await spoiled(() => Promise.resolve()), "right");
  for (
    const [spoil, reason] of [
      [
        ({ machines: [disk] }: SimWorld) => disk!.remove("/out/mr-out-1"),
        /^OutputIsComplete: the job is done, and there is no \/out\/mr-out-1$/,
      ],
      [
        ({ machines: [disk] }: SimWorld) => disk!.remove("/out/_SUCCESS"),
        /^OutputIsComplete: the job is done, and \/out has no _SUCCESS$/,
      ],
      [
        (world: SimWorld) => write(world, "mr-out-1", "a 1\n"),
        /^OutputAsInOrder: line 1 of \/out\/mr-out-1 is "a 1", and "\w+ \d+" in a run that does one thing/,
      ],
      [
        (world: SimWorld) => write(world, "mr-out-7", ""),
        /^OnlyResultsAreLeft: the job is done, and \/out has mr-out-7, which is no result$/,
      ],
    ] as const
  ) assert.match(await spoiled(spoil), reason);
});

Deno.test("checkResult() says which counter is wrong", async () => {
  const simulation = new Simulation({ seed: 1n, macrotask });
  const world = new SimWorld(simulation, CALM);
  await simulation.run(async () => {
    const { status } = await playSimJob(world);
    const { counters } = status;
    const wrong = { ...status, counters: { ...counters, lines: counters["lines"]! + 1 } };
    const detail = `the counter of lines is ${wrong.counters.lines}, and ${counters["lines"]}`;
    await assert.rejects(checkResult(world, wrong), {
      message: `CountersCountOnce: ${detail} lines were to be counted`,
    });
    const skipped = { ...status, skippedRecords: [{ file: "in-0.txt", start: 0, end: 5 }] };
    await assert.rejects(checkResult(world, skipped), {
      message: "BadRecordsAreLeftOut: left out: in-0.txt:0-5; bad: none",
    });
    const failed = { ...status, phase: "failed", failure: "it broke" } as const;
    await assert.rejects(
      checkResult(world, failed),
      /FailuresAreTolerated: .* is failed: it broke/,
    );
  });
});
