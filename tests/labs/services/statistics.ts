/** The numbers that a test of services prints, for each of its parts. */

import type { Clock } from "../../../core/base/ports.ts";
import type { Instant } from "../../../core/base/units.ts";
import type { LabNetwork } from "../harness/world.ts";
import type { Measured, Passed, Segment } from "../lab_test.ts";

/** Counts from `begin` to `end`, as often as a test has parts. */
export class Statistics {
  readonly #clock: Clock;
  readonly #network: LabNetwork;
  readonly #segments: Segment[] = [];
  #title = "";
  #begun: Instant;
  #rpcs = 0;
  #ops = 0;

  constructor(clock: Clock, network: LabNetwork) {
    this.#clock = clock;
    this.#network = network;
    this.#begun = clock.now();
  }

  /** Begins a part of the test. */
  begin(title: string): void {
    this.#title = title;
    this.#begun = this.#clock.now();
    this.#rpcs = this.#network.totalCount;
    this.#ops = 0;
  }

  /** The operations since the part began. */
  get ops(): number {
    return this.#ops;
  }

  /** Counts one operation of a clerk. */
  countOp(): void {
    this.#ops++;
  }

  /** Ends the part. */
  end(peers: number): void {
    const measured = {
      seconds: (this.#clock.now() - this.#begun) / 1000,
      peers,
      rpcs: this.#network.totalCount - this.#rpcs,
      ops: this.#ops,
    };
    this.#segments.push({ title: this.#title, measured });
  }

  /** What is to be reported: the parts, and the sums over them. */
  passed(): Passed {
    const parts = this.#segments.map(({ measured }) => measured);
    return {
      seconds: sum(parts, "seconds"),
      peers: parts[0]?.peers ?? 0,
      rpcs: sum(parts, "rpcs"),
      ops: sum(parts, "ops"),
      ...(parts.length > 1 && { segments: this.#segments }),
    };
  }
}

function sum(parts: readonly Measured[], column: keyof Measured): number {
  return parts.reduce((total, measured) => total + (measured[column] ?? 0), 0);
}
