/**
 * The tests of lab 1: MapReduce with real processes (lab 1, §10). Their Passed lines show the workers that were
 * started, the attempts of tasks, the bytes of output and the number of tasks.
 *
 * @module
 */

import { type LabTest, TestFailure } from "../lab_test.ts";
import { LabJob } from "./job.ts";
import { BOOK_HASHES, hashOfLines, indexerLines, nocrashLines, wcLines } from "./oracle.ts";

/** More than any of the tests may take. */
const WALL_SECONDS_MAX = 240;

/** The tests of lab 1, in the reference's order. */
export const LAB_1: readonly LabTest[] = [
  test("TestWc1", "wc", wc),
  test("TestIndexer1", "indexer", indexer),
  test("TestMapParallelism1", "map parallelism", mapParallelism),
  test("TestReduceParallelism1", "reduce parallelism", reduceParallelism),
  test("TestJobCount1", "job count", jobCount),
  test("TestEarlyExit1", "early exit", earlyExit),
  test("TestCrash1", "crash", crash),
];

function test(name: string, title: string, scenario: (job: LabJob) => Promise<void>): LabTest {
  return {
    lab: "1",
    name,
    title: `Test (1): ${title}`,
    realWorld: { wallSecondsMax: WALL_SECONDS_MAX },
    run: () => LabJob.play(scenario),
  };
}

/** When the master has ended, the results are there. */
async function wc(job: LabJob): Promise<void> {
  const master = await job.startMaster();
  const workers = ["wc", "wc", "wc"].map((app) => job.startWorker(app));
  await master.good();
  await checkLines(job, "wc", wcLines(job.texts.files));
  await job.allGood(workers);
}

/** When a worker has ended, the results are there. */
async function indexer(job: LabJob): Promise<void> {
  const master = await job.startMaster();
  const background = job.startWorker("indexer");
  await job.startWorker("indexer").good();
  const { files } = job.texts;
  await checkLines(job, "indexer", indexerLines(files, (text) => job.nameOf(text)));
  await job.allGood([background, master]);
}

/** Two workers map at the same time. */
async function mapParallelism(job: LabJob): Promise<void> {
  const lines = await runWithTwo(job, "mtiming");
  const workers = lines.filter((line) => line.startsWith("times-")).length;
  if (workers !== 2) throw new TestFailure(`saw ${workers} workers rather than 2`);
  if (!lines.some((line) => /^parallel.* 2/.test(line))) {
    throw new TestFailure("map workers did not run in parallel");
  }
}

/** Two workers reduce at the same time. */
async function reduceParallelism(job: LabJob): Promise<void> {
  const lines = await runWithTwo(job, "rtiming");
  if (lines.filter((line) => /^[a-z] 2/.test(line)).length < 2) {
    throw new TestFailure("too few parallel reduces");
  }
}

/** Every map is executed once; workers that come too late end by themselves. */
async function jobCount(job: LabJob): Promise<void> {
  const master = await job.startMaster();
  const first = job.startWorker("jobcount");
  await job.startWorker("jobcount").good();
  const third = job.startWorker("jobcount");
  await job.startWorker("jobcount").good();
  const counts = (await job.outputLines()).map((line) => line.split(" ")[1]);
  if (counts.join("\n") !== String(job.texts.files.length)) {
    throw new TestFailure(`map jobs ran incorrect number of times (${counts.join(", ")} != 8)`);
  }
  await job.allGood([first, third, master]);
}

/** Nobody leaves before the results are complete. */
async function earlyExit(job: LabJob): Promise<void> {
  const master = await job.startMaster();
  const workers = [1, 2, 3].map(() => job.startWorker("early_exit"));
  await Promise.race([master, ...workers].map(({ ended }) => ended));
  const initial = await job.outputLines();
  await job.allGood([master, ...workers]);
  const final = await job.outputLines();
  if (initial.join("\n") !== final.join("\n")) {
    throw new TestFailure("output changed after first worker exited");
  }
  await checkLines(
    job,
    "early_exit",
    job.texts.files.map((text) => `${job.nameOf(text)} 1`),
  );
}

/** Workers die and dawdle, and others take their places. */
async function crash(job: LabJob): Promise<void> {
  const master = await job.startMaster();
  const lonely = job.startWorker("crash");
  const keepOneAlive = async () => {
    while (master.isRunning) {
      await job.startWorker("crash").ended;
      await Promise.race([master.ended, sleep(1000)]);
    }
  };
  await Promise.all([keepOneAlive(), keepOneAlive(), keepOneAlive()]);
  await job.allGood([master]);
  await lonely.ended;
  await checkLines(job, "nocrash", nocrashLines(job.texts.files, (text) => job.nameOf(text)));
}

async function runWithTwo(job: LabJob, app: string): Promise<string[]> {
  const master = await job.startMaster();
  const background = job.startWorker(app);
  await job.startWorker(app).good();
  const lines = await job.outputLines();
  await job.allGood([background, master]);
  return lines;
}

/** Compares the results with the oracle's, and for the eight books with what is known to be right. */
async function checkLines(
  job: LabJob,
  name: keyof typeof BOOK_HASHES,
  expected: readonly string[],
): Promise<void> {
  const lines = await job.outputLines();
  const at = expected.findIndex((line, i) => line !== lines[i]);
  if (at >= 0 || lines.length !== expected.length) {
    throw new TestFailure(
      `${name} output is not the same as the oracle's: ${lines.length} lines rather than ` +
        `${expected.length}; line ${at + 1} is ${lines[at]} rather than ${expected[at]}`,
    );
  }
  if (job.texts.areBooks && hashOfLines(lines) !== BOOK_HASHES[name]) {
    throw new TestFailure(`${name} output of the eight books has another hash than is known`);
  }
}

function sleep(millis: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, millis));
}
