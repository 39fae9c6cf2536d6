/**
 * The runner as a whole: `dist824 test` in-process, with real worker processes, and the program itself as a
 * child. The canary suite shows that the alarm works.
 */

import assert from "node:assert/strict";
import { join } from "node:path";
import { memoryEnv } from "../cmd/memory_env.ts";
import { run } from "../cmd/mod.ts";
import { runTests, type TestRun } from "../cmd/test_runner/run_tests.ts";
import { processWorkers, type StartWorker } from "../cmd/test_runner/worker_process.ts";
import { testWorkers } from "../cmd/test_workers.ts";
import { selfCommand } from "../core/host/self_command.ts";
import { LAB_TESTS } from "./labs/mod.ts";

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line in this process. */
async function dist824(...args: string[]): Promise<Ran> {
  const env = memoryEnv();
  const code = await run(["test", ...args], env);
  return { code, out: env.out(), err: env.err() };
}

/** Takes out what the wall clock decides. */
function timeless(out: string): string {
  return out
    .replace(/^Total time spent: .*$/m, "Total time spent: T seconds.")
    .replace(/^wall time .*$/m, "wall time T")
    .replace(/^(events +[\d,]+), .* per second of wall time$/m, "$1");
}

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const QUICK = ["--lab", "2A", "--test", "TestInitialElection2A"];
const CANARY = ["--lab", "canary", "--seed", "5"];

Deno.test("runner: a test that passes is printed as the course prints it", async () => {
  const { code, out, err } = await dist824(...QUICK, "--seed", "0x25", "--runs", "2");
  assert.equal(code, 0);
  assert.equal(err, "");
  const passed = /^ {2}\.\.\. Passed -- {3}3\.\d {2}3 +\d+ +\d+ {4}0$/;
  const [first, ...rest] = timeless(out).split("\n");
  assert.equal(first, "Start running 2A tests 2 times, seed 37...");
  for (const iteration of [1, 2]) {
    assert.equal(rest.shift(), `starting iteration ${iteration}:`);
    assert.equal(rest.shift(), "Test (2A): initial election ...");
    assert.match(rest.shift()!, passed);
    assert.equal(rest.shift(), "PASS");
    assert.match(rest.shift()!, /^ok {2}\tdist824\/2A\t3\.\d{3}s$/);
    assert.equal(rest.shift(), "");
  }
  assert.equal(rest.shift(), "Running the test a total of 2 times, with 2 times passed.");
  assert.equal(rest.shift(), "Total time spent: T seconds.");
  const summary = rest.join("\n");
  assert.match(summary, /2A {2}TestInitialElection2A +2 +0 +0 +0 +3\.\d ± 0\.\d /);
  assert.match(summary, /^seeds +37 to 38$/m);
  assert.match(summary, /^2 of 2 passed: failure rate below 78 % at 95 % confidence\.$/m);
});

Deno.test("runner: every canary is reported as what it is", async () => {
  const { code, out } = await dist824(...CANARY);
  assert.equal(code, 1);
  const command = (name: string) =>
    `    to repeat it: ./dist824 test --lab canary --test ${name} --seed 5`;
  const block = (name: string) => {
    const lines = out.split("\n");
    const at = lines.findIndex((line) => line.includes(`: ${name} (`));
    const end = lines.findIndex((line, i) => i > at && !line.startsWith("    "));
    return lines.slice(at, end);
  };
  assert.deepEqual(block("CanaryAlwaysFails"), [
    "--- FAIL: CanaryAlwaysFails (1.00s)",
    "    this test always fails",
    "    iteration 1, seed 5, repeated: yes",
    command("CanaryAlwaysFails"),
  ]);
  const hang = block("CanaryHangs");
  assert.match(hang[0]!, /^--- FAIL: CanaryHangs \(60\d\.\d\ds\)$/);
  assert.match(hang[1]!, /^ {4}hang: /);
  const thrown = block("CanaryThrows");
  assert.equal(thrown[0], "--- ERROR: CanaryThrows (1.00s)");
  assert.equal(thrown[1], "    harness error: TypeError: this test is broken");
  assert.match(thrown[2]!, /canary\.ts:/);
  const unknown = block("CanaryUnknown");
  assert.equal(unknown[0], "--- UNKNOWN: CanaryUnknown (1.00s)");
  const other = block("CanaryNotDeterministic");
  assert.equal(other[2], "    iteration 1, seed 5, did NOT repeat: not deterministic");
  assert.match(out, /passes in another way each time \.\.\.\n {2}\.\.\. Passed -- /);
  assert.match(out, /^FAIL\nexit status 1\nFAIL\tdist824\/canary\t\d+\.\d{3}s\n\n/m);
  assert.match(out, /^Running the test a total of 1 times, with 0 times passed\.$/m);
});

Deno.test("runner: what is unknown is no pass, and no failure either", async () => {
  const { code, out } = await dist824(...CANARY, "--test", "CanaryUnknown", "--runs", "2");
  assert.equal(code, 3);
  assert.match(out, /^UNKNOWN\n\? {3}\tdist824\/canary\t1\.000s$/m);
  assert.match(out, /with 0 times passed\.$/m);
});

Deno.test("runner: the output does not depend on --jobs", async () => {
  const args = ["--lab", "2A,2B", "--runs", "3", "--seed", "18446744073709551615"];
  const [one, two, five] = await Promise.all(
    ["1", "2", "5"].map((jobs) => dist824(...args, "--jobs", jobs)),
  );
  assert.equal(timeless(one!.out), timeless(two!.out));
  assert.equal(timeless(one!.out), timeless(five!.out));
  assert.match(one!.out, /^seeds +18446744073709551615 to 1$/m);
});

Deno.test("runner: an iteration's seed repeats it exactly, also one test alone", async () => {
  const many = await dist824("--lab", "2B", "--runs", "3", "--seed", "10");
  const third = many.out.slice(many.out.indexOf("starting iteration 3:"));
  const iteration = third.slice(0, third.indexOf("\n\n"));
  const again = await dist824("--lab", "2B", "--seed", "12");
  assert.ok(again.out.includes(iteration.replace("iteration 3", "iteration 1")));
  const alone = await dist824("--lab", "2b", "--test", "TestBackup2B", "--seed", "12");
  const passedLine = alone.out.split("\n")[3]!;
  assert.match(passedLine, /Passed/);
  assert.ok(iteration.includes(passedLine));
});

Deno.test("runner: the command of a failure repeats it", async () => {
  const { out } = await dist824(...CANARY, "--test", "alwaysfails", "--runs", "2");
  const commands = [...out.matchAll(/to repeat it: \.\/dist824 test (.*)$/gm)];
  assert.equal(commands.length, 2);
  const again = await dist824(...commands[1]![1]!.split(" "));
  assert.equal(again.code, 1);
  assert.match(again.out, /this test always fails\n {4}iteration 1, seed 6, repeated: yes/);
});

Deno.test("runner: --check-determinism finds what passes in another way each time", async () => {
  const quick = await dist824(...QUICK, "--check-determinism", "--seed", "1");
  assert.equal(quick.code, 0);
  for (const jobs of ["1", "2"]) {
    const args = [...CANARY, "--test", "CanaryDrifts", "--check-determinism", "--jobs", jobs];
    const { code, out } = await dist824(...args);
    assert.equal(code, 1);
    assert.match(out, /^--- FAIL: CanaryDrifts/m);
    assert.match(out, /^ {4}not deterministic: first differing event #\d+: .+ \/ .+$/m);
    assert.match(out, /^ {4}run 2: hash [0-9a-f]{16}, pass$/m);
    assert.match(out, /--test CanaryDrifts --seed 5 --check-determinism$/m);
  }
});

Deno.test("runner: --fail-fast ends at the first failure in the order of the run", async () => {
  const args = [...CANARY, "--test", "canary", "--lab", "2A", "--runs", "50", "--fail-fast"];
  const [one, two] = await Promise.all(
    ["1", "2"].map((jobs) => dist824(...args, "--jobs", jobs)),
  );
  assert.equal(one!.code, 1);
  assert.equal(timeless(one!.out), timeless(two!.out));
  assert.equal(one!.out.match(/^--- /gm)!.length, 1);
  assert.match(one!.out, /FAIL\tdist824\/canary\t\d.*\n\nRunning the test a total of 1 times/);
});

Deno.test("runner: --json, --junit and --trace leave whole files", () =>
  inFolder(async (folder) => {
    const files = {
      json: join(folder, "a.json"),
      junit: join(folder, "a.xml"),
      trace: join(folder, "deep", "traces"),
    };
    const where = ["--json", files.json, "--junit", files.junit, "--trace", files.trace];
    const { code, out } = await dist824(...CANARY, "--runs", "2", ...where);
    assert.equal(code, 1);

    const document = JSON.parse(await Deno.readTextFile(files.json));
    assert.equal(document.seed, "5");
    assert.deepEqual(document.labs, ["canary"]);
    assert.equal(document.ending, "complete");
    assert.equal(document.tests.length, 6);
    assert.equal(document.failures.length, 10);
    assert.deepEqual(
      document.failures.slice(0, 5).map((failure: Record<string, unknown>) =>
        `${failure.name} ${failure.verdict} ${failure.repeated}`
      ),
      [
        "CanaryAlwaysFails fail true",
        "CanaryHangs fail true",
        "CanaryThrows error true",
        "CanaryUnknown unknown null",
        "CanaryNotDeterministic fail false",
      ],
    );

    const junit = await Deno.readTextFile(files.junit);
    assert.match(
      junit,
      /<testsuites name="dist824" tests="12" failures="6" errors="2" skipped="2"/,
    );
    assert.equal(junit.match(/<testcase /g)!.length, 12);

    const traces = [...Deno.readDirSync(files.trace)].map(({ name }) => name).sort();
    assert.equal(traces.length, 8);
    assert.ok(traces.includes("CanaryThrows-seed6.jsonl"));
    assert.ok(out.includes(`    trace: ${join(files.trace, "CanaryThrows-seed6.jsonl")}\n`));
    for (const name of traces) {
      const lines = (await Deno.readTextFile(join(files.trace, name))).trimEnd().split("\n");
      const header = JSON.parse(lines[0]!);
      assert.equal(name, `${header.test}-seed${header.seed}.jsonl`);
      assert.equal(typeof header.reason, "string");
    }
    const left = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    assert.deepEqual(left, ["a.json", "a.xml", "deep"]);
  }));

Deno.test("runner: a passing run leaves no trace", () =>
  inFolder(async (folder) => {
    assert.equal((await dist824(...QUICK, "--trace", folder)).code, 0);
    assert.deepEqual([...Deno.readDirSync(folder)], []);
  }));

Deno.test("runner: --json - keeps standard output to the document", async () => {
  const { code, out, err } = await dist824(...QUICK, "--json", "-", "--seed", "3");
  assert.equal(code, 0);
  assert.equal(JSON.parse(out).iterations.passed, 1);
  assert.match(err, /^Start running 2A tests 1 times, seed 3\.\.\.\n/);
});

Deno.test("runner: a drawn seed is printed, and differs from run to run", async () => {
  const [one, two] = await Promise.all([dist824(...QUICK), dist824(...QUICK)]);
  const seedOf = ({ out }: Ran) => out.match(/times, seed (\d+)\.\.\.$/m)![1];
  assert.notEqual(seedOf(one), seedOf(two));
});

Deno.test("runner: --list shows the tests and runs none", async () => {
  const all = await dist824("--list");
  assert.equal(all.code, 0);
  assert.equal(all.out.trimEnd().split("\n").length, LAB_TESTS.length);
  assert.doesNotMatch(all.out, /canary/i);
  const { out } = await dist824("--list", "--lab", "2B", "--test", "follower failure");
  assert.equal(out, "");
  const some = await dist824("--list", "--lab", "2B", "--test", "FollowerFailure");
  assert.match(some.out, /^2B +For2023TestFollowerFailure2B +Test \(2B\): .* 2023 edition\n$/);
});

Deno.test("runner: bad input is one line on standard error, exit code 2, and no run", () =>
  inFolder(async (folder) => {
    const cases: readonly [readonly string[], RegExp][] = [
      [["--runs", "0"], /--runs.*at least 1/],
      [["--runs", "1.5"], /--runs/],
      [["--seed", "abc"], /--seed/],
      [["--seed", "0x10000000000000000"], /--seed/],
      [["--jobs", "0"], /--jobs/],
      [["--test-timeout", "soon"], /--test-timeout/],
      [["--lab", "2E"], /unknown lab '2E': the labs are .*2A, .*did you mean/],
      [["--lab", "mapreduce"], /unknown lab 'mapreduce': the labs are .*2A, /],
      [["--test", "Elecion"], /no test .*'Elecion'.*did you mean Test/],
      [["--test", "election", "--lab", "2D"], /no test in 2D/],
      [["--json", join(folder, "none", "a.json")], /--json: cannot write/],
      [["--junit", folder], /--junit: cannot write/],
      [["--trace", join(folder, "file")], /--trace: cannot write/],
      [["--fail-fats"], /unknown option.*--fail-fast/],
      [["more"], /too many arguments|argument/],
    ];
    await Deno.writeTextFile(join(folder, "file"), "");
    for (const [args, message] of cases) {
      const { code, out, err } = await dist824(...args);
      assert.equal(code, 2, args.join(" "));
      assert.equal(out, "", args.join(" "));
      assert.match(err, /^dist824 test: [^\n]+\n$/, args.join(" "));
      assert.match(err, message);
    }
  }));

Deno.test("runner: the progress bar is drawn on a terminal and taken away", async () => {
  const env = memoryEnv({ terminal: true });
  assert.equal(await run(["test", ...QUICK], env), 0);
  assert.ok(env.err().startsWith(`\r\x1b[KTest Progress: [${" ".repeat(20)}] 0.0%`));
  assert.ok(env.err().endsWith("\r\x1b[K"));
  assert.doesNotMatch(env.out(), /Progress/);
});

Deno.test("runner: a worker that dies costs one test, and the run goes on", async () => {
  let victims = 1;
  const workers = testWorkers();
  const startWorker: StartWorker = (events) => {
    const link = workers(events);
    const send: typeof link.send = (task) => {
      link.send(task);
      if (task.test === "TestManyElections2A" && victims-- > 0) link.kill();
    };
    return { send, kill: () => link.kill(), ended: link.ended };
  };
  const { code, out } = await ranInProcess({ startWorker, jobs: 1 });
  assert.equal(code, 1);
  assert.equal(out.match(/^--- ERROR: /gm)!.length, 1);
  assert.match(out, /^ {4}the worker process was ended by SIGKILL$/m);
  assert.match(out, /Running the test a total of 2 times, with 1 times passed\./);
});

Deno.test("runner: a worker that takes too long is replaced", async () => {
  const { code, out } = await dist824("--lab", "2C", "--test", "churn", "--test-timeout", "0.001");
  assert.equal(code, 1);
  assert.match(out, /^ {4}the worker process was silent for 0\.001 s of wall time$/m);
});

Deno.test("runner: without workers there is one clear line", async () => {
  const startWorker = processWorkers([Deno.execPath(), "eval", "Deno.exit(9)"]);
  await assert.rejects(
    ranInProcess({ startWorker, jobs: 2 }),
    /^FailedError: no worker process could be started: the last one ended with exit code 9$/,
  );
});

Deno.test("runner: an interruption prints what is known and exits with 130", async () => {
  const env = memoryEnv();
  const running = run(["test", "--lab", "2A", "--runs", "100000", "--seed", "1"], env);
  while (!env.out().includes("starting iteration 3:")) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  env.interrupt();
  assert.equal(await running, 130);
  const total = /^Running the test a total of (\d+) times, with \1 times passed\.$/m.exec(
    env.out(),
  )!;
  assert.ok(Number(total[1]) >= 2 && Number(total[1]) < 100_000);
  assert.match(env.out(), /^Interrupted: \d+ of 100000 iterations are known\.$/m);
});

Deno.test("runner: Ctrl-C ends the program and its workers", async () => {
  const { command, args } = selfCommand(["test", "--lab", "2A", "--runs", "100000"]);
  const program = new Deno.Command(command, { args, stdout: "piped", stderr: "null" }).spawn();
  let out = "";
  let interrupted = false;
  let workers: number[] = [];
  for await (const text of program.stdout.pipeThrough(new TextDecoderStream())) {
    out += text;
    if (interrupted || !out.includes("PASS")) continue;
    interrupted = true;
    workers = childrenOf(program.pid);
    program.kill("SIGINT");
  }
  assert.equal((await program.status).code, 130);
  assert.match(
    out,
    /^Interrupted: \d+ of 100000 iterations are known\.\nRunning the test a total/m,
  );
  for (const pid of workers) assert.throws(() => Deno.statSync(`/proc/${pid}`), `${pid}`);
});

/** The processes that a process has started, where the system shows them. */
function childrenOf(pid: number): number[] {
  try {
    const text = Deno.readTextFileSync(`/proc/${pid}/task/${pid}/children`);
    return text.split(" ").filter((word) => word !== "").map(Number);
  } catch {
    return [];
  }
}

/** Two iterations of 2A, with workers of the test's own. */
async function ranInProcess(changes: Partial<TestRun>): Promise<Ran> {
  const env = memoryEnv();
  const code = await runTests({
    tests: LAB_TESTS.filter(({ lab }) => lab === "2A"),
    leftOut: [],
    runs: 2,
    seed: 1n,
    jobs: 2,
    failFast: false,
    checkDeterminism: false,
    silenceMsMax: 60_000,
    json: undefined,
    junit: undefined,
    traceDir: undefined,
    startWorker: testWorkers(),
    ...changes,
  }, env);
  return { code, out: env.out(), err: env.err() };
}
