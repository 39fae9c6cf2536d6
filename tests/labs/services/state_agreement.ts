/**
 * Replicas that have carried out the same commands have the same state, byte for byte (Raft §2). Raft's own checkers see
 * that the commands are the same; this one sees what the service made of them.
 */

import { crc32 } from "node:zlib";
import type { LogIndex, ServerId } from "../../../core/base/durable.ts";
import { invariant } from "../../../core/base/errors.ts";
import { finishCapture, type StateMachine } from "../../../core/rsm/state_machine.ts";

/** States are compared at indexes that are multiples of this. */
const INTERVAL = 100;

interface Sighting {
  readonly server: ServerId;
  readonly bytes: number;
  readonly digest: number;
}

/** Remembers what the first server to get so far had there. */
export class StateAgreement {
  readonly #sightings = new Map<LogIndex, Sighting>();

  /**
   * `server` has carried out the command at `index`, and nothing behind it.
   *
   * @throws {InvariantError} If another server had another state there.
   */
  onApplied(server: ServerId, index: LogIndex, stateMachine: StateMachine): void {
    if (index % INTERVAL !== 0) return;
    const state = finishCapture(stateMachine.capture());
    const [bytes, digest] = [state.length, crc32(state)];
    const before = this.#sightings.get(index);
    if (before === undefined) {
      this.#sightings.set(index, { server, bytes, digest });
      return;
    }
    invariant(
      before.bytes === bytes && before.digest === digest,
      "StateAgreement",
      () =>
        `after index ${index}, servers ${before.server} and ${server} have different states, of ` +
        `${before.bytes} and ${bytes} bytes`,
    );
  }
}
