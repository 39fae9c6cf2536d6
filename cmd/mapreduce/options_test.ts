import assert from "node:assert/strict";
import { JOB_OPTIONS_DEFAULT } from "../../core/mapreduce/coordinator_defaults.ts";
import { jobOptions, splitBytes } from "./options.ts";

Deno.test("jobOptions() takes what was said, and the defaults for the rest", () => {
  assert.deepEqual(jobOptions({}), JOB_OPTIONS_DEFAULT);
  assert.equal(splitBytes({}), 32 * 1024 * 1024);
  assert.equal(splitBytes({ split: 5 }), 5);
  const flags = { reduce: 3, taskTimeout: 1.5, attempts: 2, skipBadRecords: true, backupAfter: 2 };
  assert.deepEqual(jobOptions(flags as never), {
    nReduce: 3,
    taskTimeout: 1500,
    attemptsMax: 2,
    skipBadRecords: true,
    backupAfter: 2000,
  });
  assert.equal(jobOptions({ backupAfter: 0 }).backupAfter, undefined);
});
