/**
 * The scenario that replicas go through: trouble first, with clients at work; then peace, in which every client comes to
 * an end and all replicas to the same state. The seed chooses the kind of cluster as well as what happens to it.
 */

import assert from "node:assert/strict";
import { latin1Of } from "../../core/base/bytes.ts";
import type { Random } from "../../core/base/ports.ts";
import { ms } from "../../core/base/units.ts";
import { macrotask } from "../../core/host/macrotask.ts";
import { encodeOperations, KvClerk } from "../../core/kv/mod.ts";
import { LAB_OPTIONS, SERVER_OPTIONS } from "../../core/raft/mod.ts";
import { type Clerk, encodeClerkRequest } from "../../core/rsm/mod.ts";
import { Simulation } from "../../core/sim/mod.ts";
import { utf8 } from "./_journal.ts";
import { CALL_TIMEOUT, Replicas, type ReplicasOptions } from "./_replicas.ts";
import { Workload } from "./_workload.ts";

/** How long trouble lasts, and how long peace may take to show. */
const TROUBLE = ms(3000);
const PEACE = ms(10_000);

const CLERKS = 5;

/** What happened in a run, to show that something did. */
export interface Report {
  readonly options: ReplicasOptions;
  readonly counts: Workload["counts"];
  readonly proposals: { done: number; rejected: number; unknown: number };
  readonly statesCompared: number;
  readonly snapshots: number;
  readonly hash: string;
}

/** Runs the scenario from `seed`. Whatever is wrong makes it fail. */
export async function troubleThenPeace(seed: number): Promise<Report> {
  const simulation = new Simulation({ seed: BigInt(seed), macrotask });
  return await simulation.run(() => new Trouble(simulation).run());
}

class Trouble {
  readonly #simulation: Simulation;
  readonly #random: Random;
  readonly #options: ReplicasOptions;
  readonly #replicas: Replicas;
  readonly #workload = new Workload();
  readonly #clerks: Clerk[] = [];
  /** Whether the network may deliver a request twice. */
  readonly #duplicates: boolean;
  readonly #proposals = { done: 0, rejected: 0, unknown: 0 };
  #proposed = 0;
  #isTrouble = true;

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
    this.#random = simulation.random.child("trouble");
    this.#options = drawOptions(simulation.random.child("options"));
    this.#duplicates = this.#random.chance(1, 2);
    this.#replicas = new Replicas(simulation, this.#options);
  }

  async run(): Promise<Report> {
    const { clock } = this.#simulation;
    for (let number = 0; number < CLERKS; number++) this.#startClerk(number);
    this.#every(5, 40, () => this.#increment());
    this.#every(100, 300, () => this.#disturb());
    await clock.sleep(TROUBLE);
    this.#isTrouble = false;
    this.#makePeace();
    const deadline = clock.now() + PEACE;
    while (this.#workload.running > 0 || !this.#replicas.agree) {
      assert(clock.now() < deadline, `${this.#workload.running} clients never come to an end`);
      await clock.sleep(ms(50));
    }
    await this.#check();
    return this.#report();
  }

  #startClerk(number: number): void {
    const { sessionsMax } = this.#options.sessions;
    const clerk = this.#replicas.makeClerk({
      hints: number % 2 === 0,
      session: sessionsMax === undefined && number % 2 === 0 ? "implicit" : "open",
      // Some clients try for ever; others give up, and must then know what they do not know.
      ...(number < 2 && { deadline: ms(number === 0 ? 60 : 400) }),
    });
    this.#clerks.push(clerk);
    const random = this.#simulation.random.child(`workload/${number}`);
    this.#workload.run(new KvClerk(clerk), random, `${number}`, () => this.#isTrouble);
  }

  /** Proposes to a replica directly, once: what it answers must be true. */
  #increment(): void {
    const up = this.#replicas.up[this.#random.below(Math.max(1, this.#replicas.up.length))];
    if (up === undefined) return;
    const command = encodeOperations([{ kind: "increment", key: utf8("counter"), by: 1 }]);
    let outcomes = 0;
    this.#proposed++;
    up.replica.propose(encodeClerkRequest({ kind: "bare", command }), (outcome) => {
      assert.equal(++outcomes, 1, "an outcome comes once");
      this.#proposals[outcome.kind]++;
    });
  }

  /** Does something again and again, at random intervals, while there is trouble. */
  #every(min: number, max: number, action: () => void): void {
    const span = ms(this.#random.between(min * 1000, max * 1000) / 1000);
    this.#simulation.clock.after(span, () => {
      if (!this.#isTrouble) return;
      action();
      this.#every(min, max, action);
    });
  }

  #disturb(): void {
    const { network, ids } = this.#replicas;
    const one = ids[this.#random.below(ids.length)]!;
    switch (this.#random.below(10)) {
      case 0:
      case 1:
        this.#replicas.split([[one], ids.filter((id) => id !== one)]);
        break;
      case 2:
        this.#replicas.split([ids.filter((id) => id < one), ids.filter((id) => id >= one)]);
        break;
      case 3:
        this.#replicas.join();
        break;
      case 4:
      case 5:
        this.#replicas.crash(one, this.#random.chance(1, 2));
        break;
      case 6:
        for (const id of ids) if (this.#replicas.at(id) === undefined) this.#replicas.start(id);
        break;
      case 7:
        network.setReliable(this.#random.chance(1, 2));
        break;
      case 8:
        network.setLongReordering(this.#random.chance(1, 3));
        if (this.#duplicates) network.setDuplication(this.#random.below(3), 10);
        break;
      case 9:
        for (const { replica } of this.#replicas.up) replica.transferLeadership();
    }
  }

  #makePeace(): void {
    const { network, ids } = this.#replicas;
    for (const id of ids) if (this.#replicas.at(id) === undefined) this.#replicas.start(id);
    this.#replicas.join();
    network.setReliable(true);
    network.setLongReordering(false);
    network.setDuplication(0, 1);
  }

  async #check(): Promise<void> {
    for (const { replica } of this.#replicas.up) assert.equal(replica.waiting, 0);
    for (const clerk of this.#clerks) assert.equal(clerk.waiting, 0);
    const { done, rejected, unknown } = this.#proposals;
    assert.equal(done + rejected + unknown, this.#proposed, "every proposal has an outcome");
    const values = await this.#readAll([...this.#workload.keys, "counter"]);
    this.#workload.check(values, this.#duplicates);
    const counter = Number(values.get("counter") || "0");
    assert(
      counter >= done && counter <= done + unknown,
      `${done} to ${done + unknown}: ${counter}`,
    );
    const { sessionsMax = Infinity } = this.#options.sessions;
    assert(this.#replicas.sessionsMax <= sessionsMax, "sessions are bounded");
    // Of each clerk waits one command, and one question for each call that has timed out.
    const waitingMax = this.#proposed + CLERKS * (1 + TROUBLE / CALL_TIMEOUT);
    assert(
      this.#replicas.waitingMax <= waitingMax,
      `${this.#replicas.waitingMax} waited at a time`,
    );
  }

  async #readAll(keys: readonly string[]): Promise<Map<string, string>> {
    const read = this.#simulation.deferred<Map<string, string>>();
    const clerk = new KvClerk(this.#replicas.makeClerk({ hints: true }));
    clerk.run(keys.map((key) => ({ kind: "get", key: utf8(key) })), (outcome) => {
      assert(outcome.kind === "done");
      read.resolve(
        new Map(outcome.value.map((result, i) => {
          assert(result.kind === "value");
          return [keys[i]!, result.value === undefined ? "" : latin1Of(result.value)];
        })),
      );
    });
    return await read.promise;
  }

  #report(): Report {
    const snapshots =
      this.#replicas.up.filter(({ replica }) => replica.view.log.lastIncludedIndex > 0).length;
    return {
      options: this.#options,
      counts: this.#workload.counts,
      proposals: this.#proposals,
      statesCompared: this.#replicas.statesCompared,
      snapshots,
      hash: this.#simulation.hash(),
    };
  }
}

function drawOptions(random: Random): ReplicasOptions {
  const isLab = random.chance(1, 2);
  return {
    size: [1, 3, 3, 5][random.below(4)]!,
    raft: isLab ? { ...LAB_OPTIONS, noOpOnElection: true } : {
      ...SERVER_OPTIONS,
      snapshotChunkBytes: [100, 1024 * 1024][random.below(2)]!,
    },
    sessions: [{}, { sessionsMax: 2 }, { sessionsMax: 4 }, { sessionsMax: 3, resultBytesMax: 20 }][
      random.below(4)
    ]!,
    snapshotBytes: [undefined, 300, 2000][random.below(3)],
    capture: random.chance(1, 2) ? "at once" : "in turns",
    logReads: random.chance(1, 3),
    disk: random.chance(1, 2) ? {} : { syncDelayMin: ms(0.5), syncDelayMax: ms(5) },
  };
}
