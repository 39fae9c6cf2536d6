/** The replicated store behind a door: clerks that go to its servers, and batches for them to carry. */

import {
  type Clock,
  type Millis,
  ms,
  type Random,
  type ServerId,
  type Transport,
} from "../../base/mod.ts";
import { Clerk } from "../../rsm/mod.ts";
import { Batches } from "./batches.ts";
import { onePart, type StoreParts } from "./store_parts.ts";

/** The service under which replicas answer clerks. */
export const KV_SERVICE = "Kv";

/** What the way to the store is made of. */
export interface ClerkStoreOptions {
  readonly servers: readonly ServerId[];
  readonly clock: Clock;
  readonly random: Random;
  /** Reaches all servers, this one included. */
  readonly transport: Pick<Transport, "call">;
  /** Runs a function at the end of this turn of the event loop. */
  readonly gather: (next: () => void) => void;
  /** After this time without an answer, clients are told so; 5 s unless told. */
  readonly deadline?: Millis;
  /** How many batches of commands, and how many of questions, are under way at a time. */
  readonly writers?: number;
  readonly readers?: number;
}

/** Makes the clerks. */
export function clerkStore(options: ClerkStoreOptions): StoreParts {
  const { writers = 16, readers = 16, gather, random, deadline = ms(5000) } = options;
  const { clock, transport, servers } = options;
  const clerks = Array.from(
    { length: writers + readers },
    (_, i) =>
      new Clerk({
        clock,
        random: random.child(`clerk/${i}`),
        transport,
        servers,
        service: KV_SERVICE,
        callTimeout: ms(600),
        pause: ms(20),
        hints: true,
        deadline,
      }),
  );
  const batches = new Batches({
    writers: clerks.slice(0, writers),
    readers: clerks.slice(writers),
    gather,
  });
  return onePart(batches, () => {
    for (const clerk of clerks) clerk.stop();
  });
}
