/** A byte stream over a TLS socket: bytes are fetched when somebody reads, so a slow reader slows the sender. */

import { Buffer } from "node:buffer";
import type { Duplex } from "node:stream";
import { setImmediate } from "node:timers";
import type { ByteStream } from "./byte_stream.ts";

/** A connection that is, or is about to be, encrypted. */
export class TlsStream implements ByteStream {
  readonly peer: string;
  /** What is closed when the handshake is not over. */
  readonly #raw: Duplex;
  /** Encrypts and decrypts; there once the handshake is over. */
  #socket: Duplex | undefined;
  /** What was received and not read. */
  #rest: Uint8Array = new Uint8Array();
  #hasEnded = false;
  #failure: Error | undefined;
  #waiters: (() => void)[] = [];

  constructor(peer: string, raw: Duplex) {
    this.peer = peer;
    this.#raw = raw;
    this.#watch(raw);
    // One that is left during the handshake: there will be nothing to read.
    raw.on("end", () => this.#socket === undefined && this.end());
  }

  /** The handshake is over: bytes can travel. */
  secure(socket: Duplex): void {
    if (this.#failure !== undefined) return void socket.destroy();
    this.#socket = socket;
    socket.on("readable", () => this.#onChange());
    socket.on("end", () => this.end());
    this.#watch(socket);
    this.#onChange();
  }

  /** The peer has left. What it has sent before can still be read. */
  end(): void {
    this.#hasEnded = true;
    this.#onChange();
  }

  /** The stream broke, or never came to be. */
  fail(error: Error): void {
    this.#failure ??= error;
    this.#onChange();
  }

  async read(into: Uint8Array): Promise<number | null> {
    for (;;) {
      if (this.#rest.length === 0) this.#rest = this.#socket?.read() ?? this.#rest;
      if (this.#rest.length > 0) break;
      if (this.#hasEnded) return null;
      await this.#change();
    }
    const bytes = this.#rest.subarray(0, into.length);
    into.set(bytes);
    this.#rest = this.#rest.subarray(bytes.length);
    return bytes.length;
  }

  async write(bytes: Uint8Array): Promise<number> {
    while (this.#socket === undefined) await this.#change();
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let isTaken = false;
    this.#socket.write(buffer, (error) => {
      if (error) this.fail(error);
      isTaken = true;
      this.#onChange();
    });
    while (!isTaken) await this.#change();
    return bytes.length;
  }

  close(): void {
    this.fail(new Error("The connection is closed"));
    this.#socket?.destroy();
    this.#raw.destroy();
  }

  /** Waits until something changes. Rejects if the stream is broken. */
  async #change(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    await new Promise<void>((resolve) => this.#waiters.push(resolve));
  }

  #watch(stream: Duplex): void {
    stream.on("error", (error) => hasLeft(error) ? this.end() : this.fail(error));
    // A handshake that fails closes the connection a moment before it says why.
    stream.on("close", () => setImmediate(() => this.fail(new Error("The connection is closed"))));
  }

  #onChange(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const resolve of waiters) resolve();
  }
}

/** A process that ends may leave without saying so. Whether something is missing is seen from its last frame. */
function hasLeft(error: Error): boolean {
  return error instanceof Deno.errors.ConnectionReset ||
    error instanceof Deno.errors.BrokenPipe ||
    /^(ECONNRESET|EPIPE)$/.test((error as { readonly code?: string }).code ?? "");
}
