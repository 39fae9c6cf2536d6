/** Servers of a bare replicated log in one process, and a client of theirs. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { ms, type ServerId, serverId } from "../../core/base/mod.ts";
import {
  type Address,
  freePorts,
  RealClock,
  silentLog,
  systemRandom,
} from "../../core/host/mod.ts";
import { TemporaryFolder } from "../../core/host/temporary_folder.ts";
import { RaftClient, RaftServer, type RaftServerOptions } from "../../core/server/raft/mod.ts";

/** A cluster in a temporary folder. */
export class RaftCluster {
  readonly folder: TemporaryFolder = new TemporaryFolder("dist824-raft-");
  readonly peers: ReadonlyMap<ServerId, Address>;
  readonly servers = new Map<number, RaftServer>();
  readonly client: RaftClient;

  constructor(size = 3) {
    this.peers = new Map(
      freePorts(size).map((port, i) => [serverId(i + 1), { hostname: "127.0.0.1", port }]),
    );
    this.client = this.newClient();
  }

  newClient(patience = 30_000): RaftClient {
    return new RaftClient({
      servers: this.peers,
      clock: new RealClock(),
      random: systemRandom(),
      patience: ms(patience),
    });
  }

  async start(id: number, changes: Partial<RaftServerOptions> = {}): Promise<RaftServer> {
    const server = await RaftServer.open({
      id: serverId(id),
      peers: this.peers,
      dataFolder: join(this.folder.path, `${id}`),
      clusterId: "test",
      log: silentLog,
      ...changes,
    });
    this.servers.set(id, server);
    return server;
  }

  async startAll(changes: Partial<RaftServerOptions> = {}): Promise<void> {
    await Promise.all([...this.peers.keys()].map((id) => this.start(id, changes)));
  }

  async stop(id: number): Promise<void> {
    await this.servers.get(id)?.close();
    this.servers.delete(id);
  }

  /** Puts a text into the log; it must work. */
  async propose(text: string): Promise<{ readonly index: number; readonly number: number }> {
    const outcome = await this.client.propose(new TextEncoder().encode(text));
    assert.equal(outcome.kind, "committed", JSON.stringify(outcome));
    return outcome as { readonly index: number; readonly number: number } & typeof outcome;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client.close();
    for (const id of [...this.servers.keys()]) await this.stop(id);
    await this.folder.remove();
  }
}
