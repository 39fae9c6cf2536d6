/** A state machine that writes down what it is told, and words for tests. */

import { latin1Of } from "../../core/base/bytes.ts";
import type { LogIndex } from "../../core/base/durable.ts";
import { DamagedDataError } from "../../core/base/errors.ts";
import type { Capture, StateMachine } from "../../core/rsm/mod.ts";

const encoder = new TextEncoder();

/** Text as bytes. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** ASCII bytes as text. */
export function text(bytes: Uint8Array): string {
  return latin1Of(bytes);
}

/** Its state is the list of all commands; a command is answered with the list's length, a question with the list. */
export class Journal implements StateMachine {
  lines: string[] = [];
  /** How many steps a capture takes. */
  captureSteps = 0;
  capturesGivenUp = 0;
  capturesTaken = 0;

  apply(command: Uint8Array, _index: LogIndex): Uint8Array {
    this.lines.push(text(command));
    return utf8(`${this.lines.length}`);
  }

  query(question: Uint8Array): Uint8Array {
    return utf8(`${text(question)}${this.lines.join()}`);
  }

  capture(): Capture {
    return this.#capture(utf8(`!${this.lines.join()}`));
  }

  restore(data: Uint8Array): void {
    const all = text(data);
    if (!all.startsWith("!")) throw new DamagedDataError("This is no journal", 0);
    this.lines = all === "!" ? [] : all.slice(1).split(",");
  }

  *#capture(data: Uint8Array): Generator<undefined, Uint8Array> {
    let isDone = false;
    try {
      for (let step = 0; step < this.captureSteps; step++) yield;
      isDone = true;
      this.capturesTaken++;
      return data;
    } finally {
      if (!isDone) this.capturesGivenUp++;
    }
  }
}
