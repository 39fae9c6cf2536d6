/**
 * What a simulated disk holds of one file: the bytes that would survive a crash, and behind them what was
 * written since, in order. A crash cuts that order at any point.
 */

/** A point in the order of writes of a file: all before it, and nothing behind it. */
export interface WriteMark {
  readonly content: object;
  readonly length: number;
}

/** One content of the file; a later one was put in its place as a whole. */
class Content {
  buffer: Uint8Array;
  length: number;
  /** The first so many bytes are safe, provided that this content is in place. */
  synced: number;

  constructor(bytes: Uint8Array) {
    this.buffer = bytes;
    this.length = bytes.length;
    this.synced = bytes.length;
  }

  append(bytes: Uint8Array): void {
    const length = this.length + bytes.length;
    if (length > this.buffer.length) {
      const larger = new Uint8Array(Math.max(256, 2 * length));
      larger.set(this.buffer.subarray(0, this.length));
      this.buffer = larger;
    }
    this.buffer.set(bytes, this.length);
    this.length = length;
  }
}

/** One file of a simulated disk. */
export class DiskFile {
  /** The first one is safely in place. Each later one replaced the one before, but not yet safely. */
  #contents: [Content, ...Content[]] = [new Content(new Uint8Array(0))];

  /** The length, as programs see it. */
  get length(): number {
    return this.#last.length;
  }

  /** How many points a crash can cut the unsafe writes at, beyond keeping none of them. */
  get unsafe(): number {
    const [first, ...later] = this.#contents;
    let count = first.length - first.synced;
    for (const content of later) count += 1 + content.length - content.synced;
    return count;
  }

  /** Returns a copy of the bytes, as programs see them. */
  read(): Uint8Array {
    return this.#last.buffer.slice(0, this.length);
  }

  /** Adds bytes at the end. They are not safe yet. */
  append(bytes: Uint8Array): void {
    this.#last.append(bytes);
  }

  /**
   * Puts a new content in place of the present one: written elsewhere, synced, and renamed. After a crash
   * the file is the old one or the new one; which, is not safe yet.
   */
  replace(bytes: Uint8Array): void {
    this.#contents.push(new Content(bytes.slice()));
  }

  /** Returns the point in the order of writes that is the present. */
  mark(): WriteMark {
    const content = this.#last;
    return { content, length: content.length };
  }

  /** Makes all writes before `mark` safe. */
  makeSafe(mark: WriteMark): void {
    const contents = this.#contents;
    const at = contents.indexOf(mark.content as Content);
    // If it is not there any more, a later content is safe already.
    if (at < 0) return;
    const content = contents[at]!;
    content.synced = Math.max(content.synced, mark.length);
    if (at > 0) this.#contents = [content, ...contents.slice(at + 1)];
  }

  /** Makes all writes safe. */
  makeAllSafe(): void {
    const content = this.#last;
    content.synced = content.length;
    if (this.#contents.length > 1) this.#contents = [content];
  }

  /** Keeps the safe bytes and the first `cut` steps of what is unsafe, and forgets the rest. */
  crash(cut: number): void {
    let rest = cut;
    let kept = this.#contents[0];
    for (const content of this.#contents) {
      if (content !== kept) {
        if (rest === 0) break;
        rest--;
        kept = content;
      }
      const bytes = Math.min(rest, content.length - content.synced);
      content.length = content.synced + bytes;
      rest -= bytes;
    }
    kept.synced = kept.length;
    this.#contents = [kept];
  }

  /** Turns over one bit of what programs see. */
  flipBit(bit: number): void {
    this.#last.buffer[bit >>> 3]! ^= 1 << (bit & 7);
  }

  get #last(): Content {
    return this.#contents[this.#contents.length - 1]!;
  }
}
