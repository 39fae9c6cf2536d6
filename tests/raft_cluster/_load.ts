/** Writers that put commands into a replicated log, and remember what they were told. */

import type { ProposeOutcome, RaftClient } from "../../core/server/raft/mod.ts";
import { sleep } from "../node/_cluster.ts";
import type { ProcessCluster } from "./_process_cluster.ts";

/** One command, and what became of it as far as its writer knows. */
export interface Proposal {
  readonly writer: number;
  readonly text: string;
  /** Milliseconds, on the clock of `performance`. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly outcome: ProposeOutcome;
}

/** Writers that propose one command after the other until they are stopped. */
export class Load {
  /** All proposals with an outcome, in the order in which that came. */
  readonly proposals: Proposal[] = [];
  readonly #clients: readonly RaftClient[];
  readonly #writers: readonly Promise<void>[];
  #isStopped = false;
  #acknowledged = 0;

  /** `pause` is how long a writer rests after a command, in milliseconds. */
  constructor(cluster: ProcessCluster, writers: number, pause = 0) {
    this.#clients = Array.from({ length: writers }, () => cluster.client(2000));
    this.#writers = this.#clients.map((client, i) => this.#write(client, i, pause));
  }

  /** How many commands are acknowledged. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** Resolves the first command that was begun from now on, and acknowledged. */
  async progress(patience = 60_000): Promise<Proposal> {
    const now = performance.now();
    for (let seen = this.proposals.length;; await sleep(2)) {
      for (; seen < this.proposals.length; seen++) {
        const proposal = this.proposals[seen]!;
        if (proposal.startedAt >= now && proposal.outcome.kind === "committed") return proposal;
      }
      if (performance.now() - now > patience) {
        throw new Error(`nothing was acknowledged for ${patience} ms`);
      }
    }
  }

  /** Lets each writer finish its command. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(this.#writers);
    for (const client of this.#clients) client.close();
  }

  async #write(client: RaftClient, writer: number, pause: number): Promise<void> {
    for (let i = 0; !this.#isStopped; i++) {
      const text = `${writer}/${i}`;
      const startedAt = performance.now();
      const outcome = await client.propose(new TextEncoder().encode(text));
      this.proposals.push({ writer, text, startedAt, endedAt: performance.now(), outcome });
      if (outcome.kind === "committed") this.#acknowledged++;
      await sleep(pause);
    }
  }
}
