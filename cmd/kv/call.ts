/** What every command for one operation on a store takes, and how it tells what came of it. */

import type { KvError, KvOutcome, KvResult } from "../../core/kv/mod.ts";
import { type CommandEnv, EXIT } from "../command.ts";
import { FailedError, UsageError } from "../errors.ts";
import { readInput } from "../read_input.ts";
import { type Result, tell, tellUncertain } from "../tell.ts";

/** As in the servers' door for Redis clients. */
const KEY_BYTES_MAX = 64 * 1024;
const VALUE_BYTES_MAX = 8 * 1024 * 1024;

const encoder = new TextEncoder();

/** What is to be told about a result. */
export interface Told extends Result {
  readonly code?: number;
}

/**
 * Tells what came of one operation. The result is the exit code: 3 if nobody knows. `hint` is what to do if it was not
 * done.
 *
 * @throws {FailedError} If it was certainly not carried out.
 */
export function tellOutcome(
  { command, hint = "" }: { readonly command: string; readonly hint?: string },
  outcome: KvOutcome<readonly KvResult[]>,
  file: string | undefined,
  tellOf: (result: KvResult) => Told,
  env: CommandEnv,
): number {
  if (outcome.kind === "failed") throw new FailedError(`it was not done: ${outcome.reason}${hint}`);
  if (outcome.kind === "uncertain") return tellUncertain(command, outcome.reason, env);
  const result = outcome.value[0]!;
  if (result.kind === "error") throw new FailedError(ERRORS[result.error]);
  const { code = EXIT.good, ...told } = tellOf(result);
  tell(told, file, env);
  return code;
}

const ERRORS: Readonly<Record<KvError, string>> = {
  notAnInteger: "the value is no integer",
  overflow: "the integer would have more than 64 bits",
  valueTooLarge: `a value has at most ${VALUE_BYTES_MAX} bytes`,
  notAQuestion: "the servers did not understand it",
  damaged: "the servers did not understand it",
  notCarriedOut: "the answer is too long",
};

/** `--file <file>`. */
export const FILE_OPTION = ["--file <file>", "the value is what is in <file>"] as const;

/** The value, as an argument. */
export const VALUE_ARGUMENT = [
  "[value]",
  "the value; what --file or standard input holds, if it is not given",
] as const;

/** The exit codes of what changes something. */
export const CODES =
  "The exit code is 1 if it was certainly not done, and 3 if nobody knows, as when the servers died.";

/**
 * Tells the value of a key.
 *
 * @throws {FailedError} If it is not there, and nobody wants to know that as JSON.
 */
export function tellValue(
  key: string,
  result: KvResult,
  isJson: boolean,
  env: CommandEnv,
): Told {
  const { value } = expect(result, "value");
  if (value === undefined) {
    if (!isJson) throw new FailedError(`there is no key '${key}'`);
    return { text: "", json: { key, found: false }, code: EXIT.failed };
  }
  const text = env.stdout.isTerminal ? withLineEnd(value) : value;
  return { text, json: { key, found: true, ...jsonBytes("value", value) } };
}

/** Tells that a key was set. */
export function tellPut(key: string): Told {
  return { text: "OK\n", json: { key, ok: true } };
}

/** Tells how long a value has become. */
export function tellLength(key: string, result: KvResult): Told {
  const { length } = expect(result, "length");
  return { text: `${length}\n`, json: { key, ok: true, length } };
}

/**
 * Returns a result, which is of this kind.
 *
 * @throws {FailedError} If the servers took the operation for something else.
 */
export function expect<Kind extends KvResult["kind"]>(
  result: KvResult,
  kind: Kind,
): Extract<KvResult, { kind: Kind }> {
  if (result.kind === kind) return result as Extract<KvResult, { kind: Kind }>;
  throw new FailedError(`the servers gave an answer of another kind: ${result.kind}`);
}

function withLineEnd(value: Uint8Array): Uint8Array {
  const text = new Uint8Array(value.length + 1);
  text.set(value);
  text[value.length] = 10;
  return text;
}

/** How bytes stand in JSON: `value` if they are text, `valueBase64` otherwise. */
function jsonBytes(name: string, bytes: Uint8Array): Readonly<Record<string, string>> {
  try {
    return { [name]: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    return { [`${name}Base64`]: bytes.toBase64() };
  }
}

/** A key on the command line. */
export function keyOf(text: string): Uint8Array {
  const key = encoder.encode(text);
  if (key.length <= KEY_BYTES_MAX) return key;
  throw new UsageError(`a key has at most ${KEY_BYTES_MAX} bytes, this one ${key.length}`);
}

/** A value: what stands on the command line, or what is in a file, or in standard input. */
export async function valueOf(
  text: string | undefined,
  file: string | undefined,
  env: CommandEnv,
): Promise<Uint8Array> {
  if (text !== undefined && file !== undefined) {
    throw new UsageError("a value on the command line and --file are too much");
  }
  const value = text === undefined ? await readInput(file, env) : encoder.encode(text);
  if (value.length <= VALUE_BYTES_MAX) return value;
  throw new FailedError(`a value has at most ${VALUE_BYTES_MAX} bytes, this one ${value.length}`);
}
