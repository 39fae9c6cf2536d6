/** What a command of the Redis protocol is. */

import type { KvOperation, KvResult } from "../../../kv/mod.ts";
import type { ReplyWriter } from "../../../host/resp/mod.ts";
import type { ClientState } from "../client_state.ts";

/** What clients are told about a command. */
interface CommandHead {
  /** In lower case. */
  readonly name: string;
  /** How many words it has, its name included; a negative number means at least so many. */
  readonly arity: number;
  readonly summary: string;
  /** The places of the first and the last key among the words (-1: the last word), and the step between them. */
  readonly keys?: readonly [first: number, last: number, step: number];
}

/** A command about the replicated state. */
export interface DataCommand extends CommandHead {
  readonly kind: "data";
  readonly writes: boolean;
  /**
   * Of a command without keys: in which of the store's `parts` its operations are carried out. In all of them, if this
   * is not told; then the results of the first part come first, and so on.
   *
   * @throws {CommandError} If the arguments are wrong.
   */
  place?(words: readonly Uint8Array[], parts: number): number;
  /**
   * Appends what is to be carried out, at one go, in a store of so many parts.
   *
   * @throws {CommandError} If the arguments are wrong.
   */
  operations(words: readonly Uint8Array[], into: KvOperation[], parts: number): void;
  /** Writes the reply. The results of its operations are those from `first` on, `count` of them. */
  reply(replies: ReplyWriter, answer: Answer): void;
}

/** What became of the operations of one command. */
export interface Answer {
  readonly words: readonly Uint8Array[];
  readonly results: readonly KvResult[];
  readonly first: number;
  readonly count: number;
  /** How many parts the store has. */
  readonly parts: number;
}

/** A command about the connection or the server, answered at once. */
export interface LocalCommand extends CommandHead {
  readonly kind: "local";
  /** Whether those who have not said who they are may use it. */
  readonly forStrangers?: boolean;
  /**
   * Carries it out and writes the reply.
   *
   * @throws {CommandError} If the arguments are wrong.
   */
  run(words: readonly Uint8Array[], client: ClientState, replies: ReplyWriter): void;
}

/** A command. */
export type RedisCommand = DataCommand | LocalCommand;

/** A command cannot be carried out as it was given. The message is the reply, with its code: `ERR syntax error`. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}

/** What Redis says of options that it does not know. */
export function syntaxError(): CommandError {
  return new CommandError("ERR syntax error");
}
