/** Real nodes in one process, for tests: bare Raft servers that keep what they apply. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { type ServerId, serverId } from "../../core/base/mod.ts";
import { type Address, freePorts, silentLog } from "../../core/host/mod.ts";
import { TemporaryFolder } from "../../core/host/temporary_folder.ts";
import { type Applied, RaftNode } from "../../core/raft/mod.ts";
import { Node, type NodeOptions } from "../../core/server/node/mod.ts";

/** A node with Raft on it. */
export class TestNode {
  readonly node: Node;
  readonly raft: RaftNode;
  /** What was applied in this life. */
  readonly applied: Applied[] = [];

  constructor(node: Node) {
    this.node = node;
    this.raft = new RaftNode({ ...node.ports, apply: (applied) => this.applied.push(applied) });
    node.attach(this.raft);
  }

  /** The commands applied in this life, as texts. */
  get commands(): string[] {
    return this.applied.flatMap((applied) =>
      applied.kind === "entry" && applied.entry.kind === "command"
        ? [new TextDecoder().decode(applied.entry.command)]
        : []
    );
  }

  /** Proposes a command, which this node must be able to take. */
  propose(command: string): void {
    assert(this.raft.propose(new TextEncoder().encode(command)), "the leader takes a command");
  }
}

/** A cluster in folders of its own. */
export class TestCluster {
  readonly folder: TemporaryFolder = new TemporaryFolder("dist824-node-");
  readonly peers: ReadonlyMap<ServerId, Address>;
  readonly #running = new Map<number, TestNode>();

  constructor(size: number) {
    const addresses = freePorts(size).map((port, i) =>
      [serverId(i + 1), { hostname: "127.0.0.1", port }] as const
    );
    this.peers = new Map(addresses);
  }

  /** The settings of a server. */
  options(id: number, changes: Partial<NodeOptions> = {}): NodeOptions {
    return {
      id: serverId(id),
      peers: this.peers,
      dataFolder: this.dataFolder(id),
      clusterId: "test",
      protocol: "dist824-test",
      log: silentLog,
      ...changes,
    };
  }

  dataFolder(id: number): string {
    return join(this.folder.path, `${id}`);
  }

  /** Starts a server. */
  async start(id: number, changes: Partial<NodeOptions> = {}): Promise<TestNode> {
    const started = new TestNode(await Node.open(this.options(id, changes)));
    this.#running.set(id, started);
    return started;
  }

  async startAll(): Promise<TestNode[]> {
    return await Promise.all([...this.peers.keys()].map((id) => this.start(id)));
  }

  /** Ends a server. */
  async stop(id: number): Promise<void> {
    await this.#running.get(id)?.node.close();
    this.#running.delete(id);
  }

  get running(): TestNode[] {
    return [...this.#running.values()];
  }

  /** Waits for a leader that the others follow, and that is none of those named. */
  leader(...but: readonly TestNode[]): Promise<TestNode> {
    return eventually(() => {
      const leader = this.running.find(({ raft }) => raft.view.role === "leader");
      if (leader === undefined || but.includes(leader)) return undefined;
      const { id } = leader.raft.view;
      return this.running.every(({ raft }) => raft.view.leaderId === id) && leader;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const id of this.peers.keys()) await this.stop(id);
    await this.folder.remove();
  }
}

/** Waits until `look` finds something: in vain for much longer than it can take. */
export async function eventually<T>(look: () => T | undefined | false): Promise<T> {
  for (let left = 6000; left > 0; left--) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    await sleep(5);
  }
  assert.fail("It never happened");
}

/** Lets time pass. */
export function sleep(span: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, span));
}
