/** The verdict on what clerks of a key/value store have seen. */

import { checkHistory, type CheckOptions, type PartReport } from "../../../core/check/check.ts";
import { kvModel, type KvOperation } from "../../../core/check/kv_model.ts";
import { TestFailure, UnknownVerdict } from "../lab_test.ts";

/**
 * Checks that a history is linearizable.
 *
 * @throws {TestFailure} If it is not, with the first operation of each key that does not fit.
 * @throws {UnknownVerdict} If the checker ran out of its budget.
 */
export function checkKv(history: readonly KvOperation[], options: CheckOptions = {}): void {
  const { verdict, steps, parts } = checkHistory(kvModel, history, options);
  if (verdict === "ok") return;
  if (verdict === "unknown") {
    throw new UnknownVerdict(`linearizability: no answer after ${steps} steps`);
  }
  const illegal = parts.filter((part) => part.verdict === "illegal");
  const lines = illegal.map((part) => misfitLine(part, history));
  throw new TestFailure(["history is not linearizable", ...lines].join("\n"));
}

function misfitLine(
  { partition, order, operations, misfits }: PartReport,
  history: readonly KvOperation[],
): string {
  const fits =
    `key ${partition}: ${order.length} of ${operations.length} operations can be ordered`;
  const [first] = misfits;
  if (first === undefined) return fits;
  const { client, input, output } = history[first.operation]!;
  return `${fits}; then client ${client}: ${kvModel.describe(input, output)}: ${first.why}`;
}
