/**
 * What waits to be written to a stream. While one write is under way, frames pile up behind it and go out
 * together in the next: the slower the stream, the fewer the writes.
 */

import type { ByteStream } from "./byte_stream.ts";
import { FrameBuffer } from "./frame_buffer.ts";

/** What becomes of the bytes of a queue. */
export interface WriteQueueEvents {
  /** The stream took some bytes. */
  onProgress(): void;
  /** The stream broke; nothing more will be written. */
  onWriteFailed(error: unknown): void;
}

/** Frames on their way into a stream. */
export class WriteQueue {
  readonly #stream: ByteStream;
  readonly #events: WriteQueueEvents;
  readonly #frames = new FrameBuffer();
  /** How much of the write under way the stream has not taken. */
  #unwritten = 0;
  #running = false;
  #broken = false;
  #waiters: (() => void)[] = [];

  constructor(stream: ByteStream, events: WriteQueueEvents) {
    this.#stream = stream;
    this.#events = events;
  }

  /** The bytes that the stream has not taken yet. */
  get bytes(): number {
    return this.#frames.bytes + this.#unwritten;
  }

  /** Appends a frame with this content. */
  push(content: Uint8Array): void {
    this.#frames.begin(content.length);
    this.#frames.raw(content);
    this.#frames.end();
    this.flush();
  }

  /** Where to build a frame; call {@linkcode flush} afterwards. */
  get frames(): FrameBuffer {
    return this.#frames;
  }

  /** Sees to it that all frames are written, from the end of the present microtask on. */
  flush(): void {
    if (this.#running || this.#broken) return;
    this.#running = true;
    queueMicrotask(() => this.#run());
  }

  /** Resolves once nothing is left to be written, or the stream broke. */
  empty(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#running) this.#waiters.push(resolve);
      else resolve();
    });
  }

  async #run(): Promise<void> {
    try {
      for (let block = this.#frames.take(); block !== undefined; block = this.#frames.take()) {
        await this.#write(block);
      }
    } catch (error) {
      this.#broken = true;
      this.#events.onWriteFailed(error);
    }
    this.#running = false;
    for (const resolve of this.#waiters) resolve();
    this.#waiters = [];
  }

  async #write(block: Uint8Array): Promise<void> {
    this.#unwritten = block.length;
    while (this.#unwritten > 0) {
      const rest = block.subarray(block.length - this.#unwritten);
      this.#unwritten -= await this.#stream.write(rest);
      this.#events.onProgress();
    }
    this.#frames.giveBack(block);
  }
}
