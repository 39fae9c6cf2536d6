/** `dist824 minimise`: makes a failing run smaller. */

import { mistakeNamed, MISTAKES, withMistake } from "../tests/bugs/mod.ts";
import { type LabTest, SIMULATED_TESTS } from "../tests/labs/mod.ts";
import {
  type Figures,
  formatPlan,
  minimise,
  type Minimised,
  NothingToMinimise,
} from "../tests/minimise/mod.ts";
import { type CommandEnv, defineCommand, EXIT, Option } from "./command.ts";
import { FailedError } from "./errors.ts";
import { minimisedJson, minimisedText } from "./minimise/report.ts";
import { jsonOption, knownSeedOption } from "./options.ts";
import { checkWritableFile, writeWholeText } from "./test_runner/files.ts";
import { selectTests } from "./test_runner/selection.ts";
import { choiceOption, eachOf, integer } from "./values.ts";

const TAKE_AWAY = "\r\x1b[K";
const DRAW_EVERY_MS = 100;

/** Makes a failing run smaller. */
export const minimiseCommand = defineCommand({
  name: "minimise",
  summary: "Make a failing run of a lab test smaller, while it breaks the same rule",
  description: [
    "Run a test with a seed with which it fails, then again and again with less: without lost and late messages, " +
    "without crashes and cuts, without operations, with shorter waits and fewer messages, as long as the same rule " +
    "breaks. Of a run that fails since something did not happen in time, only faults are left out, and operations " +
    "where that is sure to be fair. What is left goes into a file, a plan; dist824 replay repeats it exactly.",
    "If several tests are meant, the first one that fails is taken. Ctrl-C ends the search; the best plan so far is " +
    "kept.",
    "Exit code: 0 there is a plan, 1 nothing fails, 130 interrupted.",
  ].join("\n\n"),
  examples: [
    {
      line: "dist824 minimise --lab 2C --test TestFigure82C --seed 4711",
      does: "make what seed 4711 does smaller",
    },
    {
      line: "dist824 minimise --lab 2A --bug votes-twice --seed 1 -o small.json",
      does: "with a planted mistake",
    },
    { line: "dist824 replay small.json --trace traces", does: "repeat what is left" },
  ],
  configure: (command) =>
    command
      .addOption(
        new Option("--lab <lab...>", "labs (2A), beginnings of labs (2), or all (default: all)")
          .argParser(eachOf((text) => text)),
      )
      .option("--test <pattern>", "only tests with <pattern> in their function name or title")
      .addOption(knownSeedOption())
      .addOption(
        choiceOption(
          "--bug <name>",
          "plant a mistake in every server (dist824 bugs --list shows them)",
          MISTAKES.map(({ name }) => name),
        ),
      )
      .addOption(
        new Option("--budget <runs>", "give up after so many runs").argParser(integer({ min: 2 }))
          .default(2000),
      )
      .option("-o, --output <file>", "where to write the plan (default: TEST-seedSEED.plan.json)")
      .addOption(jsonOption()),
  async run({ options }, env) {
    const { lab, test: pattern, seed, bug, budget, json, output } = options;
    const wanted = selectTests({ labs: SIMULATED_TESTS, hidden: [] }, { labs: lab ?? [], pattern });
    const tests = bug === undefined
      ? wanted
      : wanted.map((test) => withMistake(test, mistakeNamed(bug)));
    if (output !== undefined) checkWritableFile("--output", output);
    if (json !== undefined && json !== "-") checkWritableFile("--json", json);
    const result = await minimiseFirst(tests, { seed, budget }, env);
    const { name, lab: ofLab } = result.after.outcome;
    const file = output ?? `${name}-seed${seed}.plan.json`;
    writeWholeText(
      file,
      formatPlan({
        lab: ofLab,
        test: name,
        seed: String(seed),
        bug,
        rule: result.rule.name,
        hash: result.after.outcome.hash,
        changes: result.after.record.changes,
      }),
    );
    const out = json === "-" ? env.stderr : env.stdout;
    out.write(`${name}, seed ${seed}\n${minimisedText(result)}`);
    out.write(`plan: ${file}\nto repeat it: ./dist824 replay ${file}\n`);
    if (json === "-") env.stdout.write(minimisedJson(result, file));
    else if (json !== undefined) writeWholeText(json, minimisedJson(result, file));
    return env.interrupted.aborted ? EXIT.interrupted : EXIT.good;
  },
});

/** Makes the run of the first test smaller that fails. */
async function minimiseFirst(
  tests: readonly LabTest[],
  what: { readonly seed: bigint; readonly budget: number },
  env: CommandEnv,
): Promise<Minimised> {
  const { interrupted } = env;
  const line = progressLine(env, what.budget);
  for (const test of tests) {
    interrupted.throwIfAborted();
    try {
      return await minimise({ ...what, test, interrupted, onRun: line.draw });
    } catch (error) {
      if (!(error instanceof NothingToMinimise)) throw error;
      if (tests.length === 1) throw new FailedError(error.message);
    } finally {
      line.clear();
    }
  }
  throw new FailedError(`none of ${tests.length} tests fails with seed ${what.seed}`);
}

/** On a terminal, a line that is redrawn: how many runs there were, and how small the smallest is. */
function progressLine({ stderr, now }: CommandEnv, budget: number) {
  let drawnAt = -Infinity;
  return {
    draw(runs: number, { events, faults }: Figures): void {
      if (!stderr.isTerminal || now() - drawnAt < DRAW_EVERY_MS) return;
      drawnAt = now();
      const text = `run ${runs} of at most ${budget}: ${events} events, ${faults} faults`;
      stderr.write(TAKE_AWAY + text.slice(0, stderr.columns - 1));
    },
    clear(): void {
      if (drawnAt !== -Infinity) stderr.write(TAKE_AWAY);
    },
  };
}
