/** Finds commands by their names, as clients write them. */

import { CONNECTION_COMMANDS } from "./connection.ts";
import { type RedisCommand } from "./command.ts";
import { KEY_COMMANDS } from "./keys.ts";
import { serverCommands } from "./server.ts";
import { STRING_COMMANDS } from "./strings.ts";
import { latin1 } from "./words.ts";

/** Every command. */
export const COMMANDS: readonly RedisCommand[] = [
  ...CONNECTION_COMMANDS,
  ...serverCommands(() => COMMANDS),
  ...STRING_COMMANDS,
  ...KEY_COMMANDS,
];

/** By a number that depends on the name's letters, whatever their case. */
const TABLE = new Map<number, readonly RedisCommand[]>();

for (const command of COMMANDS) {
  const number = numberOf(Uint8Array.from(command.name, (letter) => letter.charCodeAt(0)));
  TABLE.set(number, [...TABLE.get(number) ?? [], command]);
}

/** Returns the command of that name, in any case; `undefined` if there is none. */
export function findCommand(name: Uint8Array): RedisCommand | undefined {
  const candidates = TABLE.get(numberOf(name));
  return candidates?.find((command) => isName(name, command.name));
}

/** What Redis says of a command that it does not know. */
export function unknownCommand(words: readonly Uint8Array[]): string {
  let given = "";
  for (const word of words.slice(1)) {
    if (given.length >= 128) break;
    given += `'${latin1(word.subarray(0, 128 - given.length))}' `;
  }
  const name = latin1(words[0]!.subarray(0, 128));
  return `ERR unknown command '${name}', with args beginning with: ${given}`;
}

/** Whether a number of words fits a command. */
export function isArityRight({ arity }: RedisCommand, words: number): boolean {
  return arity >= 0 ? words === arity : words >= -arity;
}

function numberOf(name: Uint8Array): number {
  let number = name.length;
  for (let i = 0; i < name.length && i < 16; i++) number = (number * 31 + (name[i]! | 32)) | 0;
  return number;
}

function isName(bytes: Uint8Array, name: string): boolean {
  if (bytes.length !== name.length) return false;
  for (let i = 0; i < name.length; i++) {
    const byte = bytes[i]!;
    const lower = byte >= 65 && byte <= 90 ? byte + 32 : byte;
    if (lower !== name.charCodeAt(i)) return false;
  }
  return true;
}
