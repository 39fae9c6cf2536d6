/** Servers of a bare replicated log as processes of the program itself, which the test starts and kills. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { ms, type ServerId, serverId } from "../../core/base/mod.ts";
import { type Address, freePorts, RealClock, systemRandom } from "../../core/host/mod.ts";
import { selfCommand } from "../../core/host/self_command.ts";
import { TalkingChild } from "../../core/host/talking_child.ts";
import { TemporaryFolder } from "../../core/host/temporary_folder.ts";
import { addressText } from "../../core/server/node/mod.ts";
import { RaftClient, type RaftServerStatus } from "../../core/server/raft/mod.ts";
import { parseReadyLine } from "../../core/server/supervisor/mod.ts";
import { sleep } from "../node/_cluster.ts";

/** How long a process may take to serve, and a cluster to agree: much longer than it can take. */
const PATIENCE_MS = 60_000;

/** The processes, and the folder with their data. */
export class ProcessCluster {
  readonly folder: TemporaryFolder = new TemporaryFolder("dist824-raft-processes-");
  readonly peers: ReadonlyMap<ServerId, Address>;
  /** What the processes wrote to standard error, for when something goes wrong. */
  readonly said: string[] = [];
  readonly #args: readonly string[];
  readonly #children = new Map<ServerId, TalkingChild>();

  /** `args` are added to the command line of each server. */
  constructor(size: number, args: readonly string[] = []) {
    this.peers = new Map(
      freePorts(size).map((port, i) => [serverId(i + 1), { hostname: "127.0.0.1", port }]),
    );
    this.#args = args;
  }

  get ids(): readonly ServerId[] {
    return [...this.peers.keys()];
  }

  /** A client that tries for so long. */
  client(patience = 10_000): RaftClient {
    return new RaftClient({
      servers: this.peers,
      clock: new RealClock(),
      random: systemRandom(),
      patience: ms(patience),
    });
  }

  /** Starts a server, and waits until it serves. */
  async start(id: ServerId): Promise<void> {
    assert(!this.#children.has(id), `server ${id} runs already`);
    const ready = Promise.withResolvers<void>();
    const peers = [...this.peers].map(([peer, at]) => `${peer}=${addressText(at)}`).join(",");
    const child = new TalkingChild(
      selfCommand([
        ...["raft", "serve", "--child", "--log-level", "error"],
        ...["--id", `${id}`, "--peers", peers],
        ...["--data", join(this.folder.path, `server-${id}`)],
        ...this.#args,
      ]),
      (stream, line) => {
        if (stream === "stdout" && parseReadyLine(line) !== undefined) ready.resolve();
        else this.said.push(`server ${id}: ${line}`);
      },
    );
    this.#children.set(id, child);
    child.ended.then(({ code }) => {
      ready.reject(new Error(`server ${id} ended with ${code}: ${this.said.slice(-5).join("\n")}`));
    });
    await ready.promise;
  }

  /** The process of a server that runs. */
  pid(id: ServerId): number {
    return this.#children.get(id)!.pid;
  }

  /** Kills servers as a crash would, at once. */
  async kill(ids: readonly ServerId[]): Promise<void> {
    await this.#end(ids, "SIGKILL");
  }

  /** Ends servers in good order; resolves their exit codes. */
  terminate(ids: readonly ServerId[]): Promise<number[]> {
    return this.#end(ids, "SIGTERM");
  }

  async #end(ids: readonly ServerId[], signal: "SIGKILL" | "SIGTERM"): Promise<number[]> {
    const children = ids.map((id) => this.#children.get(id)!);
    for (const child of children) child.kill(signal);
    const ends = await Promise.all(children.map(({ ended }) => ended));
    for (const id of ids) this.#children.delete(id);
    return ends.map(({ code }) => code);
  }

  /** What those servers say that answer. */
  async statuses(client: RaftClient): Promise<RaftServerStatus[]> {
    const answers = await Promise.allSettled(this.ids.map((id) => client.status(id, ms(1000))));
    return answers.flatMap((answer) => answer.status === "fulfilled" ? [answer.value] : []);
  }

  /** Waits until all servers run, and have applied the same. */
  async agree(client: RaftClient): Promise<RaftServerStatus[]> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const statuses = await this.statuses(client);
      const [first] = statuses;
      const isOver = statuses.length === this.ids.length &&
        statuses.some(({ role }) => role === "leader") &&
        statuses.every(({ lastApplied, lastIndex }) =>
          lastApplied === first!.lastApplied && lastIndex === lastApplied
        );
      if (isOver) return statuses;
      assert(performance.now() < deadline, `no agreement: ${JSON.stringify(statuses)}`);
      await sleep(20);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill([...this.#children.keys()]);
    await this.folder.remove();
  }
}
