/** Replicas of a journal in one process, whose time and whose connections are in the hands of a test. */

import {
  type DurableBatch,
  type LogIndex,
  type Recovered,
  type ServerId,
  serverId,
} from "../../core/base/durable.ts";
import type { RequestHandler } from "../../core/base/ports.ts";
import { SeededRandom } from "../../core/base/random.ts";
import { ms } from "../../core/base/units.ts";
import { type RaftOptions, SERVER_OPTIONS } from "../../core/raft/mod.ts";
import { StoredState } from "../../core/sim/stored_state.ts";
import { HandClock } from "./_hand_clock.ts";
import { Journal, text, utf8 } from "./_journal.ts";
import { type Outcome, Replica, type ReplicaOptions } from "../../core/rsm/mod.ts";

/** What may differ from test to test. */
export interface Given extends Pick<ReplicaOptions, "snapshotBytes" | "snapshotRatio" | "capture"> {
  readonly servers?: number;
  readonly raft?: Partial<RaftOptions>;
  readonly captureSteps?: number;
}

/** Storage that is as quick as memory, until it is told to be slow. */
class Disk {
  readonly stored = new StoredState();
  isSlow = false;
  readonly #waiting: (() => void)[] = [];

  /** How many bytes the log has. */
  get bytes(): number {
    return this.stored.entries.reduce((sum, { command }) => sum + command.length, 0);
  }

  load(): Recovered {
    const { hardState, snapshot, entries } = this.stored;
    return { hardState, snapshot, entries: [...entries] };
  }

  persist(batch: DurableBatch, onDurable: () => void): void {
    const write = () => {
      this.stored.apply(batch);
      onDurable();
    };
    if (this.isSlow) this.#waiting.push(write);
    else write();
  }

  /** Finishes what it is writing. */
  sync(): void {
    for (const write of this.#waiting.splice(0)) write();
  }
}

/** One server: what survives it, and its present life. */
export class Server {
  readonly disk = new Disk();
  readonly applied: LogIndex[] = [];
  journal = new Journal();
  replica!: Replica;
  handle: RequestHandler | undefined;
  isCutOff = false;
}

/** A cluster, and a way to ask its servers. */
export class TestCluster {
  readonly clock = new HandClock();
  readonly servers: readonly Server[];
  readonly #given: Given;

  constructor(given: Given = {}) {
    this.#given = given;
    this.servers = Array.from({ length: given.servers ?? 3 }, () => new Server());
    for (const id of this.servers.keys()) this.start(id);
  }

  /** Begins a life of a server with what its disk holds. */
  start(id: number): void {
    const server = this.servers[id]!;
    const given = this.#given;
    server.isCutOff = false;
    server.applied.length = 0;
    server.journal = new Journal();
    server.journal.captureSteps = given.captureSteps ?? 0;
    server.replica = new Replica({
      ...given,
      id: serverId(id),
      servers: [...this.servers.keys()].map(serverId),
      options: { ...SERVER_OPTIONS, checkQuorum: false, preVote: false, ...given.raft },
      clock: this.clock,
      random: new SeededRandom(BigInt(id)),
      transport: {
        call: (to, _service, request, onReply) => this.#call(server, to, request, onReply),
        serve: (_service, handler) => server.handle = handler,
      },
      storage: server.disk,
      stateMachine: server.journal,
      raftStateBytes: () => server.disk.bytes,
      onApplied: (index) => server.applied.push(index),
    });
  }

  /** Lets time pass until somebody leads whom the others can hear, and returns it. */
  lead(): Server {
    for (let i = 0; i < 1000; i++) {
      this.clock.pass(10);
      const leaders = this.servers.filter(({ replica, isCutOff }) =>
        replica.view.role === "leader" && !isCutOff
      );
      const { currentTerm } = leaders[0]?.replica.view ?? {};
      const isReady = leaders[0] !== undefined && leaders[0].replica.appliedIndex > 0 &&
        this.servers.every((server) =>
          server.isCutOff || server.replica.view.currentTerm === currentTerm
        );
      if (isReady) return leaders[0]!;
    }
    throw new Error("Nobody leads");
  }

  /** The servers but this one. */
  others(server: Server): Server[] {
    return this.servers.filter((other) => other !== server);
  }

  /** A request arrives after half a millisecond, if it is not cut off; so does the answer. */
  #call(
    from: Server,
    to: ServerId,
    request: Uint8Array,
    onReply: (reply: Uint8Array | undefined) => void,
  ): void {
    const target = this.servers[to]!;
    const fail = () => this.clock.after(ms(10), () => onReply(undefined));
    this.clock.after(ms(0.5), () => {
      if (from.isCutOff || target.isCutOff) {
        fail();
        return;
      }
      target.handle?.(request, (reply) => {
        this.clock.after(ms(0.5), () => {
          if (from.isCutOff || target.isCutOff) fail();
          else onReply(reply);
        });
      });
    });
  }
}

/** Proposes a command. The outcome, when there is one, stands in the result, in words. */
export function propose(server: Server, line: string): string[] {
  const outcomes: string[] = [];
  server.replica.propose(utf8(line), (outcome) => outcomes.push(inWords(outcome)));
  return outcomes;
}

/** Asks a question likewise. */
export function query(server: Server, question = ""): string[] {
  const outcomes: string[] = [];
  server.replica.query(utf8(question), (outcome) => outcomes.push(inWords(outcome)));
  return outcomes;
}

function inWords(outcome: Outcome): string {
  return outcome.kind === "done" ? text(outcome.result) : outcome.kind;
}
