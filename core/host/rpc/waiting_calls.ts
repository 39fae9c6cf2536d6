/** The calls of a client that are not sent: there is no connection yet, or the peer has enough to do. */

import type { ClientCall } from "./client_call.ts";

/** Calls in the order they were made, with their requests, up to a bound in bytes. */
export class WaitingCalls {
  readonly #calls = new Set<ClientCall>();
  readonly #bytesMax: number;
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get size(): number {
    return this.#calls.size;
  }

  /** Adds a call and keeps a copy of its request; false if there is no room for it. */
  add(call: ClientCall, request: Uint8Array): boolean {
    if (this.#bytes + request.length > this.#bytesMax) return false;
    call.request = request.slice();
    this.#bytes += request.length;
    this.#calls.add(call);
    return true;
  }

  /** Takes the oldest call out. */
  shift(): ClientCall | undefined {
    for (const call of this.#calls) {
      this.remove(call);
      return call;
    }
    return undefined;
  }

  /** Takes a call out; it keeps its request. */
  remove(call: ClientCall): void {
    if (this.#calls.delete(call)) this.#bytes -= call.request!.length;
  }

  /** Takes all calls out. */
  takeAll(): ClientCall[] {
    const calls = [...this.#calls];
    this.#calls.clear();
    this.#bytes = 0;
    return calls;
  }

  [Symbol.iterator](): IterableIterator<ClientCall> {
    return this.#calls.values();
  }
}
