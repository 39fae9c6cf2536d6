/** `dist824 test`: runs the tests of the labs any number of times. */

import { InvalidArgumentError } from "@commander-js/extra-typings";
import { mistakeNamed, MISTAKES, withMistake } from "../tests/bugs/mod.ts";
import { CANARY_TESTS, LAB_TESTS, type LabTest } from "../tests/labs/mod.ts";
import { defineCommand, EXIT, Option } from "./command.ts";
import { UsageError } from "./errors.ts";
import { jobsOption, jsonOption, seedOption, traceOption } from "./options.ts";
import { checkWritableFile, makeWritableFolder } from "./test_runner/files.ts";
import { selectReal } from "./test_runner/real_world.ts";
import { runTests } from "./test_runner/run_tests.ts";
import { selectTests } from "./test_runner/selection.ts";
import { tableText } from "./test_runner/table.ts";
import { testWorkers } from "./test_workers.ts";
import { choiceOption, eachOf, integer, seconds } from "./values.ts";

const DESCRIPTION = [
  "Run the tests of the labs, each in a simulated world with virtual time; those of lab 1 with real processes.",
  "With --real the same tests run on the wall clock, over TCP and on files, with the labs' faults in front of the " +
  "sockets; one at a time, unless --jobs says otherwise. Such a run cannot be repeated exactly.",
  "Iteration i has the seed S + i - 1, where S is that of --seed. A failure prints the command that " +
  "repeats it exactly; before it is reported, it is run a second time.",
  "Exit code: 0 all passed, 1 something failed, 3 a verdict is unknown, 130 interrupted.",
].join("\n\n");

/** Runs lab tests. */
export const testCommand = defineCommand({
  name: "test",
  summary: "Run the tests of the labs, any number of times",
  description: DESCRIPTION,
  examples: [
    { line: "dist824 test --lab 2D --runs 50", does: "run the tests of lab 2D fifty times" },
    { line: "dist824 test --lab 2 --test figure8 --seed 37", does: "repeat what seed 37 did" },
    { line: "dist824 test --runs 1000 --fail-fast --trace traces", does: "hunt for a failure" },
    { line: "dist824 test --lab 2A --bug votes-twice", does: "see a wrong Raft fail" },
    { line: "dist824 test --real --lab 2A", does: "run lab 2A over sockets and on files" },
    { line: "dist824 test --list --lab 2A,2B", does: "show what there is" },
  ],
  configure: (command) =>
    command
      .addOption(
        new Option("--lab <lab...>", "labs (2A), beginnings of labs (2), or all (default: all)")
          .argParser(eachOf(labText)),
      )
      .option("--test <pattern>", "only tests with <pattern> in their function name or title")
      .addOption(
        new Option("--runs <n>", "number of iterations").argParser(integer({ min: 1 }))
          .default(1),
      )
      .addOption(seedOption())
      .addOption(jobsOption())
      .option("--list", "show the tests instead of running them")
      .option(
        "--real",
        "play them on the wall clock, with sockets and files, instead of simulating",
      )
      .addOption(
        choiceOption(
          "--bug <name>",
          "plant a mistake in every server (dist824 bugs --list shows them)",
          MISTAKES.map(({ name }) => name),
        ),
      )
      .option("--fail-fast", "end the run at the first failure")
      .option("--check-determinism", "run everything twice and compare every event")
      .addOption(
        new Option("--test-timeout <s>", "seconds of wall time that one simulated test may take")
          .argParser(seconds).default(120),
      )
      .addOption(jsonOption())
      .option("--junit <file>", "write the results as JUnit XML to <file>")
      .addOption(traceOption()),
  async run({ options }, env) {
    const wanted = selectTests({ labs: LAB_TESTS, hidden: CANARY_TESTS }, {
      labs: options.lab ?? [],
      pattern: options.test,
    });
    if (options.list) {
      env.stdout.write(listText(wanted, options.real ?? false));
      return EXIT.good;
    }
    if (options.real && options.checkDeterminism) {
      throw new UsageError(
        "--check-determinism: no two runs in the real world (--real) are the same",
      );
    }
    const tests = planted(wanted, options.bug);
    const selection = options.real ? selectReal(tests) : { tests, leftOut: [] };
    const { json, junit, trace } = options;
    if (json !== undefined && json !== "-") checkWritableFile("--json", json);
    if (junit !== undefined) checkWritableFile("--junit", junit);
    if (trace !== undefined) makeWritableFolder("--trace", trace);
    return await runTests({
      ...selection,
      runs: options.runs,
      seed: options.seed ?? drawSeed(),
      jobs: options.jobs ?? (options.real ? 1 : navigator.hardwareConcurrency),
      failFast: options.failFast ?? false,
      checkDeterminism: options.checkDeterminism ?? false,
      silenceMsMax: options.testTimeout * 1000,
      json,
      junit,
      traceDir: trace,
      startWorker: testWorkers(),
    }, env);
  },
});

/** The tests with the mistake in their servers; all that are not played with real processes. */
function planted(tests: readonly LabTest[], bug: string | undefined): readonly LabTest[] {
  if (bug === undefined) return tests;
  const mistake = mistakeNamed(bug);
  return tests.filter(({ realWorld }) => realWorld === undefined)
    .map((test) => withMistake(test, mistake));
}

/** `--lab --runs 5` has forgotten the lab. */
function labText(text: string): string {
  if (text.startsWith("-")) throw new InvalidArgumentError("Expected the name of a lab");
  return text;
}

/** A line for each test; with `real`, also why it cannot be played in the real world, where that is so. */
function listText(tests: readonly LabTest[], real: boolean): string {
  const rows = tests.map(({ lab, name, title, addition = "", simulatedOnly }) => {
    const why = real && simulatedOnly !== undefined ? `only simulated: ${simulatedOnly}` : "";
    return [lab, name, title, addition, why];
  });
  return tableText(rows, ["left", "left", "left", "left", "left"]);
}

/** A seed from the operating system. */
function drawSeed(): bigint {
  return crypto.getRandomValues(new BigUint64Array(1))[0]!;
}
