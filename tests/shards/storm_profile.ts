/** What a storm is made of. The seed chooses the kinds of faults as well as the faults. */

import type { Random } from "../../core/base/ports.ts";

/** How a storm blows. Spans are in milliseconds. */
export interface StormProfile {
  readonly groups: number;
  readonly clients: number;
  readonly keys: number;
  /** How long it blows. */
  readonly span: number;
  /** Between two faults, and between two changes of the configuration: drawn up to this. */
  readonly faultPause: number;
  readonly changePause: number;
  readonly maxRaftState: number | undefined;
  /** How large a piece of a shard may become, in bytes. */
  readonly pieceBytes: number;
  /** How many sessions a shard remembers; `undefined`: all. */
  readonly sessionsMax: number | undefined;
  readonly wal: boolean;
  readonly kinds: readonly FaultKind[];
}

/** Something that goes wrong. */
export type FaultKind =
  | "crashServer"
  | "crashGroup"
  | "crashAll"
  | "partition"
  | "unreliable"
  | "slow"
  | "ctrler";

const KINDS: readonly FaultKind[] = [
  "crashServer",
  "crashGroup",
  "crashAll",
  "partition",
  "unreliable",
  "slow",
  "ctrler",
];

/** Draws a storm. */
export function drawProfile(random: Random): StormProfile {
  const kinds = KINDS.filter(() => random.chance(2, 3));
  return {
    groups: random.between(2, 4),
    clients: random.between(2, 8),
    keys: random.between(3, 20),
    span: random.between(3000, 12_000),
    faultPause: random.between(100, 1500),
    changePause: random.between(50, 1500),
    maxRaftState: [undefined, 1, 100, 1000][random.below(4)],
    pieceBytes: [1, 60, 1_000_000][random.below(3)]!,
    sessionsMax: random.chance(1, 4) ? random.between(20, 40) : undefined,
    wal: random.chance(1, 4),
    kinds: kinds.length === 0 ? ["unreliable"] : kinds,
  };
}
