/** `dist824 bench`: measures this program on this machine. Figures are for reading; no test depends on them. */

import { buildInfo } from "../core/host/build_info.ts";
import type { Bench } from "./bench_definition.ts";
import { simBench } from "./bench_sim.ts";
import { Argument, defineCommand, EXIT, Option } from "./command.ts";
import { jobsOption, jsonOption } from "./options.ts";
import { checkWritableFile, writeWholeText } from "./test_runner/files.ts";
import { integer, oneOf } from "./values.ts";

/** Everything that can be measured. */
const BENCHES: readonly Bench[] = [simBench];

/** Measures one part of the program. */
export const benchCommand = defineCommand({
  name: "bench",
  summary: "Measure this program on this machine",
  description: [
    "Measure this program on this machine:",
    ...BENCHES.map(({ name, summary }) => `${name}: ${summary}.`),
  ].join("\n\n"),
  examples: [
    { line: "dist824 bench sim", does: "the simulator's speed, and 50 runs of each lab" },
    { line: "dist824 bench sim --runs 5 --json -", does: "a short one, as JSON" },
  ],
  configure: (command) =>
    command
      .addArgument(
        new Argument("<what>", `what to measure: ${BENCHES.map(({ name }) => name).join(", ")}`)
          .argParser(oneOf(BENCHES.map(({ name }) => name))),
      )
      .addOption(
        new Option("--runs <n>", "how often to run what is measured").argParser(integer({ min: 1 }))
          .default(50),
      )
      .addOption(jobsOption())
      .addOption(jsonOption()),
  async run({ args: [what], options }, env) {
    const { json, runs, jobs = navigator.hardwareConcurrency } = options;
    if (json !== undefined && json !== "-") checkWritableFile("--json", json);
    const bench = BENCHES.find(({ name }) => name === what)!;
    const { text, figures } = await bench.measure({ runs, jobs }, env);
    if (json !== "-") env.stdout.write(text);
    if (json === undefined) return EXIT.good;
    const { version, commit } = buildInfo();
    const program = { name: "dist824", version, commit };
    const cores = navigator.hardwareConcurrency;
    const document = { program, bench: what, cores, runs, jobs, ...figures };
    const lines = `${JSON.stringify(document, undefined, 2)}\n`;
    if (json === "-") env.stdout.write(lines);
    else writeWholeText(json, lines);
    return EXIT.good;
  },
});
