/**
 * All flights of the same turn of the event loop travel together: those that write as one command, the others as one
 * question. When there are as many under way as may be, what comes meanwhile makes the next ones larger.
 */

import { decodeResults, encodeOperations, type KvOperation, type KvResult } from "../../kv/mod.ts";
import type { ClerkOutcome } from "../../rsm/mod.ts";
import type { Flight } from "./flight.ts";

/** A way to the store that takes one command or question at a time. A `Clerk` is one. */
export interface Courier {
  command(bytes: Uint8Array, onOutcome: (outcome: ClerkOutcome) => void): void;
  query(bytes: Uint8Array, onOutcome: (outcome: ClerkOutcome) => void): void;
}

/** Settings of {@linkcode Batches}. */
export interface BatchesOptions {
  /** As many commands can be under way at a time as there are couriers. */
  readonly writers: readonly Courier[];
  /** The same for questions. */
  readonly readers: readonly Courier[];
  /** When the batches of one kind that are under way have so many bytes, others wait for one; 8 MiB unless told. */
  readonly underWayBytes?: number;
  /** Runs a function when all that arrives together has arrived: at the end of this turn of the event loop. */
  readonly gather: (next: () => void) => void;
}

/** Flights are added to a batch as long as it has fewer bytes than this, and fewer operations. */
const BATCH_BYTES = 512 * 1024;
const BATCH_OPERATIONS = 4096;

/**
 * More under way would not be carried any faster: the servers' heartbeats and votes would stand in line behind it until
 * nobody leads any more, and all of it is sent again.
 */
const UNDER_WAY_BYTES = 8 * 1024 * 1024;

/** Flights that travel together. */
interface Batch {
  readonly flights: readonly Flight[];
  readonly bytes: number;
}

/** Takes flights, and has them carried. */
export class Batches {
  readonly #writes: Lane;
  readonly #reads: Lane;
  readonly #gather: (next: () => void) => void;
  #isGathering = false;

  constructor({ writers, readers, gather, underWayBytes = UNDER_WAY_BYTES }: BatchesOptions) {
    this.#writes = new Lane(writers, underWayBytes, (courier, ...call) => courier.command(...call));
    this.#reads = new Lane(readers, underWayBytes, (courier, ...call) => courier.query(...call));
    this.#gather = gather;
  }

  /** How many flights have no outcome yet. */
  get waiting(): number {
    return this.#writes.waiting + this.#reads.waiting;
  }

  /** Takes a flight. Its outcome comes later. */
  add(flight: Flight): void {
    (flight.writes ? this.#writes : this.#reads).add(flight);
    if (this.#isGathering) return;
    this.#isGathering = true;
    this.#gather(() => {
      this.#isGathering = false;
      this.#writes.sendOff();
      this.#reads.sendOff();
    });
  }
}

type Carry = (
  courier: Courier,
  bytes: Uint8Array,
  onOutcome: (outcome: ClerkOutcome) => void,
) => void;

/** Flights of one kind, and the couriers for them. */
class Lane {
  readonly #idle: Courier[];
  readonly #carry: Carry;
  readonly #bytesMax: number;
  #flights: Flight[] = [];
  #underWay = 0;
  #bytesUnderWay = 0;

  constructor(couriers: readonly Courier[], bytesMax: number, carry: Carry) {
    this.#bytesMax = bytesMax;
    this.#idle = [...couriers];
    this.#carry = carry;
  }

  get waiting(): number {
    return this.#flights.length + this.#underWay;
  }

  add(flight: Flight): void {
    this.#flights.push(flight);
  }

  sendOff(): void {
    while (
      this.#flights.length > 0 && this.#idle.length > 0 && this.#bytesUnderWay < this.#bytesMax
    ) {
      this.#send(this.#idle.pop()!, this.#nextBatch());
    }
  }

  #nextBatch(): Batch {
    let bytes = 0;
    let operations = 0;
    let count = 0;
    for (const flight of this.#flights) {
      if (count > 0 && (bytes >= BATCH_BYTES || operations >= BATCH_OPERATIONS)) break;
      bytes += flight.bytes;
      operations += flight.operations.length;
      count++;
    }
    return { flights: this.#flights.splice(0, count), bytes };
  }

  #send(courier: Courier, { flights, bytes }: Batch): void {
    const operations: KvOperation[] = [];
    for (const flight of flights) {
      for (const operation of flight.operations) operations.push(operation);
    }
    this.#underWay += flights.length;
    this.#bytesUnderWay += bytes;
    this.#carry(courier, encodeOperations(operations), (outcome) => {
      this.#underWay -= flights.length;
      this.#bytesUnderWay -= bytes;
      this.#idle.push(courier);
      deliver(flights, outcome);
      this.sendOff();
    });
  }
}

/** Gives each flight the results that are its own. */
function deliver(batch: readonly Flight[], outcome: ClerkOutcome): void {
  if (outcome.kind !== "done") {
    for (const flight of batch) flight.onOutcome(outcome);
    return;
  }
  const results = decodeResults(outcome.result);
  let first = 0;
  for (const { operations, onOutcome } of batch) {
    const own: readonly KvResult[] = results.slice(first, first + operations.length);
    onOutcome({ kind: "done", results: own, hadAllRoom: first === 0 });
    first += operations.length;
  }
}
