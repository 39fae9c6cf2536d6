/** Snapshots that are larger than a frame, on their way over TCP to a server that lacks everything. */

import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { logIndex, serverId } from "../../core/base/mod.ts";
import type { Address, ByteStream } from "../../core/host/rpc/mod.ts";
import { dialTcp } from "../../core/host/rpc/tcp_stream.ts";
import { eventually, TestCluster, type TestNode } from "./_cluster.ts";

const SNAPSHOT_BYTES = 24 * 1024 * 1024;

/** Connections to one server, cut after a number of bytes; counts what was sent on them. */
class Cutter {
  sent = 0;
  cuts = 0;
  readonly #port: number;
  readonly #cutsMax: number;
  readonly #cutAfter: number;

  constructor(port: number, cutsMax: number, cutAfter: number) {
    this.#port = port;
    this.#cutsMax = cutsMax;
    this.#cutAfter = cutAfter;
  }

  readonly dial = async (address: Address, signal: AbortSignal): Promise<ByteStream> => {
    const stream = await dialTcp(address, signal);
    return address.port === this.#port ? this.#wrap(stream) : stream;
  };

  #wrap(stream: ByteStream): ByteStream {
    let sent = 0;
    return {
      peer: stream.peer,
      read: (into) => stream.read(into),
      write: async (bytes) => {
        const count = await stream.write(bytes);
        sent += count;
        this.sent += count;
        if (sent >= this.#cutAfter && this.cuts < this.#cutsMax) {
          this.cuts++;
          stream.close();
        }
        return count;
      },
      close: () => stream.close(),
    };
  }
}

/** Runs two of three servers and lets them compact their logs; then the third one starts, with nothing. */
async function catchUp(cutter: (port: number) => Cutter): Promise<Cutter> {
  await using cluster = new TestCluster(3);
  const cut = cutter(cluster.peers.get(serverId(3))!.port);
  const streams = { dial: cut.dial };
  await cluster.start(1, { streams });
  await cluster.start(2, { streams });
  const leader = await cluster.leader();
  for (let i = 0; i < 50; i++) leader.propose(`${i}`);
  await eventually(() => cluster.running.every((each) => each.commands.length === 50));
  const data = pattern();
  for (const { raft } of cluster.running) raft.compact(raft.view.lastApplied, data);

  const empty = await cluster.start(3);
  const snapshot = await eventually(() => installed(empty));
  assert.deepEqual(snapshot.lastIncludedIndex, leader.raft.view.log.lastIncludedIndex);
  assert(Buffer.compare(snapshot.data, data) === 0, "the snapshot arrives as it is");

  const next = await cluster.leader();
  next.propose("behind it");
  await eventually(() => empty.commands.includes("behind it"));
  await cluster.stop(3);
  const again = await cluster.start(3);
  assert.equal(again.raft.view.log.lastIncludedIndex, snapshot.lastIncludedIndex, "and is kept");
  assert.equal(again.raft.view.log.entryAt(logIndex(1)), undefined);
  await eventually(() => again.commands.includes("behind it"));
  return cut;
}

Deno.test("node: a server with an empty disk gets a snapshot larger than a frame, and catches up", async () => {
  const { cuts } = await catchUp((port) => new Cutter(port, 0, Infinity));
  assert.equal(cuts, 0);
});

Deno.test("node: a snapshot whose connection breaks again and again is resumed, not begun anew", async () => {
  const { cuts, sent } = await catchUp((port) => new Cutter(port, 4, 5 * 1024 * 1024));
  assert.equal(cuts, 4);
  // Each cut loses the piece on its way, of 1 MiB; to begin anew would cost 5 MiB each time.
  assert(sent < SNAPSHOT_BYTES + 4 * 2.5 * 1024 * 1024, `${sent} bytes were sent`);
});

function installed(node: TestNode) {
  for (const applied of node.applied) {
    if (applied.kind === "snapshot") return applied.snapshot;
  }
  return undefined;
}

/** Bytes that do not repeat within any piece, so that one in the wrong place is noticed. */
function pattern(): Uint8Array {
  const words = new Uint32Array(SNAPSHOT_BYTES / 4);
  for (let i = 0; i < words.length; i++) words[i] = Math.imul(i, 0x9e3779b1);
  return new Uint8Array(words.buffer);
}
