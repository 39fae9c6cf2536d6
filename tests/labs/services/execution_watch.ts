/**
 * Sees which commands a replica carries out, whatever decides about duplicates: from outside of it comes whose command
 * an entry is, and from inside that the service itself is given something to do.
 */

import { DamagedDataError } from "../../../core/base/errors.ts";
import type { LogIndex } from "../../../core/base/durable.ts";
import { type ClerkRequest, decodeClerkRequest } from "../../../core/rsm/messages.ts";
import type { StateMachine } from "../../../core/rsm/state_machine.ts";
import type { CommandId } from "./execution_ledger.ts";

/** One life of one replica. */
export class ExecutionWatch {
  readonly #onExecuted: (command: CommandId, index: LogIndex) => void;
  /** The command that is being applied. */
  #present: CommandId | undefined;

  /** `onExecuted` is told of each command that is carried out, and by which entry. */
  constructor(onExecuted: (command: CommandId, index: LogIndex) => void) {
    this.#onExecuted = onExecuted;
  }

  /** The service, as duplicate detection is to be given it. */
  inside(machine: StateMachine): StateMachine {
    return {
      ...delegated(machine),
      apply: (command, index) => {
        if (this.#present !== undefined) this.#onExecuted(this.#present, index);
        return machine.apply(command, index);
      },
    };
  }

  /** Duplicate detection, as the replica is to be given it. */
  around(machine: StateMachine): StateMachine {
    return {
      ...delegated(machine),
      apply: (command, index) => {
        const request = clerkRequestOf(command);
        this.#present = request?.kind === "command" ? request : undefined;
        const result = machine.apply(command, index);
        this.#present = undefined;
        return result;
      },
    };
  }
}

/** The request in these bytes, if there is one. */
export function clerkRequestOf(bytes: Uint8Array): ClerkRequest | undefined {
  try {
    return decodeClerkRequest(bytes);
  } catch (error) {
    if (error instanceof DamagedDataError) return undefined;
    throw error;
  }
}

function delegated(machine: StateMachine): Omit<StateMachine, "apply"> {
  return {
    query: (question) => machine.query(question),
    capture: () => machine.capture(),
    restore: (data) => machine.restore(data),
  };
}
