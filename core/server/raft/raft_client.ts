/** The client's side of a bare replicated log: finds the leader, and tells what became of a proposal. */

import {
  after,
  between,
  type Clock,
  type Instant,
  type LogIndex,
  type Millis,
  ms,
  type Random,
  type ServerId,
  serverId,
  type Term,
} from "../../base/mod.ts";
import { type Address, RpcClient, RpcError, type RpcOptions } from "../../host/mod.ts";
import { PROTOCOL_VERSION } from "../node/mod.ts";
import {
  decodeRaftReply,
  encodeRaftRequest,
  type LogPart,
  RAFT_CLIENT_SERVICE,
  type RaftClientReply,
  type RaftClientRequest,
  type RaftServerStatus,
} from "./messages.ts";
import { RAFT_PROTOCOL } from "./raft_server.ts";

/** What a client is made of. */
export interface RaftClientOptions {
  readonly servers: ReadonlyMap<ServerId, Address>;
  /** Which cluster the servers must belong to; any, unless told. */
  readonly clusterId?: string;
  readonly clock: Clock;
  readonly random: Random;
  /** How long to try to do one thing; by default 10 s. */
  readonly patience?: Millis;
  readonly streams?: Pick<RpcOptions, "dial">;
}

/** What became of a proposal. */
export type ProposeOutcome =
  | {
    readonly kind: "committed";
    readonly index: LogIndex;
    readonly term: Term;
    readonly number: number;
  }
  /** It is certainly not in the log, and never will be. */
  | { readonly kind: "failed"; readonly reason: string }
  /** Nobody knows whether it is in the log, or will yet be. */
  | { readonly kind: "uncertain"; readonly reason: string };

/** What became of a wish to hand over leadership. */
export type TransferOutcome =
  | { readonly kind: "transferred"; readonly leaderId: ServerId }
  | { readonly kind: "failed"; readonly reason: string };

/** What is asked at all gets this long to be answered, lest the last attempt end in uncertainty for no reason. */
const CALL_TIME_MIN = ms(1000);

/** How long a server that is out of reach is left alone: its connection waits that long at most before it is tried. */
const AVOID_TIME = ms(1000);

/** How long a server may take to say how it is doing when all are asked. */
const FIND_TIME = ms(3000);

/** The pause after all servers were asked in vain. */
const PAUSE = ms(20);

/** Talks to the servers of one cluster. */
export class RaftClient {
  readonly #options: RaftClientOptions;
  readonly #patience: Millis;
  readonly #clients: ReadonlyMap<ServerId, RpcClient>;
  readonly #ids: readonly ServerId[];
  /** Where to ask first. */
  #leaderId: ServerId;
  /** Servers that were out of reach, and until when others are asked instead. */
  readonly #avoidUntil = new Map<ServerId, Instant>();

  constructor(options: RaftClientOptions) {
    this.#options = options;
    this.#patience = options.patience ?? ms(10_000);
    const { servers, clusterId = "", clock, random, streams } = options;
    const rpc = { protocol: RAFT_PROTOCOL, version: PROTOCOL_VERSION, clusterId, ...streams };
    this.#clients = new Map(
      [...servers].map(([id, address]) => [
        id,
        new RpcClient(address, rpc, { clock, random: random.child(`server/${id}`) }),
      ]),
    );
    this.#ids = [...servers.keys()];
    const first = this.#ids[random.below(this.#ids.length)];
    if (first === undefined) throw new RangeError("A cluster has at least one server");
    this.#leaderId = first;
  }

  /**
   * Puts a command into the log. It is proposed again only after it certainly was not taken, so it is there once or
   * not at all.
   */
  async propose(command: Uint8Array): Promise<ProposeOutcome> {
    const outcome = await this.#askLeader({ kind: "propose", command }, true);
    if (outcome.kind === "committed" || outcome.kind === "uncertain") return outcome;
    return { kind: "failed", reason: reasonOf(outcome) };
  }

  /** Hands leadership to `to`, or to the follower that is most advanced. */
  async transfer(to?: ServerId): Promise<TransferOutcome> {
    const outcome = await this.#askLeader({ kind: "transfer", to }, false);
    if (outcome.kind !== "transferred") return { kind: "failed", reason: reasonOf(outcome) };
    this.#leaderId = outcome.leaderId;
    return outcome;
  }

  /**
   * Asks one server how it is doing.
   *
   * @throws {RpcError} If it does not answer.
   */
  async status(id: ServerId, patience: Millis = this.#patience): Promise<RaftServerStatus> {
    const reply = await this.#call(id, { kind: "status" }, patience);
    if (reply.kind !== "status") throw unexpected(reply);
    return reply.status;
  }

  /**
   * Asks one server for a part of its log.
   *
   * @throws {RpcError} If it does not answer.
   */
  async log(id: ServerId, from: LogIndex, count: number): Promise<LogPart> {
    const reply = await this.#call(id, { kind: "log", from, count }, this.#patience);
    if (reply.kind !== "log") throw unexpected(reply);
    return reply.part;
  }

  /**
   * Asks all servers who leads; if none does, the answer is any of them that lives.
   *
   * @throws {RpcError} If none of them answers.
   */
  async findLeader(): Promise<ServerId> {
    const answers = await Promise.allSettled(this.#ids.map((id) => this.status(id, FIND_TIME)));
    const known = answers.flatMap((answer) => answer.status === "fulfilled" ? [answer.value] : []);
    const leaders = known.filter(({ role }) => role === "leader").sort((a, b) => b.term - a.term);
    const best = leaders[0] ?? known[0];
    if (best === undefined) throw (answers[0] as PromiseRejectedResult).reason;
    return serverId(best.id);
  }

  /** Ends all calls, and drops all connections. */
  close(): void {
    for (const client of this.#clients.values()) client.close();
  }

  /**
   * Asks one server after the other, as their hints say, until one of them leads. With `once`, what a server may have
   * begun to do is not asked of another.
   */
  async #askLeader(
    request: RaftClientRequest,
    once: boolean,
  ): Promise<RaftClientReply | Extract<ProposeOutcome, { readonly reason: string }>> {
    const { clock } = this.#options;
    const deadline = after(clock.now(), this.#patience);
    let reason = "no server answers";
    for (let asked = 1;; asked++) {
      const id = this.#leaderId;
      const answer = await this.#ask(id, request, deadline);
      if (answer instanceof RpcError) {
        reason = `server ${id}: ${answer.message}`;
        if (once && !answer.definite) return { kind: "uncertain", reason };
        // Something else listens there, and will tomorrow.
        if (answer.failure === "refused") return { kind: "failed", reason };
        this.#avoidUntil.set(id, after(clock.now(), AVOID_TIME));
        this.#leaderId = this.#after(id);
      } else if (answer.kind === "notLeader") {
        reason = "there is no leader";
        this.#leaderId = this.#hinted(answer.leaderId, id);
      } else if (answer.kind === "unknown") {
        reason = `server ${id} stopped leading before it knew`;
        this.#leaderId = this.#hinted(answer.leaderId, id);
        if (once) return { kind: "uncertain", reason };
      } else {
        return answer;
      }
      if (clock.now() >= deadline) return { kind: "failed", reason };
      if (asked % this.#ids.length === 0) await clock.sleep(PAUSE);
    }
  }

  async #ask(
    id: ServerId,
    request: RaftClientRequest,
    deadline: Instant,
  ): Promise<RaftClientReply | RpcError> {
    try {
      const left = between(this.#options.clock.now(), deadline);
      return await this.#call(id, request, ms(Math.max(left, CALL_TIME_MIN)));
    } catch (error) {
      if (error instanceof RpcError) return error;
      throw error;
    }
  }

  async #call(
    id: ServerId,
    request: RaftClientRequest,
    patience: Millis,
  ): Promise<RaftClientReply> {
    const client = this.#clients.get(id);
    if (client === undefined) throw new RangeError(`There is no server ${id} among ${this.#ids}`);
    const bytes = encodeRaftRequest(request);
    return decodeRaftReply(await client.call(RAFT_CLIENT_SERVICE, bytes, patience));
  }

  /** Whom to ask when `id` does not lead. Followers take a while to notice that their leader is gone. */
  #hinted(hint: ServerId | undefined, id: ServerId): ServerId {
    const isUseful = hint !== undefined && hint !== id && this.#clients.has(hint);
    return isUseful && !this.#isAvoided(hint) ? hint : this.#after(id);
  }

  /** The next server that was not out of reach a moment ago, or if all were, the next one. */
  #after(id: ServerId): ServerId {
    const at = this.#ids.indexOf(id) + 1;
    const others = [...this.#ids.slice(at), ...this.#ids.slice(0, at)];
    return others.find((other) => !this.#isAvoided(other)) ?? others[0]!;
  }

  #isAvoided(id: ServerId): boolean {
    const until = this.#avoidUntil.get(id);
    return until !== undefined && this.#options.clock.now() < until;
  }
}

function reasonOf(outcome: { readonly kind: string; readonly reason?: string }): string {
  return outcome.reason ?? unexpected(outcome).message;
}

function unexpected({ kind }: { readonly kind: string }): TypeError {
  return new TypeError(`The server sent a reply of another kind: ${kind}`);
}
