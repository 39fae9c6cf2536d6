import assert from "node:assert/strict";
import { crc32 } from "node:zlib";
import { DamagedDataError } from "../../base/errors.ts";
import { SeededRandom } from "../../base/random.ts";
import { concat, frame, u32 } from "./_test_peers.ts";
import type { ByteStream } from "./byte_stream.ts";
import { FrameBuffer } from "./frame_buffer.ts";
import { FrameReader } from "./frame_reader.ts";
import { WriteQueue } from "./write_queue.ts";

/** A stream that brings these bytes in pieces of at most so many, and takes pieces of at most so many. */
class PieceStream implements ByteStream {
  readonly peer = "nobody";
  readonly written: Uint8Array[] = [];
  reads = 0;
  readonly #bytes: Uint8Array;
  readonly #pieceBytes: () => number;
  #offset = 0;

  constructor(bytes: Uint8Array, pieceBytes: () => number) {
    this.#bytes = bytes;
    this.#pieceBytes = pieceBytes;
  }

  read(into: Uint8Array): Promise<number | null> {
    this.reads++;
    if (this.#offset === this.#bytes.length) return Promise.resolve(null);
    const count = Math.min(into.length, this.#pieceBytes(), this.#bytes.length - this.#offset);
    into.set(this.#bytes.subarray(this.#offset, this.#offset + count));
    this.#offset += count;
    return Promise.resolve(count);
  }

  write(bytes: Uint8Array): Promise<number> {
    const count = Math.min(bytes.length, this.#pieceBytes());
    this.written.push(bytes.slice(0, count));
    return Promise.resolve(count);
  }

  close(): void {}
}

function streamOf(bytes: Uint8Array, pieceBytes = Infinity): PieceStream {
  return new PieceStream(bytes, () => pieceBytes);
}

async function readAll(reader: FrameReader): Promise<Uint8Array[]> {
  const frames: Uint8Array[] = [];
  do {
    for (let each = reader.take(); each !== undefined; each = reader.take()) frames.push(each);
  } while (await reader.fill());
  return frames;
}

function randomBytes(random: SeededRandom, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = random.below(256);
  return bytes;
}

Deno.test("a frame is its length, its checksum, and its content", () => {
  const content = new TextEncoder().encode("123456789");
  assert.deepEqual(frame(content), concat(u32(9), u32(0xcbf43926), content));
  assert.equal(crc32(content), 0xcbf43926);
});

for (let seed = 0n; seed < 20n; seed++) {
  Deno.test(`frames come out of a stream as they went in, however it is cut (seed ${seed})`, async () => {
    const random = new SeededRandom(seed);
    const sizes = [20, 1025, 5000, 70_000, 300_000];
    const contents = Array.from(
      { length: 1 + random.below(30) },
      () => randomBytes(random, 1 + random.below(sizes[random.below(sizes.length)]!)),
    );
    const pieceMax = [3000, 70_000, 1_000_000][random.below(3)]!;
    const out = new PieceStream(new Uint8Array(0), () => random.between(1, pieceMax));
    const queue = new WriteQueue(out, { onProgress() {}, onWriteFailed: assert.fail });
    for (const content of contents) {
      queue.push(content);
      if (random.chance(1, 3)) await queue.empty();
    }
    await queue.empty();
    assert.equal(queue.bytes, 0);
    const bytes = new Uint8Array(await new Blob(out.written as BlobPart[]).arrayBuffer());
    const back = new PieceStream(bytes, () => random.between(1, pieceMax));
    const frames = await readAll(new FrameReader(back, 300_000));
    assert.equal(frames.length, contents.length);
    for (const [i, each] of frames.entries()) assert.ok(Buffer.from(each).equals(contents[i]!));
  });
}

Deno.test("WriteQueue writes what was pushed in one turn at once", async () => {
  const stream = streamOf(new Uint8Array(0));
  const queue = new WriteQueue(stream, { onProgress() {}, onWriteFailed: assert.fail });
  for (let i = 0; i < 100; i++) queue.push(u32(i));
  assert.equal(queue.bytes, 1200);
  await queue.empty();
  assert.equal(stream.written.length, 1);
});

Deno.test("WriteQueue tells once that the stream broke, and writes no more", async () => {
  const failures: unknown[] = [];
  const broken = { ...streamOf(new Uint8Array(0)), write: () => Promise.reject("broken") };
  const queue = new WriteQueue(broken as unknown as ByteStream, {
    onProgress() {},
    onWriteFailed: (error) => failures.push(error),
  });
  queue.push(u32(1));
  await queue.empty();
  queue.push(u32(2));
  await queue.empty();
  assert.deepEqual(failures, ["broken"]);
});

Deno.test("FrameBuffer uses the memory of small blocks again", () => {
  const frames = new FrameBuffer();
  const memories = new Set<ArrayBufferLike>();
  for (let round = 0; round < 10; round++) {
    frames.begin(4);
    frames.u32(round);
    frames.end();
    const block = frames.take()!;
    assert.deepEqual(block, frame(u32(round)));
    memories.add(block.buffer);
    frames.giveBack(block);
  }
  assert.ok(memories.size <= 2, `${memories.size} blocks`);
  assert.equal(frames.take(), undefined);
});

Deno.test("FrameReader counts frames and large pieces as progress, but not single bytes", async () => {
  const bytes = concat(frame(u32(1)), frame(new Uint8Array(200_000)).subarray(0, 150_000));
  const reader = new FrameReader(streamOf(bytes, 1000), 300_000);
  await assert.rejects(() => readAll(reader), DamagedDataError);
  assert.equal(reader.progress, 3);
  const slow = new FrameReader(streamOf(frame(new Uint8Array(5000)).subarray(0, 4000), 1), 300_000);
  await assert.rejects(() => readAll(slow), DamagedDataError);
  assert.equal(slow.progress, 0);
});

Deno.test("FrameReader reads more at a time when there is more", async () => {
  const stream = streamOf(concat(...Array.from({ length: 5000 }, (_, i) => frame(u32(i)))));
  assert.equal((await readAll(new FrameReader(stream, 100))).length, 5000);
  assert.ok(stream.reads <= 5, `${stream.reads} reads`);
});

Deno.test("FrameReader throws for any changed byte", async () => {
  const intact = concat(frame(u32(0x01020304)), frame(u32(5)));
  for (let at = 0; at < 12; at++) {
    const damaged = intact.slice();
    damaged[at]! ^= 1;
    await assert.rejects(() => readAll(new FrameReader(streamOf(damaged), 100)), DamagedDataError);
  }
});
