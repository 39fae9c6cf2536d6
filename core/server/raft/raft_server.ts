/** A server of a bare replicated log: Raft on a node, for clients that put commands into the log and look at it. */

import {
  after,
  type Clock,
  type LogEntry,
  logIndex,
  ms,
  type RequestHandler,
  type ServerId,
} from "../../base/mod.ts";
import { Replica } from "../../rsm/mod.ts";
import { Node, type NodeOptions } from "../node/mod.ts";
import { LogMachine } from "./log_machine.ts";
import {
  decodeRaftRequest,
  encodeRaftReply,
  type LogPart,
  RAFT_CLIENT_SERVICE,
  type RaftClientReply,
  type RaftClientRequest,
  type RaftServerStatus,
} from "./messages.ts";

/** What servers and clients of a bare replicated log speak. */
export const RAFT_PROTOCOL = "dist824-raft";

/** How much of the log's entries one reply holds at most, unless a single one is larger. */
const PART_BYTES_MAX = 1024 * 1024;
const PART_ENTRIES_MAX = 4096;

/** How often a server that hands over looks whether it has. */
const LOOK_INTERVAL = ms(5);

/** A command that a server takes in: well below what fits a frame, with what is sent around it. */
export const COMMAND_BYTES_MAX = 8 * 1024 * 1024;

/** What a server is told when it starts. */
export interface RaftServerOptions extends Omit<NodeOptions, "protocol"> {
  /** Compact the log whenever it has grown by this many bytes; by default 32 MiB. */
  readonly snapshotBytes?: number;
}

/** The server. */
export class RaftServer {
  readonly node: Node;
  readonly #machine = new LogMachine();
  readonly #replica: Replica;
  readonly #clock: Clock;

  /**
   * Recovers what is in the folder, and begins to serve.
   *
   * @throws As `Node.open` does.
   */
  static async open(options: RaftServerOptions): Promise<RaftServer> {
    const node = await Node.open({ ...options, protocol: RAFT_PROTOCOL });
    return new RaftServer(node, options.snapshotBytes ?? 32 * 1024 * 1024);
  }

  private constructor(node: Node, snapshotBytes: number) {
    this.node = node;
    this.#clock = node.ports.clock;
    this.#replica = new Replica({
      ...node.ports,
      stateMachine: this.#machine,
      snapshotBytes,
      raftStateBytes: () => node.wal.bytesSinceSnapshot,
    });
    node.attach(this.#replica);
    node.rpc.serve(RAFT_CLIENT_SERVICE, (request, reply) => this.#onRequest(request, reply));
  }

  /** How it is doing. */
  status(): RaftServerStatus {
    const { count, text } = this.#machine.chain;
    const { waiting } = this.#replica;
    return { ...this.node.status(), commands: count, fingerprint: text, waiting };
  }

  /** Hands leadership over if it has it, and ends. */
  async shutDown(): Promise<void> {
    await this.node.handOver();
    await this.close();
  }

  /** Ends at once, and gives everything back. */
  async close(): Promise<void> {
    await this.node.close();
  }

  #onRequest(bytes: Uint8Array, reply: Parameters<RequestHandler>[1]): void {
    this.#answer(decodeRaftRequest(bytes), (answer) => reply(encodeRaftReply(answer)));
  }

  #answer(request: RaftClientRequest, reply: (reply: RaftClientReply) => void): void {
    switch (request.kind) {
      case "propose":
        return this.#propose(request.command, reply);
      case "status":
        return reply({ kind: "status", status: this.status() });
      case "log":
        return reply({ kind: "log", part: this.#part(request.from, request.count) });
      case "transfer":
        return this.#transfer(request.to, reply);
    }
  }

  #propose(command: Uint8Array, reply: (reply: RaftClientReply) => void): void {
    if (command.length > COMMAND_BYTES_MAX) {
      const reason = `a command has at most ${COMMAND_BYTES_MAX} bytes, this one ${command.length}`;
      return reply({ kind: "refused", reason });
    }
    const { currentTerm: term } = this.#replica.view;
    this.#replica.propose(command, (outcome) => {
      const { kind } = outcome;
      if (kind === "done") {
        const number = LogMachine.numberOf(outcome.result);
        reply({ kind: "committed", index: outcome.index, term, number });
      } else {
        const { leaderId } = outcome;
        reply({ kind: kind === "rejected" ? "notLeader" : "unknown", leaderId });
      }
    });
  }

  #part(from: number, count: number): LogPart {
    const { log, commitIndex } = this.#replica.view;
    const { lastIndex, lastIncludedIndex } = log;
    const entries: LogEntry[] = [];
    const first = Math.max(from, lastIncludedIndex + 1);
    const end = Math.min(lastIndex, from + count - 1, first + PART_ENTRIES_MAX - 1);
    let bytes = 0;
    for (let index = first; index <= end && bytes < PART_BYTES_MAX; index++) {
      const entry = log.entryAt(logIndex(index))!;
      entries.push(entry);
      bytes += entry.command.length;
    }
    return { firstIndex: logIndex(lastIncludedIndex + 1), lastIndex, commitIndex, entries };
  }

  #transfer(to: ServerId | undefined, reply: (reply: RaftClientReply) => void): void {
    const { role, leaderId, servers, id } = this.#replica.view;
    if (role !== "leader") return reply({ kind: "notLeader", leaderId });
    if (to === id) return reply({ kind: "transferred", leaderId: id });
    if (to !== undefined && !servers.includes(to)) {
      const reason = `there is no server ${to}, only ${servers.join(", ")}`;
      return reply({ kind: "refused", reason });
    }
    if (servers.length === 1) return reply({ kind: "refused", reason: "there is no other server" });
    this.#replica.transferLeadership(to);
    this.#awaitSuccessor(reply);
  }

  /** Answers when another server leads, or when this one has given up handing over. */
  #awaitSuccessor(reply: (reply: RaftClientReply) => void): void {
    const { electionTimeoutMax } = this.node.ports.options;
    const deadline = after(this.#clock.now(), electionTimeoutMax);
    const look = () => {
      const { role, leaderId } = this.#replica.view;
      if (role !== "leader" && leaderId !== undefined) {
        return reply({ kind: "transferred", leaderId });
      }
      if (this.#clock.now() >= deadline) {
        const reason = `no other server took over within ${electionTimeoutMax} ms`;
        return reply({ kind: "refused", reason });
      }
      this.#clock.after(LOOK_INTERVAL, look);
    };
    look();
  }
}
