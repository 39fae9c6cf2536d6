/** `dist824 replay`: repeats a run that was made smaller. */

import { basename, join } from "node:path";
import { noTrace } from "../core/base/ports.ts";
import { ruleOf, runPlanned } from "../tests/minimise/mod.ts";
import { defineCommand, EXIT } from "./command.ts";
import { readPlan, testOf } from "./minimise/plan_file.ts";
import { sizesOf } from "./minimise/report.ts";
import { traceOption } from "./options.ts";
import { makeWritableFolder, writeWholeFile } from "./test_runner/files.ts";
import { grouped } from "./test_runner/table.ts";
import { TraceLines } from "./test_runner/trace_lines.ts";

/** Repeats a plan. */
export const replayCommand = defineCommand({
  name: "replay",
  summary: "Repeat a run that dist824 minimise has made smaller",
  description: [
    "Repeat the run of a plan, down to the last event.",
    "Exit code: 0 it passed, 1 it failed, 3 its verdict is unknown.",
  ].join("\n\n"),
  examples: [
    { line: "dist824 replay TestFigure82C-seed1.plan.json", does: "does it still fail?" },
    { line: "dist824 replay small.json --trace traces", does: "leave a trace of it" },
    { line: "dist824 trace traces/small.jsonl", does: "look at it" },
    {
      line: "dist824 replay small.json --without-bug",
      does: "what right servers do in the same situation",
    },
  ],
  configure: (command) =>
    command
      .argument("<plan>", "the file that dist824 minimise has written")
      .option("--without-bug", "leave out the planted mistake")
      .addOption(traceOption()),
  async run({ args: [file], options }, env) {
    const { bug: planted, ...plan } = readPlan(file);
    const bug = options.withoutBug ? undefined : planted;
    const test = testOf({ ...plan, bug });
    if (options.trace !== undefined) makeWritableFolder("--trace", options.trace);
    const trace = options.trace === undefined ? noTrace : new TraceLines();
    const run = await runPlanned(test, BigInt(plan.seed), plan.changes, { trace });
    const { verdict, reason, hash, events } = run.outcome;
    env.stdout.write(`${test.title}, seed ${plan.seed}${bug === undefined ? "" : `, ${bug}`}\n`);
    if (reason !== undefined) env.stdout.write(`${reason}\n`);
    const sizes = sizesOf(run).map(([name, size]) => `${name}: ${grouped(size)}`);
    env.stdout.write(`${sizes.join(", ")}\n`);
    env.stdout.write(verdictText(verdict, ruleOf(reason ?? "").name === plan.rule, plan.rule));
    if (bug === planted && hash !== plan.hash) {
      env.stdout.write(
        "It goes another way than when the plan was made: the program has changed.\n",
      );
    }
    if (trace instanceof TraceLines) {
      const path = join(options.trace!, `${basename(file).replace(/(\.plan)?\.json$/, "")}.jsonl`);
      const { lab, test: name, seed } = plan;
      const header = { lab, test: name, seed, bug, plan: file, verdict, reason, hash, events };
      writeWholeFile(path, trace.file(header));
      env.stdout.write(`trace: ${path}\n`);
    }
    if (verdict === "pass") return EXIT.good;
    return verdict === "unknown" ? EXIT.unknown : EXIT.failed;
  },
});

function verdictText(verdict: string, isSameRule: boolean, rule: string): string {
  if (verdict === "pass") return `It passes: ${rule} is not broken.\n`;
  return isSameRule ? `The rule ${rule} is broken.\n` : `It does not break ${rule}: ${verdict}.\n`;
}
