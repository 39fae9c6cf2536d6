import assert from "node:assert/strict";
import { SeededRandom } from "../../core/base/mod.ts";
import { duration } from "./duration.ts";
import { JOB_FAULTS, jobSchedule } from "./mr/schedule.ts";
import { faultsOption } from "./options.ts";

Deno.test("duration() knows units, and takes seconds where there is none", () => {
  const texts = ["90", "90s", "1.5m", "500ms", "1h"];
  assert.deepEqual(texts.map(duration), [90_000, 90_000, 90_000, 500, 3_600_000]);
  for (const wrong of ["", "0", "-1s", "s", "1d", "1 s"]) {
    assert.throws(() => duration(wrong), /Expected a span of time above 0/, wrong);
  }
});

Deno.test("--faults takes kinds with commas between them", () => {
  const parse = (text: string) => faultsOption().parseArg!(text, undefined as never);
  assert.deepEqual(parse("kill, one-way"), ["kill", "one-way"]);
  assert.throws(() => parse("kill,oneway"), /did you mean one-way/);
});

Deno.test("jobSchedule() follows from the seed, and names workers that there are", () => {
  const draw = (seed: bigint) => [...jobSchedule(new SeededRandom(seed), JOB_FAULTS, 3).take(200)];
  assert.deepEqual(draw(1n), draw(1n));
  assert.notDeepEqual(draw(1n), draw(2n));
  for (const { kind, workers } of draw(1n)) {
    assert.equal(new Set(workers).size, workers.length);
    assert.ok(workers.every((worker) => worker >= 0 && worker < 3));
    assert.equal(workers.length > 0, kind.endsWith("worker"));
  }
  assert.deepEqual(new Set(draw(1n).map(({ kind }) => kind)), new Set(JOB_FAULTS));
});
