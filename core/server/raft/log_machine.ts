/** What a bare replicated log does with its commands: it counts them, and takes their fingerprint. */

import { ByteReader, ByteWriter } from "../../base/mod.ts";
import type { Capture, StateMachine } from "../../rsm/mod.ts";
import { HashChain } from "./hash_chain.ts";

/** The state machine of `raft serve`. Its state is small however long the log has grown. */
export class LogMachine implements StateMachine {
  #chain = new HashChain();

  /** Reads a result of {@linkcode apply}. */
  static numberOf(result: Uint8Array): number {
    return new ByteReader(result).varint();
  }

  /** All commands so far. Replicas with the same count have the same fingerprint. */
  get chain(): Pick<HashChain, "count" | "text"> {
    return this.#chain;
  }

  /** The result is the number of the command among all commands, from 1. */
  apply(command: Uint8Array): Uint8Array {
    this.#chain.add(command);
    const writer = new ByteWriter();
    writer.varint(this.#chain.count);
    return writer.finish();
  }

  /** The answer to any question is the count and the fingerprint. */
  query(): Uint8Array {
    return this.#encode();
  }

  capture(): Capture {
    const bytes = this.#encode();
    return { next: () => ({ done: true, value: bytes }) };
  }

  restore(data: Uint8Array): void {
    const reader = new ByteReader(data);
    this.#chain = new HashChain({
      count: reader.varint(),
      low: reader.u32(),
      high: reader.u32(),
    });
    reader.end();
  }

  #encode(): Uint8Array {
    const writer = new ByteWriter();
    writer.varint(this.#chain.count);
    writer.u32(this.#chain.low);
    writer.u32(this.#chain.high);
    return writer.finish();
  }
}
