/** One thing that a client wants of one shard, from its first try to its outcome. */

import type { Clock, Timer } from "../base/ports.ts";
import { type Millis, ms } from "../base/units.ts";
import type { ClerkOutcome } from "../rsm/clerk.ts";
import {
  type ClerkReply,
  type ClerkRequest,
  decodeClerkReply,
  encodeClerkRequest,
} from "../rsm/messages.ts";
import { travelTime } from "../rsm/travel_time.ts";
import { encodeCommand } from "./commands.ts";
import { decodeResult, type ShardkvResult } from "./results.ts";
import type { Route, Routes } from "./routes.ts";
import type { CallServer } from "./transfer.ts";

/** The service under which groups answer clients. */
export const SHARDKV_SERVICE = "Shardkv";

/** What a call is made of. */
export interface ShardCallOptions {
  /** Of so many shards, the one of the operations; `undefined` if they are not of one. */
  readonly shardOf: (shardCount: number) => number | undefined;
  readonly operations: Uint8Array;
  readonly isQuery: boolean;
  readonly routes: Routes;
  readonly clientId: number;
  readonly sequence: number;
  /** The client's sessions by shard; `undefined` where commands need none. */
  readonly sessions: Map<number, number> | undefined;
  readonly clock: Clock;
  readonly call: CallServer;
  readonly callTimeout: Millis;
  readonly pause: Millis;
  readonly deadline: Millis | undefined;
  readonly onOutcome: (outcome: ClerkOutcome) => void;
}

/** A request on its way. */
interface Attempt {
  readonly shard: number;
  readonly request: ClerkRequest;
  readonly route: Route;
  readonly server: string;
}

/** See the head of this file. */
export class ShardCall {
  readonly #options: ShardCallOptions;
  readonly #deadline: Timer | undefined;
  #timer: Timer | undefined;
  /** Counts what is waited for, so that an answer that comes too late is known. */
  #turn = 0;
  /** How many servers in a row have not answered the purpose. */
  #failures = 0;
  /** Whether a try of the command that is over may have been carried out. */
  #maybeDone = false;
  /** Whether the command is on its way now. */
  #underWay = false;
  #ended = false;

  constructor(options: ShardCallOptions) {
    this.#options = options;
    const { clock, deadline } = options;
    if (deadline !== undefined) {
      this.#deadline = clock.after(deadline, () => this.giveUp("the time was over"));
    }
  }

  /** Begins to try. */
  start(): void {
    this.#try();
  }

  /** Ends the call without a result. */
  giveUp(reason: string): void {
    const isOpen = this.#maybeDone || this.#underWay;
    this.#end({ kind: isOpen ? "uncertain" : "failed", reason });
  }

  #end(outcome: ClerkOutcome): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#deadline?.cancel();
    this.#timer?.cancel();
    this.#options.onOutcome(outcome);
  }

  #try(): void {
    const { routes, call, clock, callTimeout, shardOf } = this.#options;
    if (routes.config === undefined) return this.#refresh();
    const shard = shardOf(routes.config.shards.length);
    if (shard === undefined) return this.giveUp("the keys are not of one shard");
    const route = routes.to(shard);
    if (route === undefined) return this.#later(() => this.#refresh());
    const turn = ++this.#turn;
    const request = this.#request(shard);
    const server = routes.serverOf(route);
    const onReply = (bytes: Uint8Array | undefined) => {
      if (this.#ended || turn !== this.#turn) return;
      this.#timer?.cancel();
      this.#underWay = false;
      this.#onReply({ shard, request, route, server }, bytes && decodeClerkReply(bytes));
    };
    const bytes = encodeClerkRequest(request);
    this.#timer = clock.after(ms(callTimeout + travelTime(bytes.length)), () => onReply(undefined));
    this.#underWay = request.kind === "command";
    call(server, SHARDKV_SERVICE, bytes, onReply);
  }

  #request(shard: number): ClerkRequest {
    const { operations, isQuery, clientId, sequence, sessions } = this.#options;
    const command = encodeCommand({ kind: "operations", shard, operations });
    if (isQuery) return { kind: "query", question: command };
    const session = sessions === undefined ? 0 : sessions.get(shard);
    if (session !== undefined) return { kind: "command", clientId, session, sequence, command };
    return { kind: "bare", command: encodeCommand({ kind: "open", shard, clientId }) };
  }

  #onReply(attempt: Attempt, reply: ClerkReply | undefined): void {
    const { shard, request } = attempt;
    switch (reply?.kind) {
      case "done":
        this.#failures = 0;
        return this.#onResult(shard, decodeResult(reply.result));
      case "expired":
        return this.#onExpired(shard);
      case "notLeader":
        return this.#tryAnother(attempt);
      default:
        if (request.kind === "command") this.#maybeDone = true;
        return this.#tryAnother(attempt);
    }
  }

  #onResult(shard: number, result: ShardkvResult): void {
    const { routes, sessions } = this.#options;
    switch (result.kind) {
      case "done":
        return this.#end({ kind: "done", result: result.results });
      case "opened":
        sessions?.set(shard, result.session);
        return this.#try();
      case "wrongGroup":
        // A group that has gone further than this client has other owners. One that has not will serve the shard.
        if (result.num > (routes.config?.num ?? 0)) return this.#refresh();
        return this.#later(() => this.#try());
      default:
        return this.#end({ kind: "failed", reason: "the group refused the operations" });
    }
  }

  /** Even a first try may have been delivered twice, and carried out before the session was forgotten. */
  #onExpired(shard: number): void {
    this.#options.sessions?.delete(shard);
    this.#end({ kind: "uncertain", reason: "the session has expired" });
  }

  #tryAnother({ route, server }: Attempt): void {
    this.#options.routes.passOver(route, server);
    if (++this.#failures % route.servers.length === 0) this.#later(() => this.#refresh());
    else this.#try();
  }

  #refresh(): void {
    const turn = ++this.#turn;
    this.#options.routes.refresh(() => {
      if (!this.#ended && turn === this.#turn) this.#try();
    });
  }

  #later(then: () => void): void {
    this.#turn++;
    this.#timer = this.#options.clock.after(this.#options.pause, then);
  }
}
