/**
 * The scenario that every combination of switches goes through: trouble first, with safety checked at every step;
 * then peace, in which a command must commit everywhere.
 */

import assert from "node:assert/strict";
import type { Random } from "../../core/base/ports.ts";
import { ms } from "../../core/base/units.ts";
import { macrotask } from "../../core/host/macrotask.ts";
import { Simulation } from "../../core/sim/mod.ts";
import { agree, Cluster, type ClusterOptions, type Up } from "./_cluster.ts";

/** How long trouble lasts, and how long peace may take to show. */
const TROUBLE = ms(2500);
const PEACE = ms(3000);

/** What happened in a run, to show that something did. */
export interface Report {
  commands: number;
  reads: number;
  terms: number;
  snapshots: number;
  transfers: number;
}

/** Runs the scenario from `seed`. Whatever is wrong makes it fail. */
export async function troubleThenPeace(seed: number, options: ClusterOptions): Promise<Report> {
  const simulation = new Simulation({ seed: BigInt(seed), macrotask });
  return await simulation.run(() => new Scenario(simulation, options).run());
}

class Scenario {
  readonly #simulation: Simulation;
  readonly #cluster: Cluster;
  readonly #random: Random;
  readonly #report: Report = { commands: 0, reads: 0, terms: 0, snapshots: 0, transfers: 0 };
  #trouble = true;

  constructor(simulation: Simulation, options: ClusterOptions) {
    this.#simulation = simulation;
    this.#cluster = new Cluster(simulation, options);
    this.#random = simulation.random.child("scenario");
  }

  async run(): Promise<Report> {
    const { clock } = this.#simulation;
    this.#every(5, 30, () => this.#propose());
    this.#every(20, 80, () => this.#read());
    this.#every(100, 300, () => this.#disturb());
    await clock.sleep(TROUBLE);
    this.#trouble = false;
    this.#makePeace();
    await this.#untilCommitted();
    return this.#finish();
  }

  /** Does something again and again, at random intervals, while there is trouble. */
  #every(min: number, max: number, action: () => void): void {
    const span = ms(this.#random.between(min * 1000, max * 1000) / 1000);
    this.#simulation.clock.after(span, () => {
      if (!this.#trouble) return;
      action();
      this.#every(min, max, action);
    });
  }

  #propose(): void {
    for (const leader of this.#cluster.leaders) {
      if (this.#cluster.propose(leader, `${this.#report.commands}`)) this.#report.commands++;
    }
  }

  /** A read may not miss what any client knows when it begins. */
  #read(): void {
    for (const { node } of this.#cluster.up) {
      const known = this.#cluster.appliedAnywhere;
      node.read(({ index }) => {
        if (index === undefined) return;
        this.#report.reads++;
        if (index >= known) return;
        this.#simulation.fail(
          new Error(`server ${node.view.id} reads at ${index}, clients know of ${known}`),
        );
      });
    }
  }

  #disturb(): void {
    const { network, ids } = this.#cluster;
    const one = ids[this.#random.below(ids.length)]!;
    switch (this.#random.below(10)) {
      case 0:
      case 1:
        this.#cluster.split([[one], ids.filter((id) => id !== one)]);
        break;
      case 2:
        this.#cluster.split([ids.filter((id) => id < one), ids.filter((id) => id >= one)]);
        break;
      case 3:
        this.#cluster.join();
        break;
      case 4:
      case 5:
        this.#cluster.crash(one, this.#random.chance(1, 2));
        break;
      case 6:
        for (const id of ids) if (this.#cluster.at(id) === undefined) this.#cluster.start(id);
        break;
      case 7:
        network.setReliable(this.#random.chance(1, 2));
        break;
      case 8:
        network.setLongReordering(this.#random.chance(1, 3));
        network.setDuplication(this.#random.below(3), 10);
        break;
      case 9:
        for (const { node } of this.#cluster.leaders) {
          node.transferLeadership();
          this.#report.transfers++;
        }
    }
  }

  #makePeace(): void {
    const { network, ids } = this.#cluster;
    for (const id of ids) if (this.#cluster.at(id) === undefined) this.#cluster.start(id);
    this.#cluster.join();
    network.setReliable(true);
    network.setLongReordering(false);
    network.setDuplication(0, 1);
  }

  /** Proposes to whoever leads until a command of the time of peace is committed, and everybody has everything. */
  async #untilCommitted(): Promise<void> {
    const { clock } = this.#simulation;
    const deadline = clock.now() + PEACE;
    while (!this.#isDone()) {
      assert(clock.now() < deadline, `no command committed everywhere: ${this.#describe()}`);
      const [leader] = this.#cluster.leaders;
      if (leader !== undefined && leader.commands.at(-1) !== "peace") {
        this.#cluster.propose(leader, "peace");
      }
      await clock.sleep(ms(100));
    }
  }

  #isDone(): boolean {
    const { up } = this.#cluster;
    return agree(up.map(({ node }) => node.view)) &&
      up.every(({ commands }) => commands.at(-1) === "peace");
  }

  #finish(): Report {
    const { up } = this.#cluster;
    for (const { commands } of up) assert.deepEqual(commands, up[0]!.commands);
    this.#report.terms = Math.max(...up.map(({ node }) => node.view.currentTerm));
    this.#report.snapshots = up.filter(({ node }) => node.view.log.lastIncludedIndex > 0).length;
    return this.#report;
  }

  #describe(): string {
    const describe = ({ node: { view } }: Up) =>
      `${view.id} ${view.role} of term ${view.currentTerm}, ` +
      `applied ${view.lastApplied} of ${view.log.lastIndex}`;
    return this.#cluster.up.map(describe).join("; ");
  }
}
