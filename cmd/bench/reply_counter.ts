/** Counts the replies in a stream of the Redis protocol, without keeping them: all that a load needs to know. */

const decoder = new TextDecoder("latin1");

const CR = 13;
const LF = 10;
const PLUS = 43;
const MINUS = 45;
const COLON = 58;
const DOLLAR = 36;
const UNDERSCORE = 95;
/** An error line is short; what goes beyond is not kept. */
const LINE_BYTES_MAX = 1000;

/** The server sent what no Redis server answers to SET and GET. */
export class ReplyError extends Error {
  override readonly name = "ReplyError";
}

/** Follows one connection's replies: simple strings, errors, integers, bulk strings and nulls. */
export class ReplyCounter {
  /** Complete replies so far, errors among them. */
  replies = 0;
  /** Errors among them. */
  errors = 0;
  /** The text of the last error. */
  lastError: string | undefined;
  #line: number[] = [];
  /** Bytes of a bulk string, with its line end, that are still to come. */
  #bulkLeft = 0;

  /** @throws {ReplyError} If these bytes are no such replies. */
  push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      if (this.#bulkLeft > 0) {
        const taken = Math.min(this.#bulkLeft, bytes.length - at);
        this.#bulkLeft -= taken;
        at += taken;
        if (this.#bulkLeft === 0) this.replies++;
        continue;
      }
      const byte = bytes[at++]!;
      if (byte === LF) this.#onLine();
      else if (byte !== CR && this.#line.length < LINE_BYTES_MAX) this.#line.push(byte);
    }
  }

  #onLine(): void {
    const line = this.#line;
    this.#line = [];
    switch (line[0]) {
      case DOLLAR:
        return this.#onBulk(Number(text(line.slice(1))));
      case MINUS:
        this.errors++;
        this.lastError = text(line.slice(1));
        this.replies++;
        return;
      case PLUS:
      case COLON:
      case UNDERSCORE:
        this.replies++;
        return;
      default:
        throw new ReplyError(`no reply of the Redis protocol: ${JSON.stringify(text(line))}`);
    }
  }

  #onBulk(length: number): void {
    if (length === -1) this.replies++;
    else if (Number.isSafeInteger(length) && length >= 0) this.#bulkLeft = length + 2;
    else throw new ReplyError(`a bulk string has no length: ${length}`);
  }
}

function text(bytes: readonly number[]): string {
  return decoder.decode(Uint8Array.from(bytes));
}
