/** The trace of one run as JSON lines, as it lies in a file. */

import type { Trace, TraceEvent } from "../../core/base/ports.ts";

/** Text is kept as bytes in pieces of about this size: outside the heap, and ready to be written. */
const PIECE_CHARACTERS = 1 << 16;

/** A {@linkcode Trace} that keeps every event as one line. */
export class TraceLines implements Trace {
  readonly enabled = true;
  readonly #encoder = new TextEncoder();
  readonly #pieces: Uint8Array[] = [];
  #text = "";

  emit(event: TraceEvent): void {
    const { at, server, term, topic, what, fields } = event;
    this.#text += `${JSON.stringify({ at, server, term, topic, what, fields })}\n`;
    if (this.#text.length >= PIECE_CHARACTERS) this.#cut();
  }

  /** All of it: a line with what is known about the run, then a line for each event. */
  file(header: Readonly<Record<string, unknown>>): readonly Uint8Array[] {
    this.#cut();
    return [this.#encoder.encode(`${JSON.stringify(header)}\n`), ...this.#pieces];
  }

  #cut(): void {
    if (this.#text !== "") this.#pieces.push(this.#encoder.encode(this.#text));
    this.#text = "";
  }
}
