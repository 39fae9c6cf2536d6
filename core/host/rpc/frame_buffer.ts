/**
 * Frames, one behind the other, as they are to be written: the length of the content and its CRC-32, four
 * bytes each, then the content. They are built in place, because a call costs less than an allocation.
 */

import { crc32 } from "node:zlib";
import { NO_BYTES } from "../../base/bytes.ts";

/** The bytes of a frame before its content. */
export const FRAME_HEAD_BYTES = 8;

const BLOCK_BYTES_MIN = 1024;
/** Small frames share a block of up to this size; a larger one has a block of its own. */
const BLOCK_BYTES_MAX = 64 * 1024;

/**
 * Collects frames in blocks of memory. A frame is what is put between {@linkcode begin} and {@linkcode end}; a
 * block holds whole frames.
 */
export class FrameBuffer {
  /** Blocks to which nothing will be added. */
  readonly #full: Uint8Array[] = [];
  #block = NO_BYTES;
  #length = 0;
  #frameStart = 0;
  #bytes = 0;
  /** Memory to be used again. */
  #spare = NO_BYTES;

  /** The number of bytes collected and not taken. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Begins a frame whose content will have `contentBytes` bytes. */
  begin(contentBytes: number): void {
    this.#reserve(FRAME_HEAD_BYTES + contentBytes);
    this.#frameStart = this.#length;
    this.u32(contentBytes);
    this.#length += 4;
  }

  u8(value: number): void {
    this.#block[this.#length++] = value;
  }

  u32(value: number): void {
    const block = this.#block;
    block[this.#length++] = value;
    block[this.#length++] = value >>> 8;
    block[this.#length++] = value >>> 16;
    block[this.#length++] = value >>> 24;
  }

  raw(value: Uint8Array): void {
    this.#block.set(value, this.#length);
    this.#length += value.length;
  }

  /** Ends the frame that was begun last. */
  end(): void {
    const end = this.#length;
    const contentStart = this.#frameStart + FRAME_HEAD_BYTES;
    const checksum = crc32(this.#block.subarray(contentStart, end));
    this.#length = contentStart - 4;
    this.u32(checksum);
    this.#length = end;
    this.#bytes += end - this.#frameStart;
  }

  /** Takes the oldest block out, `undefined` if there is none. */
  take(): Uint8Array | undefined {
    if (this.#bytes === 0) return undefined;
    if (this.#full.length === 0) this.#finishBlock();
    const block = this.#full.shift()!;
    this.#bytes -= block.length;
    return block;
  }

  /** Gives the memory of a taken block back, to be used again. */
  giveBack(block: Uint8Array): void {
    const size = block.buffer.byteLength;
    if (size <= BLOCK_BYTES_MAX) this.#spare = new Uint8Array(block.buffer as ArrayBuffer);
  }

  #finishBlock(): void {
    this.#full.push(this.#block.subarray(0, this.#length));
    this.#block = this.#spare;
    this.#spare = NO_BYTES;
    this.#length = 0;
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#block.length) return;
    if (this.#length > 0 && this.#length + count > BLOCK_BYTES_MAX) this.#finishBlock();
    const needed = this.#length + count;
    if (needed <= this.#block.length) return;
    const shared = Math.min(BLOCK_BYTES_MAX, Math.max(this.#block.length * 2, BLOCK_BYTES_MIN));
    const larger = new Uint8Array(Math.max(needed, shared));
    larger.set(this.#block.subarray(0, this.#length));
    this.#block = larger;
  }
}
