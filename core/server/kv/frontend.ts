/** Redis clients on one side, the replicated store on the other. Any server's clients can ask for anything. */

import {
  type Clock,
  type Millis,
  ms,
  type Random,
  type ServerId,
  type Transport,
} from "../../base/mod.ts";
import type { OpenSession } from "../../host/resp/mod.ts";
import { Clerk, type ClerkOptions } from "../../rsm/mod.ts";
import { Batches } from "./batches.ts";
import type { ServerFacts } from "./server_facts.ts";
import { KvSession } from "./session.ts";

/** The service under which replicas answer clerks. */
export const KV_SERVICE = "Kv";

/** What a frontend is made of. */
export interface FrontendOptions {
  readonly servers: readonly ServerId[];
  readonly clock: Clock;
  readonly random: Random;
  /** Reaches all servers, this one included. */
  readonly transport: Pick<Transport, "call">;
  /** Runs a function at the end of this turn of the event loop. */
  readonly gather: (next: () => void) => void;
  readonly facts: (frontend: KvFrontend) => ServerFacts;
  /** After this time without an answer, clients are told so; 5 s unless told. */
  readonly deadline?: Millis;
  /** How many batches of commands, and how many of questions, are under way at a time. */
  readonly writers?: number;
  readonly readers?: number;
}

/** See the head of this file. */
export class KvFrontend {
  readonly #batches: Batches;
  readonly #clerks: readonly Clerk[];
  readonly #facts: ServerFacts;
  readonly #sessions = new Set<KvSession>();

  constructor(options: FrontendOptions) {
    const { writers = 16, readers = 16 } = options;
    this.#clerks = Array.from(
      { length: writers + readers },
      (_, i) => new Clerk(clerkOptions(options, options.random.child(`clerk/${i}`))),
    );
    this.#batches = new Batches({
      writers: this.#clerks.slice(0, writers),
      readers: this.#clerks.slice(writers),
      gather: options.gather,
    });
    this.#facts = options.facts(this);
  }

  /** Begins a session for a client. */
  readonly open: OpenSession = (connection) => {
    const session = new KvSession(connection, this.#facts, this.#batches, (closed) => {
      this.#sessions.delete(closed);
    });
    this.#sessions.add(session);
    return session;
  };

  /** The clients that are connected. */
  get sessions(): ReadonlySet<KvSession> {
    return this.#sessions;
  }

  /** How many clients wait for the store. */
  get waiting(): number {
    return this.#batches.waiting;
  }

  /** Ends everything: whoever waits is told what is known. */
  stop(): void {
    for (const clerk of this.#clerks) clerk.stop();
  }
}

function clerkOptions(options: FrontendOptions, random: Random): ClerkOptions {
  const { clock, transport, servers, deadline = ms(5000) } = options;
  return {
    clock,
    random,
    transport,
    servers,
    service: KV_SERVICE,
    callTimeout: ms(600),
    pause: ms(20),
    hints: true,
    deadline,
  };
}
