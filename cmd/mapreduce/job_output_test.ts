import assert from "node:assert/strict";
import { ms } from "../../core/base/units.ts";
import type { JobStatus } from "../../core/mapreduce/coordinator_status.ts";
import { memoryEnv } from "../memory_env.ts";
import { JobProgress, jobProgressText } from "./job_progress.ts";
import { jobSummary } from "./job_summary.ts";

const MAP = {
  tasks: 20,
  idle: 5,
  inProgress: 2,
  completed: 13,
  fraction: 0.7,
  attempts: 16,
  backups: 1,
  failed: 1,
  lost: 0,
};
const REDUCE = {
  ...MAP,
  tasks: 10,
  completed: 4,
  fraction: 0.45,
  attempts: 4,
  failed: 0,
  backups: 0,
};

function worker(life: "alive" | "dead", attemptsDone: number): JobStatus["workers"][number] {
  return {
    address: { workerId: "worker-1", hostname: "h", port: 1, machineId: "m", folder: "/f" },
    log: "",
    life,
    silent: ms(0),
    running: undefined,
    attemptsDone,
    attemptsFailed: 0,
  };
}

const STATUS: JobStatus = {
  jobId: "j",
  app: "wc",
  phase: "map",
  failure: undefined,
  elapsed: ms(4000),
  map: MAP,
  reduce: REDUCE,
  workers: [worker("alive", 9), worker("dead", 4), worker("alive", 0)],
  counters: { "map input bytes": 400_000_000, "skipped records": 2 },
  inputBytes: 400_000_000,
  intermediateBytes: 7_000_000,
  outputBytes: 1_500_000,
  outputRecords: 130_000,
  wastedAttempts: 3,
  wastedTime: ms(2500),
  slowest: {
    kind: "map",
    task: 3,
    attempt: 1,
    workerId: "worker-1",
    state: "done",
    backup: false,
    duration: ms(1900),
    fraction: 1,
    status: "",
  },
  skippedRecords: [],
  allDismissed: false,
};

Deno.test("the progress of a job is one line", () => {
  assert.equal(
    jobProgressText(STATUS),
    "map [##############      ] 70% 13/20, 70 MB/s, 2 workers, 1 attempts lost",
  );
  assert.equal(
    jobProgressText({ ...STATUS, phase: "reduce", map: { ...MAP, failed: 0 } }),
    "map done, reduce [#########           ] 45% 4/10, 2 workers",
  );
  assert.equal(jobProgressText({ ...STATUS, phase: "waiting" }), "waiting for the first worker");
});

Deno.test("the progress is drawn on terminals, cut to their width, and taken away", () => {
  const plain = memoryEnv();
  new JobProgress(plain.stderr).draw(STATUS);
  assert.equal(plain.err(), "");
  const terminal = memoryEnv({ terminal: true, columns: 20 });
  const progress = new JobProgress(terminal.stderr);
  progress.clear();
  progress.draw(STATUS);
  progress.clear();
  progress.clear();
  assert.equal(terminal.err(), "\r\x1b[Kmap [##############\r\x1b[K");
});

Deno.test("the summary of a job tells its tasks, attempts, wasted work, bytes and records", () => {
  assert.equal(
    jobSummary({ ...STATUS, phase: "done" }, "words"),
    `wc: done in 4.0 s, by 2 workers

        tasks  attempts  backups  failed  lost
map        20        16        1       1     0
reduce     10         4        0       0     0

input            400,000,000 bytes, 100.0 MB/s
intermediate     7,000,000 bytes
output           1,500,000 bytes, 130,000 lines, in words
wasted work      3 attempts, 2.5 s
slowest task     map task 3, attempt 1: 1.9 s on worker-1
map input bytes  400,000,000
skipped records  2
`,
  );
});
