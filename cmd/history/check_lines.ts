/** Checks operations with one of the models that the command line knows, and keeps what reports need. */

import {
  checkHistory,
  type CheckOptions,
  HistoryError,
  type HistoryReport,
  kvModel,
  type KvOperation,
  registerModel,
  type RegisterOperation,
} from "../../core/check/mod.ts";
import { UsageError } from "../errors.ts";
import type { ReadHistory } from "./read_history.ts";

/** The models of the command line. */
export const MODEL_NAMES = ["kv", "register"] as const;

/** One of them. */
export type ModelName = (typeof MODEL_NAMES)[number];

/** What was checked, and what came of it. */
export interface CheckedHistory extends ReadHistory {
  readonly report: HistoryReport;
  /** An operation as people write it. */
  describe(operation: number): string;
}

/**
 * Checks a history.
 *
 * @throws {UsageError} If the history makes no sense, with the lines; or if a register is asked for more than reads
 * and writes.
 */
export function checkLines(
  history: ReadHistory,
  model: ModelName,
  options: CheckOptions,
): CheckedHistory {
  const { operations, lines } = history;
  try {
    if (model === "kv") {
      const report = checkHistory(kvModel, operations, options);
      const describe = (i: number) => described(kvModel, operations[i]!);
      return { ...history, report, describe };
    }
    const registers = operations.map((operation, i) => registerOperation(operation, lines[i]!));
    const report = checkHistory(registerModel, registers, options);
    return { ...history, report, describe: (i) => described(registerModel, registers[i]!) };
  } catch (error) {
    if (!(error instanceof HistoryError)) throw error;
    const about = error.operations.map((i) => lines[i]!).sort((a, b) => a - b);
    const where = `line${about.length === 1 ? "" : "s"} ${about.join(" and ")}`;
    const hint = error.message.startsWith("Two events")
      ? "; --ties concurrent takes such operations as concurrent"
      : "";
    throw new UsageError(`${where}: ${error.message}${hint}`);
  }
}

function described<Input, Output>(
  model: { describe(input: Input, output: Output | undefined): string },
  { input, output }: { readonly input: Input; readonly output: Output | undefined },
): string {
  return model.describe(input, output);
}

function registerOperation(operation: KvOperation, line: number): RegisterOperation {
  const { input, output } = operation;
  const register = input.key;
  if (input.op === "get") return { ...operation, input: { op: "read", register } };
  if (input.op === "put") {
    const written = output === undefined ? undefined : {};
    return { ...operation, input: { op: "write", register, value: input.value }, output: written };
  }
  throw new UsageError(
    `line ${line}: a register knows get (read) and put (write) only, and this is ${input.op}; ` +
      "--model kv knows more",
  );
}
