/** One operation on the store, from a command line: carried out exactly once, and told in one of a few ways. */

import type { KvError, KvOperation, KvResult } from "../../core/kv/mod.ts";
import type { ClientFlags } from "../cluster/connect.ts";
import { type CommandEnv, EXIT } from "../command.ts";
import { FailedError, UsageError } from "../errors.ts";
import { readInput } from "../read_input.ts";
import { type Result, tell } from "../tell.ts";
import { withKvClient } from "./connect.ts";

/** As in the servers' door for Redis clients. */
const KEY_BYTES_MAX = 64 * 1024;
const VALUE_BYTES_MAX = 8 * 1024 * 1024;

const encoder = new TextEncoder();

/** Flags of every operation. */
export interface CallFlags extends ClientFlags {
  readonly json?: string | undefined;
}

/** What is to be told about a result. */
export interface Told extends Result {
  readonly code?: number;
}

/**
 * Carries out an operation, and tells what came of it. The result is the exit code: 3 if nobody knows.
 *
 * @throws {FailedError} If it was certainly not carried out.
 */
export async function call(
  command: string,
  operation: KvOperation,
  flags: CallFlags,
  tellOf: (result: KvResult) => Told,
  env: CommandEnv,
): Promise<number> {
  const outcome = await withKvClient(flags, (client) => client.run([operation]));
  if (outcome.kind === "failed") throw new FailedError(`it was not done: ${outcome.reason}`);
  if (outcome.kind === "uncertain") {
    env.stderr.write(
      `dist824 kv ${command}: nobody knows whether it was done: ${outcome.reason}\n`,
    );
    return EXIT.unknown;
  }
  const result = outcome.value[0]!;
  if (result.kind === "error") throw new FailedError(ERRORS[result.error]);
  const { code = EXIT.good, ...told } = tellOf(result);
  tell(told, flags.json, env);
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

/** How bytes stand in JSON: `value` if they are text, `valueBase64` otherwise. */
export function jsonBytes(name: string, bytes: Uint8Array): Readonly<Record<string, string>> {
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
