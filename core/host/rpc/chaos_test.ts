/** Whatever breaks on the way, a call is handled at most once, and what its caller is told is true. */

import assert from "node:assert/strict";
import type { Random } from "../../base/ports.ts";
import { SeededRandom } from "../../base/random.ts";
import { ms } from "../../base/units.ts";
import { makeClient, startServer, u32, until } from "./_test_peers.ts";
import type { ByteStream } from "./byte_stream.ts";
import { RpcError } from "./errors.ts";
import { readU32 } from "./frame_reader.ts";
import { dialTcp } from "./tcp_stream.ts";

/** A stream that comes in pieces, breaks now and then, and sometimes turns over a bit of what it brings. */
class ChaosStream implements ByteStream {
  readonly peer: string;
  readonly #stream: ByteStream;
  readonly #random: Random;

  constructor(stream: ByteStream, random: Random) {
    this.peer = stream.peer;
    this.#stream = stream;
    this.#random = random;
  }

  async read(into: Uint8Array): Promise<number | null> {
    this.#maybeBreak();
    const count = await this.#stream.read(into.subarray(0, this.#pieceOf(into.length)));
    if (count !== null && this.#random.chance(1, 60)) {
      into[this.#random.below(count)]! ^= 1 << this.#random.below(8);
    }
    return count;
  }

  async write(bytes: Uint8Array): Promise<number> {
    this.#maybeBreak();
    return await this.#stream.write(bytes.subarray(0, this.#pieceOf(bytes.length)));
  }

  close(): void {
    this.#stream.close();
  }

  #maybeBreak(): void {
    if (!this.#random.chance(1, 40)) return;
    this.#stream.close();
    throw new Error("The stream breaks");
  }

  #pieceOf(length: number): number {
    return this.#random.between(1, this.#random.chance(1, 2) ? length : Math.min(length, 50));
  }
}

for (let seed = 0n; seed < 5n; seed++) {
  Deno.test(`calls over a stream that breaks are answered truly (seed ${seed})`, async () => {
    const random = new SeededRandom(seed);
    const { server } = startServer();
    const handled = new Map<number, number>();
    let delayed = 0;
    server.serve("Mark", (request, reply) => {
      const call = readU32(request, 0);
      handled.set(call, (handled.get(call) ?? 0) + 1);
      if (call % 3 > 0) return reply(request);
      delayed++;
      setTimeout(() => {
        delayed--;
        reply(request);
      }, call % 4);
    });
    let dials = 0;
    const client = makeClient(server, { backoffMin: 1, backoffMax: 4, callsInFlightMax: 16 }, [], {
      dial: async (address, signal) => {
        const stream = await dialTcp(address, signal);
        return new ChaosStream(stream, random.child(`stream/${dials++}`));
      },
    });
    const told = { reply: 0, definite: 0, indefinite: 0 };
    const tellOne = async (call: number) => {
      const request = new Uint8Array(4 + random.below(3) * 700);
      request.set(u32(call));
      try {
        assert.deepEqual(await client.call("Mark", request, ms(1000)), request);
        assert.equal(handled.get(call), 1);
        told.reply++;
      } catch (error) {
        if (!(error instanceof RpcError)) throw error;
        if (error.definite) assert.equal(handled.get(call), undefined, error.message);
        else assert.ok((handled.get(call) ?? 0) <= 1);
        told[error.definite ? "definite" : "indefinite"]++;
      }
    };
    for (let round = 0; round < 20; round++) {
      await Promise.all(Array.from({ length: 30 }, (_, i) => tellOne(round * 30 + i)));
    }
    await until(() => delayed === 0);
    client.close();
    await server.close();
    assert.ok(told.reply > 100 && told.definite > 0 && told.indefinite > 0, JSON.stringify(told));
    for (const times of handled.values()) assert.equal(times, 1);
  });
}
