/** Election timeouts are drawn at random, so that servers rarely stand at the same time (Raft §5.2). */

import type { ServerId, Term } from "../../../core/base/durable.ts";
import { invariant } from "../../../core/base/errors.ts";
import type { Instant } from "../../../core/base/units.ts";
import type { Input, Output } from "../../../core/raft/io.ts";
import type { RaftObserver, RaftView } from "../../../core/raft/view.ts";

/**
 * So many candidates in a row that wait equally long, to the microsecond, are no chance: with the 300,001 timeouts of the
 * labs it would happen once in 10^16 candidacies.
 */
const CANDIDATES = 4;

interface Candidacy {
  readonly server: ServerId;
  readonly term: Term;
}

/** Compares how long one candidate after the other waits for its votes. */
export class RandomTimeouts implements RaftObserver {
  /** The latest candidacies that wait equally long. */
  #alike: Candidacy[] = [];
  #micros = 0;

  onStart(): void {}

  onStep(raft: RaftView, input: Input, output: Output, now: Instant): void {
    if (input.kind !== "timer") return;
    if (raft.role !== "candidate" && raft.role !== "preCandidate") return;
    const micros = Math.round((output.wakeAt - now) * 1000);
    if (micros !== this.#micros) this.#alike = [];
    this.#micros = micros;
    this.#alike.push({ server: raft.id, term: raft.currentTerm });
    invariant(
      this.#alike.length < CANDIDATES,
      "RandomTimeouts",
      () => {
        const candidates = this.#alike.map(describe).join(", ");
        return `${candidates} stand for election one after the other, and all of them wait ` +
          `${micros / 1000} ms, to the microsecond`;
      },
    );
  }
}

function describe({ server, term }: Candidacy): string {
  return `server ${server} in term ${term}`;
}
