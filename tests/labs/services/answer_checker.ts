/**
 * What the servers of a cluster answer their clerks:
 *
 * - a command is answered as done once it was carried out, in the state that the server has (Raft Figure 2, leaders);
 * - a read is answered from a state that is at least as new as any that a clerk has been shown when the read came to the
 *   server, whichever server has shown it (Raft §8).
 *
 * A state is meant by the last entry in it. What was shown was committed, so it is part of any state from which a read
 * that comes later may be answered.
 */

import { type LogIndex, logIndex, type ServerId, serverId } from "../../../core/base/durable.ts";
import { invariant } from "../../../core/base/errors.ts";
import { decodeClerkReply } from "../../../core/rsm/messages.ts";
import { type CommandId, describe, type ExecutionLedger } from "./execution_ledger.ts";
import { clerkRequestOf } from "./execution_watch.ts";

/** What the answers of a cluster mean. */
export interface AnswerCheckerOptions {
  readonly ledger: ExecutionLedger;
  /** What the ledger calls the cluster. */
  readonly cluster: string;
  /** Says whether a reply gives what was asked for; by default each that is `done` does. */
  readonly isDone?: (reply: Uint8Array) => boolean;
}

/** The newest state that a clerk has been shown. */
interface Shown {
  readonly server: ServerId;
  readonly index: LogIndex;
  readonly by: "a command" | "a read";
}

/** Is to be told a reply before it leaves, and the last entry in the state of the server. */
export type CheckReply = (reply: Uint8Array, applied: LogIndex) => void;

/** See the head of this file. */
export class AnswerChecker {
  readonly #ledger: ExecutionLedger;
  readonly #cluster: string;
  readonly #isDone: (reply: Uint8Array) => boolean;
  #newest: Shown = { server: serverId(0), index: logIndex(0), by: "a read" };

  constructor({ ledger, cluster, isDone = isDoneReply }: AnswerCheckerOptions) {
    this.#ledger = ledger;
    this.#cluster = cluster;
    this.#isDone = isDone;
  }

  /**
   * A request has come to a server. What is returned throws an {@linkcode InvariantError} if the reply must not be given.
   */
  onRequest(server: ServerId, bytes: Uint8Array): CheckReply {
    const request = clerkRequestOf(bytes);
    switch (request?.kind) {
      case "command": {
        const { clientId, sequence } = request;
        return (reply, applied) => {
          if (this.#isDone(reply)) this.#onDone(server, { clientId, sequence }, applied);
        };
      }
      case "query": {
        const before = this.#newest;
        return (reply, applied) => {
          if (this.#isDone(reply)) this.#onRead(server, before, applied);
        };
      }
      default:
        return () => {};
    }
  }

  #onDone(server: ServerId, command: CommandId, applied: LogIndex): void {
    const execution = this.#ledger.find(command);
    const isHere = execution?.cluster === this.#cluster;
    invariant(
      execution !== undefined && (!isHere || execution.index <= applied),
      "AnsweredIsExecuted",
      () =>
        `server ${server} answers command ${command.sequence} of client ${command.clientId} as ` +
        `done, in the state of entry ${applied}; it was executed ` +
        (execution === undefined ? "by nobody" : `by ${describe(execution)}`),
    );
    if (isHere) this.#show({ server, index: execution.index, by: "a command" });
  }

  #onRead(server: ServerId, before: Shown, applied: LogIndex): void {
    invariant(
      applied >= before.index,
      "ReadsAreCurrent",
      () =>
        `server ${server} answers a read from the state of entry ${applied}; before the read came, ` +
        `server ${before.server} had answered ${before.by} from the state of entry ${before.index}`,
    );
    this.#show({ server, index: applied, by: "a read" });
  }

  #show(shown: Shown): void {
    if (shown.index > this.#newest.index) this.#newest = shown;
  }
}

function isDoneReply(reply: Uint8Array): boolean {
  return decodeClerkReply(reply).kind === "done";
}
