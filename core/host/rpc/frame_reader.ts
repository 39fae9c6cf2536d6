/** Takes frames out of a stream: bytes go through a small buffer, a large frame straight into its own memory. */

import { crc32 } from "node:zlib";
import { ByteSlab } from "../../base/byte_slab.ts";
import { DamagedDataError } from "../../base/errors.ts";
import type { ByteStream } from "./byte_stream.ts";
import { FRAME_HEAD_BYTES } from "./frame_buffer.ts";

const BUFFER_BYTES_MIN = 4 * 1024;
/** A larger frame bypasses the buffer. */
const BUFFER_BYTES_MAX = 64 * 1024;

/** How much of an unfinished frame counts as progress of its own. */
const PROGRESS_BYTES = 64 * 1024;

/**
 * The frames of a stream. Wait for bytes with {@linkcode fill}, then {@linkcode take} frames until there is
 * none.
 */
export class FrameReader {
  readonly #stream: ByteStream;
  #frameBytesMax: number;
  #buffer = new Uint8Array(BUFFER_BYTES_MIN);
  #start = 0;
  #end = 0;
  /** The content of a large frame, as far as it is there. */
  #large: Uint8Array | undefined;
  #largeFilled = 0;
  #largeChecksum = 0;
  readonly #slab = new ByteSlab();
  #bytesSinceProgress = 0;
  #progress = 0;

  constructor(stream: ByteStream, frameBytesMax: number) {
    this.#stream = stream;
    this.#frameBytesMax = frameBytesMax;
  }

  /** Grows with every frame, and with every large piece of one; not with single bytes. */
  get progress(): number {
    return this.#progress;
  }

  /** Sets the largest content of the frames that follow. */
  set frameBytesMax(value: number) {
    this.#frameBytesMax = value;
  }

  /**
   * Waits for more bytes. Resolves `false` at the end of the stream.
   *
   * @throws {DamagedDataError} If the stream ends inside a frame.
   */
  async fill(): Promise<boolean> {
    const large = this.#large;
    const into = large === undefined ? this.#room() : large.subarray(this.#largeFilled);
    const count = await this.#stream.read(into);
    if (count === null) {
      if (large === undefined && this.#start === this.#end) return false;
      throw new DamagedDataError("The connection ends inside a frame", this.#end - this.#start);
    }
    if (large === undefined) this.#end += count;
    else this.#largeFilled += count;
    this.#bytesSinceProgress += count;
    if (this.#bytesSinceProgress >= PROGRESS_BYTES) this.#countProgress();
    return true;
  }

  /**
   * Returns the content of the next frame, or `undefined` if it is not all there. The caller owns it.
   *
   * @throws {DamagedDataError} If the frame is empty or larger than allowed, or its checksum is wrong.
   */
  take(): Uint8Array | undefined {
    if (this.#large !== undefined) return this.#takeLarge(this.#large);
    const available = this.#end - this.#start;
    if (available < FRAME_HEAD_BYTES) return undefined;
    const length = readU32(this.#buffer, this.#start);
    if (length === 0 || length > this.#frameBytesMax) {
      throw new DamagedDataError(
        `A frame has 1 to ${this.#frameBytesMax} bytes: the peer announces ${length}`,
        0,
      );
    }
    const size = FRAME_HEAD_BYTES + length;
    if (size > available) {
      if (size > BUFFER_BYTES_MAX) this.#beginLarge(length);
      return undefined;
    }
    const start = this.#start;
    const content = this.#buffer.subarray(start + FRAME_HEAD_BYTES, start + size);
    checkSum(content, readU32(this.#buffer, start + 4));
    this.#start += size;
    this.#countProgress();
    return this.#slab.copy(content);
  }

  /** The unused end of the buffer, after making it as long as it can be without losing anything. */
  #room(): Uint8Array {
    const buffer = this.#buffer;
    const kept = this.#end - this.#start;
    if (this.#end === buffer.length && buffer.length < BUFFER_BYTES_MAX) {
      // The last read would have brought more: from here on, read more at a time.
      this.#buffer = new Uint8Array(buffer.length * 4);
      this.#buffer.set(buffer.subarray(this.#start, this.#end));
    } else if (this.#start > 0) {
      buffer.copyWithin(0, this.#start, this.#end);
    }
    this.#start = 0;
    this.#end = kept;
    return this.#buffer.subarray(kept);
  }

  #beginLarge(length: number): void {
    const large = new Uint8Array(length);
    const contentStart = this.#start + FRAME_HEAD_BYTES;
    large.set(this.#buffer.subarray(contentStart, this.#end));
    this.#large = large;
    this.#largeFilled = this.#end - contentStart;
    this.#largeChecksum = readU32(this.#buffer, this.#start + 4);
    this.#start = 0;
    this.#end = 0;
  }

  #takeLarge(large: Uint8Array): Uint8Array | undefined {
    if (this.#largeFilled < large.length) return undefined;
    checkSum(large, this.#largeChecksum);
    this.#large = undefined;
    this.#countProgress();
    return large;
  }

  #countProgress(): void {
    this.#progress++;
    this.#bytesSinceProgress = 0;
  }
}

/** Reads four bytes, least significant first. */
export function readU32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>>
    0;
}

function checkSum(content: Uint8Array, expected: number): void {
  if (crc32(content) !== expected) {
    throw new DamagedDataError("The checksum of a frame is wrong", 0);
  }
}
