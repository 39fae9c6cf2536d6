/** Text that arrives in pieces, cut into lines. */

/** A line longer than this is cut: whoever writes it must not fill the memory. */
const CHARACTERS_MAX = 64 * 1024;

/** Takes bytes as they come and hands out whole lines, without their ends. */
export class LineSplitter {
  readonly #decoder = new TextDecoder();
  readonly #onLine: (line: string) => void;
  #rest = "";

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  push(bytes: Uint8Array): void {
    const lines = (this.#rest + this.#decoder.decode(bytes, { stream: true })).split("\n");
    this.#rest = lines.pop()!;
    for (const line of lines) this.#onLine(line);
    if (this.#rest.length > CHARACTERS_MAX) this.end();
  }

  /** Hands out what no line end has followed. */
  end(): void {
    const line = this.#rest + this.#decoder.decode();
    this.#rest = "";
    if (line !== "") this.#onLine(line);
  }
}
