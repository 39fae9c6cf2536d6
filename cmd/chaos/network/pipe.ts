/** One direction of a connection: takes bytes from one end, and gives whole frames to the other as a way has it. */

import { FrameCutter } from "./frames.ts";
import type { Link } from "./link.ts";

/** With as much as this under way, no more is read. */
const QUEUE_BYTES_MAX = 8 * 1024 * 1024;
const READ_BYTES = 64 * 1024;

interface Queued {
  readonly due: number;
  readonly bytes: Uint8Array;
}

/** See the head of this file. */
export class Pipe {
  readonly #from: Deno.Conn;
  readonly #to: Deno.Conn;
  readonly #link: Link;
  /** In the order in which they are to arrive. */
  readonly #queue: Queued[] = [];
  #queueBytes = 0;
  #isWriting = false;
  #hasEnded = false;
  #wake: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(from: Deno.Conn, to: Deno.Conn, link: Link) {
    this.#from = from;
    this.#to = to;
    this.#link = link;
  }

  /** Resolves when the source has ended and all is delivered, or the pipe was ended. */
  async run(): Promise<void> {
    const cutter = new FrameCutter();
    const buffer = new Uint8Array(READ_BYTES);
    try {
      while (!this.#hasEnded) {
        const count = await this.#from.read(buffer);
        if (count === null) break;
        for (const frame of cutter.push(buffer.subarray(0, count))) {
          await this.#link.whenOpen();
          for (const delay of this.#link.fate(frame)) this.#enqueue(frame.bytes, delay);
        }
        while (this.#queueBytes > QUEUE_BYTES_MAX && !this.#hasEnded) await this.#change();
      }
      while (this.#queue.length > 0 && !this.#hasEnded) await this.#change();
    } catch {
      // One of the ends is gone.
    }
  }

  /** Ends it. A frame that is on its way arrives in part, as happens when a connection breaks. */
  async end(): Promise<void> {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    clearTimeout(this.#timer);
    const torn = this.#queue[0]?.bytes;
    if (torn !== undefined && !this.#isWriting && !this.#link.conditions.isBlocked) {
      await this.#to.write(torn.subarray(0, torn.length >> 1)).catch(() => {});
    }
    this.#wake?.();
  }

  #enqueue(bytes: Uint8Array, delay: number): void {
    const last = this.#queue.at(-1)?.due ?? 0;
    const wanted = performance.now() + delay;
    const due = this.#link.conditions.reorders ? wanted : Math.max(wanted, last);
    const at = this.#queue.findLastIndex((each) => each.due <= due) + 1;
    this.#queue.splice(at, 0, { due, bytes });
    this.#queueBytes += bytes.length;
    if (!this.#isWriting) this.#arm();
  }

  #arm(): void {
    clearTimeout(this.#timer);
    const first = this.#queue[0];
    if (first === undefined || this.#hasEnded) return;
    const span = Math.ceil(first.due - performance.now());
    if (span <= 0) this.#write();
    else this.#timer = setTimeout(() => this.#write(), span);
  }

  async #write(): Promise<void> {
    if (this.#isWriting) return;
    this.#isWriting = true;
    try {
      await this.#writeDue();
    } catch {
      this.#hasEnded = true;
    }
    this.#isWriting = false;
    this.#wake?.();
    this.#arm();
  }

  async #writeDue(): Promise<void> {
    // What arrives in one turn goes out together.
    await Promise.resolve();
    for (let now = performance.now(); !this.#hasEnded; now = performance.now()) {
      const first = this.#queue[0];
      if (first === undefined || first.due > now) return;
      this.#queue.shift();
      for (let at = 0; at < first.bytes.length;) {
        at += await this.#to.write(first.bytes.subarray(at));
      }
      this.#queueBytes -= first.bytes.length;
    }
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
