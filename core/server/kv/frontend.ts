/** Redis clients on one side, a store on the other. Any server's clients can ask for anything. */

import type { OpenSession } from "../../host/resp/mod.ts";
import type { ServerFacts } from "./server_facts.ts";
import { KvSession } from "./session.ts";
import type { StoreParts } from "./store_parts.ts";

/** See the head of this file. */
export class KvFrontend {
  readonly #parts: StoreParts;
  readonly #facts: ServerFacts;
  readonly #sessions = new Set<KvSession>();

  /** The store is stopped with it. */
  constructor(parts: StoreParts, facts: ServerFacts) {
    this.#parts = parts;
    this.#facts = facts;
  }

  /** Begins a session for a client. */
  readonly open: OpenSession = (connection) => {
    const session = new KvSession(connection, this.#facts, this.#parts, (closed) => {
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
    return this.#parts.waiting;
  }

  /** Ends everything: whoever waits is told what is known. */
  stop(): void {
    this.#parts.stop();
  }
}
