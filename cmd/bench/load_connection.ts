/** A connection of a load to a server that speaks the Redis protocol. */

import type { Address } from "../../core/host/mod.ts";
import { FailedError } from "../errors.ts";
import { ReplyCounter } from "./reply_counter.ts";

const READ_BYTES = 64 * 1024;

/** Sends commands that were encoded beforehand, and waits for as many replies. */
export class LoadConnection {
  readonly #conn: Deno.TcpConn;
  readonly #buffer = new Uint8Array(READ_BYTES);
  readonly #counter = new ReplyCounter();

  /** @throws {FailedError} If nobody listens there. */
  static async open({ hostname, port }: Address): Promise<LoadConnection> {
    try {
      const conn = await Deno.connect({ hostname, port });
      conn.setNoDelay(true);
      return new LoadConnection(conn);
    } catch (error) {
      throw new FailedError(`cannot connect to ${hostname}:${port}: ${(error as Error).message}`);
    }
  }

  private constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
  }

  /**
   * Resolves when `commands` commands were answered.
   *
   * @throws {FailedError} If one was answered with an error, or the connection broke.
   */
  async send(bytes: Uint8Array, commands: number): Promise<void> {
    const counter = this.#counter;
    const wanted = counter.replies + commands;
    for (let sent = 0; sent < bytes.length;) sent += await this.#conn.write(bytes.subarray(sent));
    while (counter.replies < wanted) {
      const length = await this.#conn.read(this.#buffer);
      if (length === null) throw new FailedError("the server closed the connection");
      counter.push(this.#buffer.subarray(0, length));
    }
    if (counter.errors > 0) throw new FailedError(`the server answered: ${counter.lastError}`);
  }

  close(): void {
    this.#conn.close();
  }
}
