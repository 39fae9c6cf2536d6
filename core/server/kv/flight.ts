/** What one client's commands want of the store, and what became of it. */

import type { KvOperation, KvResult } from "../../kv/mod.ts";

/** What became of a flight. */
export type FlightOutcome =
  /** The results of its operations; those that did not fit are `notCarriedOut`. */
  | {
    readonly kind: "done";
    readonly results: readonly KvResult[];
    /** Whether no other flight's results took room before them. */
    readonly hadAllRoom: boolean;
  }
  /** Certainly not carried out, now or later. */
  | { readonly kind: "failed"; readonly reason: string }
  /** Nobody knows whether it was carried out, or will yet be. */
  | { readonly kind: "uncertain"; readonly reason: string };

/** Operations that are carried out together, in order. */
export interface Flight {
  readonly operations: readonly KvOperation[];
  /** About how many bytes they have. */
  readonly bytes: number;
  /** Whether there is one among them that can change something. */
  readonly writes: boolean;
  /** Runs once. */
  readonly onOutcome: (outcome: FlightOutcome) => void;
}
