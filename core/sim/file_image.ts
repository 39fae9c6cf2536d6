/**
 * What a simulated disk holds of a file that is written in place: the bytes that would survive a crash, and the
 * writes since, in order. Programs see both.
 */

/** A write that is not safe yet. */
interface Write {
  /** Counts the writes of the file, from 1. */
  readonly sequence: number;
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** The least that a disk writes as a whole. */
const SECTOR_BYTES = 512;

/** Bytes that grow. */
class Content {
  buffer: Uint8Array;
  length: number;

  constructor(buffer: Uint8Array, length: number) {
    this.buffer = buffer;
    this.length = length;
  }

  write(offset: number, bytes: Uint8Array): void {
    const end = offset + bytes.length;
    if (end > this.buffer.length) {
      const larger = new Uint8Array(Math.max(256, end, Math.min(2 * end, end + 1_000_000)));
      larger.set(this.buffer.subarray(0, this.length));
      this.buffer = larger;
    }
    this.buffer.set(bytes, offset);
    this.length = Math.max(this.length, end);
  }

  clone(): Content {
    return new Content(this.buffer.slice(0, this.length), this.length);
  }
}

/** One file, whatever it is called. */
export class FileImage {
  #visible = new Content(new Uint8Array(0), 0);
  #safe = new Content(new Uint8Array(0), 0);
  #unsafe: Write[] = [];
  #sequence = 0;

  /** The size, as programs see it. */
  get size(): number {
    return this.#visible.length;
  }

  /** How many bytes were written and are not safe. */
  get unsafeBytes(): number {
    return this.#unsafe.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  /** Returns a copy of bytes, as programs see them. */
  read(offset: number, length: number): Uint8Array {
    return this.#visible.buffer.slice(offset, Math.min(offset + length, this.size));
  }

  /** Writes bytes, which are not safe yet. */
  write(offset: number, bytes: Uint8Array): void {
    this.#visible.write(offset, bytes);
    this.#unsafe.push({ sequence: ++this.#sequence, offset, bytes: bytes.slice() });
  }

  /** The point in the order of writes that is the present. */
  mark(): number {
    return this.#sequence;
  }

  /** Makes the writes before `mark` safe. */
  makeSafe(mark: number): void {
    for (const { offset, bytes } of this.#takeUnsafe(mark)) this.#safe.write(offset, bytes);
  }

  /**
   * Makes sure that the writes before `mark` never become safe, though programs still see them: that is what is left
   * after a sync has failed.
   */
  forget(mark: number): void {
    this.#takeUnsafe(mark);
  }

  /** Keeps what is safe and the first `cut` bytes of what was written since. */
  crash(cut: number): void {
    let rest = cut;
    for (const { offset, bytes } of this.#unsafe) {
      const kept = Math.min(rest, bytes.length);
      // A write of which nothing was kept must not make the file longer either.
      if (kept > 0) this.#safe.write(offset, bytes.subarray(0, kept));
      rest -= kept;
    }
    this.#afterCrash();
  }

  /** Keeps what is safe and, of what was written since, those sectors for which `keeps` says so. */
  crashBySectors(keeps: () => boolean): void {
    for (const { offset, bytes } of this.#unsafe) {
      for (let at = 0; at < bytes.length;) {
        const end = Math.min(bytes.length, at + SECTOR_BYTES - (offset + at) % SECTOR_BYTES);
        if (keeps()) this.#safe.write(offset + at, bytes.subarray(at, end));
        at = end;
      }
    }
    this.#afterCrash();
  }

  /** Turns over one bit, as if the medium had decayed. */
  flipBit(bit: number): void {
    this.#visible.buffer[bit >>> 3]! ^= 1 << (bit & 7);
    if (bit >>> 3 < this.#safe.length) this.#safe.buffer[bit >>> 3]! ^= 1 << (bit & 7);
  }

  /** Returns a file that has the same past and a future of its own. */
  clone(): FileImage {
    const copy = new FileImage();
    copy.#visible = this.#visible.clone();
    copy.#safe = this.#safe.clone();
    copy.#unsafe = [...this.#unsafe];
    copy.#sequence = this.#sequence;
    return copy;
  }

  #takeUnsafe(mark: number): readonly Write[] {
    const taken = this.#unsafe.filter(({ sequence }) => sequence <= mark);
    if (taken.length > 0) this.#unsafe = this.#unsafe.slice(taken.length);
    return taken;
  }

  #afterCrash(): void {
    this.#unsafe = [];
    this.#visible = this.#safe.clone();
  }
}
