/** A door for Redis clients with a store in memory behind it, for tests of what commands mean. */

import { logIndex } from "../../base/mod.ts";
import { inLaterTurn, RealClock } from "../../host/mod.ts";
import { RawClient } from "../../host/resp/_raw_client.ts";
import { DEFAULT_RESP_LIMITS, type RespLimits, RespServer } from "../../host/resp/mod.ts";
import { KvStateMachine } from "../../kv/mod.ts";
import type { ClerkOutcome } from "../../rsm/mod.ts";
import { Batches, type Courier } from "./batches.ts";
import { shownSettings } from "./info.ts";
import type { ServerFacts } from "./server_facts.ts";
import { KvSession } from "./session.ts";
import { onePart, type StoreParts } from "./store_parts.ts";

/** Settings of a {@linkcode TestServer}. */
export interface TestServerOptions {
  readonly password?: string;
  readonly limits?: Partial<RespLimits>;
  readonly store?: KvStateMachine;
  /** Carries commands and questions in place of the store. */
  readonly courier?: Courier;
  /** Stands in place of the store and its courier. */
  readonly parts?: StoreParts;
}

/** See the head of this file. */
export class TestServer {
  readonly redis: RespServer;
  /** How many batches were carried. */
  batches = 0;

  constructor(options: TestServerOptions = {}) {
    const { password, store = new KvStateMachine() } = options;
    const sessions = new Set<KvSession>();
    const clock = new RealClock();
    const courier = options.courier ?? this.#courier(store);
    const batches = new Batches({ writers: [courier], readers: [courier], gather: inLaterTurn });
    const parts = options.parts ?? onePart(batches);
    const facts: ServerFacts = {
      isPassword: password === undefined
        ? undefined
        : (guess) => new TextDecoder().decode(guess) === password,
      info: () => new Map([["server", { redis_version: "7.0.0" }], ["clients", { connected: 1 }]]),
      settings: shownSettings(DEFAULT_RESP_LIMITS),
      clients: () => sessions,
      now: () => clock.now(),
    };
    this.redis = RespServer.listen({ hostname: "127.0.0.1", port: 0 }, {
      open: (client) => {
        const session = new KvSession(client, facts, parts, (each) => sessions.delete(each));
        sessions.add(session);
        return session;
      },
      needsTrust: password !== undefined,
      ...(options.limits && { limits: options.limits }),
      clock,
    });
  }

  /** Connects a client. */
  connect(): Promise<RawClient> {
    return RawClient.connect(this.redis.address.port);
  }

  /** Sends bytes (a character each), has the server close, and returns all that it answered. */
  async talk(text: string): Promise<string> {
    const client = await this.connect();
    await client.send(`${text}quit\r\n`);
    const answer = await client.rest();
    client.close();
    return answer.replace(/\+OK\r\n$/, "");
  }

  #courier(store: KvStateMachine): Courier {
    return courierTo(store, () => this.batches++);
  }
}

/** Carries everything to a store at once; `onBatch` counts it. */
export function courierTo(store: KvStateMachine, onBatch: () => void = () => {}): Courier {
  const later = (result: Uint8Array, onOutcome: (outcome: ClerkOutcome) => void) => {
    onBatch();
    inLaterTurn(() => onOutcome({ kind: "done", result }));
  };
  return {
    command: (bytes, onOutcome) => later(store.apply(bytes, logIndex(1)), onOutcome),
    query: (bytes, onOutcome) => later(store.query(bytes), onOutcome),
  };
}

/** A store in parts, by the first letters of keys. */
export function partsOf(couriers: readonly Courier[]): StoreParts {
  const batches = couriers.map((courier) =>
    new Batches({ writers: [courier], readers: [courier], gather: inLaterTurn })
  );
  return {
    count: couriers.length,
    waiting: 0,
    whenKnown: (then) => then(),
    partOf: (key) => (key[0] ?? 0) % couriers.length,
    add: (part, flight) => batches[part]!.add(flight),
    stop() {},
  };
}

/** Runs a test with a server. */
export async function withTestServer(
  body: (server: TestServer) => Promise<void>,
  options: TestServerOptions = {},
): Promise<void> {
  const server = new TestServer(options);
  try {
    await body(server);
  } finally {
    await server.redis.close();
  }
}
