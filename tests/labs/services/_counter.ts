/** A service as small as can be, for the tests of the harness: it counts the commands that it has carried out. */

import { ByteReader, ByteWriter } from "../../../core/base/bytes.ts";
import { ms } from "../../../core/base/units.ts";
import { Clerk } from "../../../core/rsm/clerk.ts";
import { ExactlyOnce } from "../../../core/rsm/exactly_once.ts";
import { Replica } from "../../../core/rsm/replica.ts";
import { serveReplica } from "../../../core/rsm/service.ts";
import type { Capture, StateMachine } from "../../../core/rsm/state_machine.ts";
import { ClerkEnds } from "./clerk_ends.ts";
import type { ServiceCluster } from "./service_cluster.ts";
import type { StartService } from "./site.ts";
import type { Stage } from "./stage.ts";

const SERVICE = "Counter";

/** Starts a counter. Each command adds what `step` says for that server. */
export function startCounter(step: (server: number) => number = () => 1): StartService {
  return (site) => {
    const stateMachine = new ExactlyOnce(new Counter(step(site.id)));
    const replica = new Replica({
      ...site,
      stateMachine,
      snapshotBytes: 1000,
      onApplied: (index) => site.onApplied(index, stateMachine),
    });
    serveReplica(site.transport, SERVICE, replica);
    return replica;
  };
}

/** A clerk of the counter. */
export class CounterClerk {
  readonly #clerk: Clerk;
  readonly #stage: Stage;
  readonly ends: ClerkEnds;

  /** Makes the clerk called `name`, which reaches the servers `to`. */
  constructor(
    stage: Stage,
    cluster: ServiceCluster,
    name: string,
    to: readonly number[] = cluster.all,
  ) {
    this.#stage = stage;
    this.ends = new ClerkEnds(stage, cluster.all, to);
    this.#clerk = new Clerk({
      clock: stage.world.clock,
      random: stage.world.random.child(`clerk/${name}`),
      transport: this.ends,
      servers: this.ends.servers,
      service: SERVICE,
      callTimeout: ms(300),
      pause: ms(50),
      hints: false,
    });
  }

  /** Counts one up, and returns the count. */
  add(): Promise<number> {
    const added = this.#stage.world.deferred<number>();
    this.#clerk.command(new Uint8Array(20), (outcome) => {
      if (outcome.kind === "done") added.resolve(new ByteReader(outcome.result).varint());
      else added.reject(new Error(outcome.reason));
    });
    return added.promise;
  }
}

class Counter implements StateMachine {
  readonly #step: number;
  #count = 0;

  constructor(step: number) {
    this.#step = step;
  }

  apply(): Uint8Array {
    this.#count += this.#step;
    return this.query();
  }

  query(): Uint8Array {
    const writer = new ByteWriter(8);
    writer.varint(this.#count);
    return writer.finish();
  }

  capture(): Capture {
    return { next: () => ({ done: true, value: this.query() }) };
  }

  restore(data: Uint8Array): void {
    this.#count = new ByteReader(data).varint();
  }
}
