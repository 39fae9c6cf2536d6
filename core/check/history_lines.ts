/**
 * Histories as text, for anyone's system: one JSON object a line, with `client`, `op` (`get put append delete cas`;
 * `read` and `write` are `get` and `put`), `key`, `value` (of a cas `expect` and `value`), `output` of a get, `ok` of
 * a cas, `call` and `return`. `return` is null if the outcome is not known. Other fields are nobody's business.
 */

import type { KvInput, KvOperation, KvOutput } from "./kv_model.ts";
import { printable } from "./words.ts";

/** A line that is no operation. The message says what is wrong with it. */
export class HistoryLineError extends Error {
  override readonly name = "HistoryLineError";
}

type Fields = Readonly<Record<string, unknown>>;

const OPS: Readonly<Record<string, KvInput["op"]>> = {
  get: "get",
  read: "get",
  put: "put",
  write: "put",
  append: "append",
  delete: "delete",
  del: "delete",
  cas: "cas",
};

/**
 * Reads one line.
 *
 * @throws {HistoryLineError} If it is no operation.
 */
export function parseHistoryLine(line: string): KvOperation {
  const fields = parseObject(line);
  const input = inputOf(fields);
  const client = fields["client"];
  if (!Number.isSafeInteger(client)) throw wrong(fields, "client", "an integer");
  const call = timeOf(fields, "call");
  if (fields["return"] === null) {
    checkUnknown(fields);
    return { client: client as number, input, output: undefined, call, return: Infinity };
  }
  const end = timeOf(fields, "return");
  return { client: client as number, input, output: outputOf(input.op, fields), call, return: end };
}

/** Writes one operation, without the line's end. */
export function formatHistoryLine(
  { client, input, output, call, return: end }: KvOperation,
): string {
  const result: Record<string, unknown> = {};
  if (input.op === "get" && output !== undefined) result["output"] = output.value ?? null;
  if (output?.ok !== undefined) result["ok"] = output.ok;
  const isOver = output !== undefined && Number.isFinite(end);
  return JSON.stringify({ client, ...input, ...result, call, return: isOver ? end : null });
}

function parseObject(line: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new HistoryLineError(`not JSON: ${printable((error as Error).message)}`);
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
  throw new HistoryLineError("not a JSON object");
}

function inputOf(fields: Fields): KvInput {
  const name = fields["op"];
  const op = typeof name === "string" && Object.hasOwn(OPS, name) ? OPS[name]! : undefined;
  if (op === undefined) throw wrong(fields, "op", "one of get, put, append, delete, cas");
  const key = textOf(fields, "key");
  if (op === "get" || op === "delete") return { op, key };
  const value = textOf(fields, "value");
  if (op !== "cas") return { op, key, value };
  return { op, key, expect: textOrNull(fields, "expect"), value };
}

function outputOf(op: KvInput["op"], fields: Fields): KvOutput {
  const ok = fields["ok"];
  if (op === "get") return { value: textOrNull(fields, "output") };
  if (op === "cas") {
    if (typeof ok !== "boolean") throw wrong(fields, "ok", "true or false");
    return { ok };
  }
  if (op === "delete" && typeof ok === "boolean") return { ok };
  if (ok === false) {
    throw new HistoryLineError(`"ok" is false: what did not take effect has no place in a history`);
  }
  return {};
}

function checkUnknown(fields: Fields): void {
  for (const name of ["output", "ok"]) {
    if (fields[name] === undefined || fields[name] === null) continue;
    throw new HistoryLineError(
      `"return" is null, so the outcome is unknown, but there is "${name}"`,
    );
  }
}

/** A text; integers are taken as their digits. */
function textOf(fields: Fields, name: string, expected = "a string"): string {
  const value = fields[name];
  if (typeof value === "string") return value;
  if (Number.isSafeInteger(value)) return String(value);
  throw wrong(fields, name, expected);
}

function textOrNull(fields: Fields, name: string): string | null {
  return fields[name] === null ? null : textOf(fields, name, "a string, or null if absent");
}

function timeOf(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value === "number") return value;
  throw wrong(fields, name, name === "return" ? "a number, or null if unknown" : "a number");
}

function wrong(fields: Fields, name: string, expected: string): HistoryLineError {
  if (!Object.hasOwn(fields, name)) {
    return new HistoryLineError(`"${name}" is missing: ${expected}`);
  }
  const shown = printable(JSON.stringify(fields[name])!.slice(0, 60));
  return new HistoryLineError(`"${name}" must be ${expected}, and is ${shown}`);
}
