/**
 * Random runs over the wire: messages in any order, twice or never, disks and clocks of any speed, crashes,
 * compaction, reads, leadership transfers, servers that abstain. Much ruder than any network, and without time: what goes wrong here
 * goes wrong by the order of events alone.
 */

import assert from "node:assert/strict";
import { logIndex } from "../../core/base/durable.ts";
import type { Random } from "../../core/base/ports.ts";
import { SeededRandom } from "../../core/base/random.ts";
import type { RaftOptions, RaftView } from "../../core/raft/mod.ts";
import { bytes, text } from "./_dsl.ts";
import { type Flight, Wire } from "./_wire.ts";

/** More messages than this under way, and some are lost. */
const FLIGHTS_MAX = 60;

/** What a random run did, to show that it did something. */
export interface ChaosReport {
  readonly committed: number;
  readonly terms: number;
  readonly reads: number;
  readonly snapshots: number;
  readonly crashes: number;
}

/** One random run. */
export class Chaos {
  readonly #random: Random;
  readonly #wire: Wire;
  readonly #size: number;
  /** By readId, what was committed anywhere when the read began. */
  readonly #reads = new Map<number, number>();
  #committed = 0;
  #answered = 0;
  #snapshots = 0;
  #crashes = 0;
  #commands = 0;
  /** A server whose messages are all lost for a while. */
  #cutOff: number | undefined;
  /** How rarely servers time out that have no reason to: the higher, the longer leaders stay. */
  readonly #calm: number;

  constructor(seed: bigint, size: number, options: Partial<RaftOptions>, slowDisk: boolean) {
    this.#random = new SeededRandom(seed).child("chaos");
    this.#size = size;
    this.#calm = 1 + this.#random.below(10);
    this.#wire = new Wire(Array(size).fill({}), { options, slowDisk });
  }

  /** Lets `count` random things happen. */
  disturb(count: number): void {
    for (let i = 0; i < count; i++) {
      this.#doSomething();
      this.#wire.collect();
      this.#look();
      while (this.#wire.flights.length > FLIGHTS_MAX) this.#wire.lose(this.#pick());
    }
  }

  /** Ends all disturbance, and checks that a command commits, and that all servers come to hold the same. */
  heal(): ChaosReport {
    const wire = this.#wire;
    this.#cutOff = undefined;
    for (const server of wire.servers) server.step({ kind: "abstain", yes: false });
    this.#settle();
    for (let attempt = 0; !this.#isHealed(); attempt++) {
      assert(attempt < 60, "no command commits everywhere in a healed cluster");
      const leader = wire.servers.findLast(({ view }) => view.role === "leader");
      if (leader === undefined) wire.timeout(attempt % this.#size);
      else if (!this.#hasHealing(leader.view)) leader.proposeNow("healed");
      this.#settle();
      if (leader !== undefined) wire.heartbeat(leader.id);
      this.#settle();
    }
    this.#look();
    return {
      committed: this.#committed,
      terms: Math.max(...wire.servers.map(({ view }) => view.currentTerm)),
      reads: this.#answered,
      snapshots: this.#snapshots,
      crashes: this.#crashes,
    };
  }

  /** All servers hold and have committed the same, up to a command that was proposed after the healing. */
  #isHealed(): boolean {
    const [first] = this.#wire.servers;
    return this.#hasHealing(first!.view) &&
      this.#wire.servers.every(({ view }) =>
        view.commitIndex === first!.view.log.lastIndex &&
        view.log.lastIndex === first!.view.log.lastIndex &&
        view.log.lastTerm === first!.view.log.lastTerm
      );
  }

  #hasHealing({ log, currentTerm }: RaftView): boolean {
    const last = log.entryAt(log.lastIndex);
    return last?.term === currentTerm && text(last.command) === "healed";
  }

  #doSomething(): void {
    const wire = this.#wire;
    const server = wire.at(this.#random.below(this.#size));
    const dice = this.#random.below(1000);
    if (dice < 550) {
      if (wire.flights.length > 0) this.#deliver(this.#pick());
    } else if (dice < 620) {
      if (wire.flights.length > 0) this.#deliverTwice(this.#pick());
    } else if (dice < 660) {
      if (wire.flights.length > 0) wire.lose(this.#pick());
    } else if (dice < 760) {
      server.syncDisk(1);
    } else if (dice < 800) {
      server.syncDisk();
    } else if (dice < 860) {
      if (server.raft.wakeAt <= server.now + 60) wire.timeout(server.id);
    } else if (dice < 885) {
      if (server.raft.wakeAt < Infinity && this.#random.chance(1, this.#calm)) {
        wire.timeout(server.id);
      }
    } else if (dice < 945) {
      server.propose(`${++this.#commands}`);
    } else if (dice < 960) {
      this.#reads.set(++this.#commands, this.#committed);
      server.step({ kind: "read", readId: this.#commands });
    } else if (dice < 985) {
      this.#compact(server.id);
    } else if (dice < 990) {
      this.#cutOff = this.#cutOff === undefined ? server.id : undefined;
    } else if (dice < 992) {
      server.step({ kind: "abstain", yes: this.#random.chance(1, 3) });
    } else if (dice < 995) {
      if (this.#size > 1) server.step({ kind: "transferLeadership", to: undefined });
    } else if (this.#random.chance(1, this.#calm)) {
      this.#crashes++;
      wire.crash(server.id);
    }
  }

  #pick(): Flight {
    return this.#wire.flights[this.#random.below(this.#wire.flights.length)]!;
  }

  #deliver(flight: Flight): void {
    if (flight.from === this.#cutOff || flight.to === this.#cutOff) this.#wire.lose(flight);
    else this.#wire.deliver(flight);
  }

  /** Delivers a message, and leaves a copy of it under way. */
  #deliverTwice(flight: Flight): void {
    this.#deliver(flight);
    this.#wire.flights.push({ ...flight });
  }

  #compact(id: number): void {
    const server = this.#wire.at(id);
    const { lastApplied, log } = server.view;
    const index = this.#random.between(log.lastIncludedIndex, lastApplied);
    server.step({ kind: "compact", index: logIndex(index), data: bytes(`state at ${index}`) });
  }

  /** Looks at what servers have committed, applied and answered. */
  #look(): void {
    for (const { view, reads, applied } of this.#wire.servers) {
      for (const { readId, index } of reads.splice(0)) {
        const before = this.#reads.get(readId)!;
        if (index === undefined) continue;
        this.#answered++;
        assert(
          index >= before,
          `server ${view.id} answers a read at index ${index}, ${before} was committed before it began`,
        );
      }
      for (const { kind } of applied.splice(0)) if (kind === "snapshot") this.#snapshots++;
      this.#committed = Math.max(this.#committed, view.commitIndex);
    }
  }

  #settle(): void {
    for (let round = 0; round < 20; round++) {
      this.#wire.settle();
      for (const server of this.#wire.servers) server.syncDisk();
    }
    this.#wire.settle();
  }
}
