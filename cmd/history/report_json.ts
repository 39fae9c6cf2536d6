/** What a check found, for programs. */

import type { CheckedHistory } from "./check_lines.ts";

/** Operations are named by the numbers of their lines. */
export function reportJson(checked: CheckedHistory, wallMs: number): Record<string, unknown> {
  const { verdict, steps, parts } = checked.report;
  const lineOf = (operation: number) => checked.lines[operation]!;
  return {
    verdict,
    operations: checked.operations.length,
    steps,
    wallMs,
    keys: parts.map((part) => ({
      key: part.partition,
      verdict: part.verdict,
      operations: part.operations.length,
      steps: part.steps,
      ...(part.verdict === "illegal"
        ? {
          order: part.order.map(lineOf),
          misfits: part.misfits.map(({ operation, why }) => ({ line: lineOf(operation), why })),
        }
        : {}),
    })),
  };
}
