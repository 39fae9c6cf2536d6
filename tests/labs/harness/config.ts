/**
 * What the lab tests ask of their servers: who leads, what is committed, agree on this. It is the `config`
 * of the course's tests, with its names and its numbers.
 */

import type { Random } from "../../../core/base/ports.ts";
import { type Instant, ms } from "../../../core/base/units.ts";
import type { Proposed } from "../../../core/raft/io.ts";
import { type Passed, TestFailure } from "../lab_test.ts";
import { type Committed, show } from "./applied_logs.ts";
import { Cluster, type ClusterOptions } from "./cluster.ts";
import { type Command, encodeCommand } from "./codec.ts";
import { TEST_DURATION_MAX } from "./limits.ts";
import type { World } from "./world.ts";

/** What `one` may take: until agreement, and between an accepted offer and the next. */
const AGREEMENT_MAX = 10_000;
const OFFER_MAX = 2_000;

/** What a server believes. */
export interface RaftState {
  readonly term: number;
  readonly isLeader: boolean;
}

/** A cluster that tests can question. All waiting is in the time of its world, in milliseconds. */
export class Config extends Cluster {
  /** The test's own draws. */
  readonly random: Random;
  readonly #created: Instant;
  #begun = { at: 0, rpcs: 0, bytes: 0, maxIndex: 0 };
  readonly #warnings: string[] = [];
  #finished = false;

  /** Starts and connects all servers (makeConfig). */
  constructor(world: World, options: ClusterOptions) {
    super(world, options);
    this.random = world.random.child("scenario");
    this.#created = world.clock.now();
    for (let server = 0; server < this.n; server++) this.start1(server);
    for (let server = 0; server < this.n; server++) this.connect(server);
  }

  /** Waits. */
  sleep(span: number): Promise<void> {
    return this.#pause(this.world.interventions.wait(span));
  }

  /** Runs `task` beside the test; if it fails, the test fails. Tasks that start together run in a random order. */
  spawn<T>(task: () => Promise<T>): Promise<T> {
    const delay = this.harness.below(100) / 1000;
    return this.world.spawn(async () => {
      await this.#pause(delay);
      return await task();
    });
  }

  /** Remembers the counters from which the five numbers are counted. */
  begin(title: string): void {
    this.note("begins", { title });
    this.#begun = this.#counters();
  }

  /**
   * The five numbers since `begin`.
   *
   * @throws {TestFailure} If the test has taken too long.
   */
  end(): Passed {
    if (this.world.clock.now() - this.#created > TEST_DURATION_MAX) {
      throw new TestFailure("test took longer than 120 seconds");
    }
    const { at, rpcs, bytes, maxIndex } = this.#counters();
    return {
      seconds: (at - this.#begun.at) / 1000,
      peers: this.n,
      rpcs: rpcs - this.#begun.rpcs,
      bytes: bytes - this.#begun.bytes,
      commits: maxIndex - this.#begun.maxIndex,
      ...(this.#warnings.length > 0 && { warnings: this.#warnings }),
    };
  }

  /** Kills all servers. It takes no time, so the limit that `end` has applied still holds. */
  cleanup(): void {
    this.#finished = true;
    for (let server = 0; server < this.n; server++) this.kill(server);
    this.network.cleanup();
  }

  /** Has something printed beside the numbers of a test that passes all the same. */
  warn(message: string): void {
    this.note("warning", { message });
    this.#warnings.push(message);
  }

  /** Offers a command to one server, connected or not: `Start`. `undefined` if it does not lead. */
  start(server: number, command: Command): Proposed | undefined {
    const node = this.nodeOf(server);
    const leads = node?.view.role === "leader";
    if (leads && !this.world.interventions.allows("propose", server)) return undefined;
    const started = node?.propose(encodeCommand(command));
    if (started !== undefined) this.note("Start()", { server, ...started });
    return started;
  }

  /** Asks one running server for its term and whether it leads: `GetState`. */
  getState(server: number): RaftState {
    const node = this.nodeOf(server);
    if (node === undefined) throw new TypeError(`Server ${server} is not running`);
    return { term: node.view.currentTerm, isLeader: node.view.role === "leader" };
  }

  /**
   * Waits until a connected server leads, and returns the leader of the highest term.
   *
   * @throws {TestFailure} If a term has two leaders, or if there is none for about five seconds.
   */
  async checkOneLeader(): Promise<number> {
    for (let round = 0; round < 10; round++) {
      await this.sleep(450 + this.harness.below(100));
      const leader = this.#leaderOfHighestTerm();
      if (leader !== undefined) return leader;
    }
    const lines = this.connectedServers().map((server) => this.#describe(server));
    throw new TestFailure(["expected one leader, got none", ...lines].join("\n"));
  }

  /**
   * Returns the term that all connected servers are in; -1 if none is connected.
   *
   * @throws {TestFailure} If they disagree.
   */
  checkTerms(): number {
    let common = -1;
    for (const server of this.connectedServers()) {
      const { term } = this.getState(server);
      if (common !== -1 && common !== term) throw new TestFailure("servers disagree on term");
      common = term;
    }
    return common;
  }

  /**
   * Checks that no connected server leads.
   *
   * @throws {TestFailure} If one does.
   */
  checkNoLeader(): void {
    for (const server of this.connectedServers()) {
      if (this.getState(server).isLeader) {
        throw new TestFailure(
          `expected no leader among connected servers, but ${server} claims to be leader`,
        );
      }
    }
  }

  /**
   * How many servers have ever applied `index`, and what.
   *
   * @throws {TestFailure} If they disagree, or one has applied out of order.
   */
  nCommitted(index: number): Committed {
    return this.logs.nCommitted(index);
  }

  /**
   * Waits until `servers` servers have applied `index`, for half a minute at most, and returns the command.
   * Returns `undefined` as soon as any server has left `startTerm` behind, if that is given.
   *
   * @throws {TestFailure} If too few have applied it in the end.
   */
  async wait(index: number, servers: number, startTerm?: number): Promise<Command | undefined> {
    let pause = 10;
    for (let round = 0; round < 30; round++) {
      if (this.nCommitted(index).count >= servers) break;
      await this.#pause(pause);
      if (pause < 1000) pause *= 2;
      if (startTerm !== undefined && this.#highestTerm() > startTerm) return undefined;
    }
    const { count, command } = this.nCommitted(index);
    if (count < servers) {
      throw new TestFailure(`only ${count} decided for index ${index}; wanted ${servers}`);
    }
    return command;
  }

  /**
   * Has the servers agree on `command`, and returns its index once `expectedServers` have applied it. With
   * `retry` it is offered again if it is not agreed on in two seconds, so that it may be in the log twice.
   *
   * @throws {TestFailure} If there is no agreement in ten seconds, or without `retry` in two.
   */
  async one(command: Command, expectedServers: number, retry: boolean): Promise<number> {
    const { clock } = this.world;
    const begun = clock.now();
    let last = 0;
    while (clock.now() - begun < AGREEMENT_MAX && !this.#finished) {
      // The offers go round, and go on where the last round has stopped.
      let index: number | undefined;
      for (let offers = 0; offers < this.n && index === undefined; offers++) {
        last = (last + 1) % this.n;
        if (this.isConnected(last)) index = this.start(last, command)?.index;
      }
      if (index === undefined) {
        await this.#pause(50);
        continue;
      }
      if (await this.#isAgreed(index, command, expectedServers)) return index;
      if (!retry) throw noAgreement(command);
    }
    if (this.#finished) return -1;
    throw noAgreement(command);
  }

  /** Says whether `expectedServers` servers apply `command` at `index` before the offer's time is over. */
  async #isAgreed(index: number, command: Command, expectedServers: number): Promise<boolean> {
    const { clock } = this.world;
    const offered = clock.now();
    while (clock.now() - offered < OFFER_MAX) {
      const committed = this.nCommitted(index);
      const isEnough = committed.count > 0 && committed.count >= expectedServers;
      if (isEnough && committed.command === command) return true;
      await this.#pause(20);
    }
    return false;
  }

  /** Waits between two looks at the same thing, or for a moment: nothing that a scenario means to happen. */
  #pause(span: number): Promise<void> {
    return this.world.clock.sleep(ms(span));
  }

  #describe(server: number): string {
    const view = this.nodeOf(server)?.view;
    return `connected: server ${server}, a ${view?.role} in term ${view?.currentTerm}`;
  }

  #leaderOfHighestTerm(): number | undefined {
    const leaders = new Map<number, number[]>();
    for (const server of this.connectedServers()) {
      const { term, isLeader } = this.getState(server);
      if (isLeader) leaders.set(term, [...leaders.get(term) ?? [], server]);
    }
    for (const [term, servers] of leaders) {
      if (servers.length > 1) {
        throw new TestFailure(`term ${term} has ${servers.length} (>1) leaders`);
      }
    }
    return leaders.get(Math.max(...leaders.keys()))?.[0];
  }

  #highestTerm(): number {
    let highest = 0;
    for (let server = 0; server < this.n; server++) {
      highest = Math.max(highest, this.getState(server).term);
    }
    return highest;
  }

  #counters() {
    return {
      at: this.world.clock.now(),
      rpcs: this.rpcTotal(),
      bytes: this.bytesTotal(),
      maxIndex: this.logs.maxIndex,
    };
  }
}

function noAgreement(command: Command): TestFailure {
  return new TestFailure(`one(${show(command)}) failed to reach agreement`);
}
