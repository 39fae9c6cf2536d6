/**
 * How the lab tests write their commands and snapshots as bytes. A command is an integer or a text;
 * Raft sees neither, only bytes.
 */

import { Decoder, Encoder } from "@msgpack/msgpack";
import { ByteSlab } from "../../../core/base/byte_slab.ts";
import { DamagedDataError } from "../../../core/base/errors.ts";

/** What a lab test proposes: an integer of at most 53 bits, or a text. */
export type Command = number | string;

/** What the harness captures when it compacts: the commands `1..index`; element 0 is never used. */
export interface LabSnapshot {
  readonly index: number;
  readonly commands: readonly (Command | undefined)[];
}

const encoder = new Encoder();
const slab = new ByteSlab();
const decoder = new Decoder();

/** Writes a command. */
export function encodeCommand(command: Command): Uint8Array {
  return slab.copy(encoder.encodeSharedRef(command));
}

/**
 * Reads a command.
 *
 * @throws {DamagedDataError} If the bytes are anything else.
 */
export function decodeCommand(bytes: Uint8Array): Command {
  const value = decode(bytes);
  if (isCommand(value)) return value;
  throw new DamagedDataError(`A command is an integer or a text, not ${String(value)}`, 0);
}

/** Writes a snapshot. */
export function encodeSnapshot(snapshot: LabSnapshot): Uint8Array {
  return slab.copy(encoder.encodeSharedRef([snapshot.index, snapshot.commands]));
}

/**
 * Reads a snapshot.
 *
 * @throws {DamagedDataError} If the bytes are not an index and that many commands.
 */
export function decodeSnapshot(bytes: Uint8Array): LabSnapshot {
  const value = decode(bytes);
  if (!Array.isArray(value) || value.length !== 2 || !Array.isArray(value[1])) {
    throw new DamagedDataError("A snapshot is an index and a list", 0);
  }
  const [index, list]: [unknown, unknown[]] = [value[0], value[1]];
  if (typeof index !== "number" || list.length !== index + 1) {
    throw new DamagedDataError(
      `A snapshot at ${index} has ${index} commands, not ${list.length - 1}`,
      0,
    );
  }
  const commands = list.map((command, i) => {
    if (i === 0) return undefined;
    if (isCommand(command)) return command;
    throw new DamagedDataError(`Command ${i} of a snapshot is ${String(command)}`, 0);
  });
  return { index, commands };
}

function isCommand(value: unknown): value is Command {
  return typeof value === "number" || typeof value === "string";
}

function decode(bytes: Uint8Array): unknown {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw Object.assign(new DamagedDataError("The bytes are not a value", 0), { cause });
  }
}
