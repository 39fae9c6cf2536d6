/** The client's side of the store over the servers' own port: calls as promises, each carried out exactly once. */

import {
  type Clock,
  type Millis,
  ms,
  type Random,
  type ServerId,
  type Transport,
} from "../../base/mod.ts";
import { type Address, RpcClient, type RpcOptions } from "../../host/mod.ts";
import { KvClerk, type KvOperation, type KvOutcome, type KvResult } from "../../kv/mod.ts";
import { Clerk } from "../../rsm/mod.ts";
import { PROTOCOL_VERSION } from "../node/mod.ts";
import { decodeKvFingerprint, KV_FINGERPRINT_SERVICE, type KvFingerprint } from "./fingerprint.ts";
import { KV_SERVICE } from "./clerk_store.ts";
import { KV_PROTOCOL } from "./kv_server.ts";
import { decodeKvStatus, KV_STATUS_SERVICE, type KvServerStatus } from "./kv_status.ts";

/** What a client is made of. */
export interface KvClientOptions {
  readonly servers: ReadonlyMap<ServerId, Address>;
  /** Which cluster the servers must belong to; any, unless told. */
  readonly clusterId?: string;
  readonly clock: Clock;
  readonly random: Random;
  /** How long to try to do one thing; by default 10 s. */
  readonly patience?: Millis;
  readonly streams?: Pick<RpcOptions, "dial">;
}

/** How long one server may take to answer before another one is asked: as long as an election takes at most. */
const CALL_TIME = ms(600);

/** How long the answer of a server may still count after that: long values take their time. */
const ANSWER_TIME = ms(10_000);

/** Talks to the servers of one cluster. */
export class KvClient {
  readonly #clients: ReadonlyMap<ServerId, RpcClient>;
  readonly #patience: Millis;
  readonly #clerk: KvClerk;

  constructor(options: KvClientOptions) {
    const { servers, clusterId = "", clock, random, streams, patience = ms(10_000) } = options;
    const rpc = { protocol: KV_PROTOCOL, version: PROTOCOL_VERSION, clusterId, ...streams };
    this.#patience = patience;
    this.#clients = new Map(
      [...servers].map(([id, address]) => [
        id,
        new RpcClient(address, rpc, { clock, random: random.child(`server/${id}`) }),
      ]),
    );
    const clerk = new Clerk({
      clock,
      random: random.child("clerk"),
      transport: callsBy(this.#clients),
      servers: [...servers.keys()],
      service: KV_SERVICE,
      callTimeout: CALL_TIME,
      pause: ms(50),
      hints: true,
      deadline: patience,
    });
    this.#clerk = new KvClerk(clerk);
  }

  /** Carries out operations together. Those that change nothing are asked as a question. */
  run(operations: readonly KvOperation[]): Promise<KvOutcome<KvResult[]>> {
    return new Promise((resolve) => this.#clerk.run(operations, resolve));
  }

  /**
   * Asks one server how it is doing.
   *
   * @throws {RpcError} If it does not answer.
   */
  async status(id: ServerId, patience: Millis = this.#patience): Promise<KvServerStatus> {
    return decodeKvStatus(await this.#ask(id, KV_STATUS_SERVICE, patience));
  }

  /**
   * Asks one server what it has applied.
   *
   * @throws {RpcError} If it does not answer.
   */
  async fingerprint(id: ServerId, patience: Millis = this.#patience): Promise<KvFingerprint> {
    return decodeKvFingerprint(await this.#ask(id, KV_FINGERPRINT_SERVICE, patience));
  }

  /** Ends all calls, and drops all connections. */
  close(): void {
    this.#clerk.stop();
    for (const client of this.#clients.values()) client.close();
  }

  #ask(id: ServerId, service: string, patience: Millis): Promise<Uint8Array> {
    const client = this.#clients.get(id);
    if (client === undefined) throw new RangeError(`There is no server ${id}`);
    return client.call(service, new Uint8Array(0), patience);
  }
}

function callsBy(clients: ReadonlyMap<ServerId, RpcClient>): Pick<Transport, "call"> {
  return {
    call(to, service, request, onReply) {
      clients.get(to)!.call(service, request, ANSWER_TIME).then(onReply, () => onReply(undefined));
    },
  };
}
