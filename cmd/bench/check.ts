/** `dist824 bench check`: how fast the linearizability checker is, on histories that are right and on broken ones. */

import {
  checkHistory,
  kvModel,
  type KvOperation,
  STEPS_MAX,
  type Verdict,
} from "../../core/check/mod.ts";
import { type CommandEnv, Option } from "../command.ts";
import { grouped, tableText } from "../test_runner/table.ts";
import { integer } from "../values.ts";
import { HISTORY_KINDS, historyOf, withStaleRead } from "./check_histories.ts";
import { defineBench } from "./define_bench.ts";

/** Every history is checked so many times, and the quickest counts: others only have more disturbance in them. */
const ROUNDS = 3;

/** Figures of one kind of history. */
interface CheckFigures {
  readonly name: string;
  readonly histories: number;
  readonly operations: number;
  readonly steps: number;
  /** Of all histories together. */
  readonly wallMs: number;
  /** Of the slowest. */
  readonly slowestMs: number;
  readonly verdicts: Readonly<Record<Verdict, number>>;
}

/** Measures the checker. */
export const checkBench = defineBench({
  name: "check",
  summary: "Operations per second of the linearizability checker",
  examples: [
    { line: "dist824 bench check", does: "histories of 10,000 operations, right and broken ones" },
    { line: "dist824 bench check --runs 1 --json -", does: "one history of each kind, as JSON" },
  ],
  configure: (command) =>
    command
      .addOption(
        new Option("--runs <n>", "how many histories of each kind").argParser(integer({ min: 1 }))
          .default(3),
      ),
  measure({ options: { runs } }, env) {
    const figures = HISTORY_KINDS.flatMap((kind) => {
      const histories = Array.from({ length: runs }, (_, i) => historyOf(kind, BigInt(i + 1)));
      return [
        measured(kind.name, histories, env),
        measured(`${kind.name}, a get changed`, histories.map(withStaleRead), env),
      ];
    });
    return Promise.resolve({ text: textOf(figures), figures: { runs, kinds: figures } });
  },
});

function measured(
  name: string,
  histories: readonly (readonly KvOperation[])[],
  env: CommandEnv,
): CheckFigures {
  const verdicts = { ok: 0, illegal: 0, unknown: 0 };
  let [operations, steps, wallMs, slowestMs] = [0, 0, 0, 0];
  for (const history of histories) {
    let best = Infinity;
    let verdict: Verdict = "unknown";
    for (let round = 0; round < ROUNDS; round++) {
      env.interrupted.throwIfAborted();
      const begun = env.now();
      const report = checkHistory(kvModel, history, { stepsMax: STEPS_MAX });
      best = Math.min(best, env.now() - begun);
      verdict = report.verdict;
      if (round === 0) steps += report.steps;
    }
    verdicts[verdict]++;
    operations += history.length;
    wallMs += best;
    slowestMs = Math.max(slowestMs, best);
  }
  return { name, histories: histories.length, operations, steps, wallMs, slowestMs, verdicts };
}

function textOf(figures: readonly CheckFigures[]): string {
  const heading = [
    "history",
    "operations",
    "steps",
    "per second",
    "slowest",
    "ok",
    "illegal",
    "unknown",
  ];
  const rows = figures.map((each) => [
    each.name,
    grouped(each.operations / each.histories),
    grouped(each.steps / each.histories),
    grouped(each.operations / each.wallMs * 1000),
    `${each.slowestMs.toFixed(0)} ms`,
    String(each.verdicts.ok),
    String(each.verdicts.illegal),
    String(each.verdicts.unknown),
  ]);
  const aligns = heading.map((_, column) => column === 0 ? "left" as const : "right" as const);
  return tableText([heading, ...rows], aligns);
}
