/**
 * Which command was carried out where. A command is carried out by one entry of one log, however often it was sent and
 * to whomever (Raft §8, thesis §6.3); that every replica does so at that same entry is the log's business. One ledger can
 * span several clusters, between which commands wander.
 */

import type { LogIndex, ServerId } from "../../../core/base/durable.ts";
import { invariant } from "../../../core/base/errors.ts";

/** A client's command, whatever the session in which it is sent. */
export interface CommandId {
  readonly clientId: number;
  readonly sequence: number;
}

/** Where a command was carried out first, and by whom. */
export interface Execution {
  /** What the cluster is called where there are several: `group 101`; otherwise "". */
  readonly cluster: string;
  readonly server: ServerId;
  readonly index: LogIndex;
}

/** The commands of all clients, from the beginning of the test. */
export class ExecutionLedger {
  /** By client and sequence. */
  readonly #executions = new Map<number, Map<number, Execution>>();

  /**
   * A server carries out a command.
   *
   * @throws {InvariantError} If the command was carried out by another entry before.
   */
  record(command: CommandId, execution: Execution): void {
    const { clientId, sequence } = command;
    let ofClient = this.#executions.get(clientId);
    if (ofClient === undefined) this.#executions.set(clientId, ofClient = new Map());
    const before = ofClient.get(sequence);
    if (before === undefined) {
      ofClient.set(sequence, execution);
      return;
    }
    invariant(
      before.index === execution.index && before.cluster === execution.cluster,
      "ExecutedOnce",
      () =>
        `command ${sequence} of client ${clientId} is executed by ${describe(execution)}; it was ` +
        `executed by ${describe(before)}`,
    );
  }

  /** Where a command was carried out; `undefined` if nobody has done so yet. */
  find({ clientId, sequence }: CommandId): Execution | undefined {
    return this.#executions.get(clientId)?.get(sequence);
  }
}

/** Names who has carried something out, and where. */
export function describe({ cluster, server, index }: Execution): string {
  return `server ${server}${cluster === "" ? "" : ` of ${cluster}`} at entry ${index}`;
}
