/** A TCP connection as Node's streams want it: Node's TLS encrypts what goes through one. */

import { Duplex } from "node:stream";

const READ_BYTES = 64 * 1024;

/** The connection. It reads when it is asked to, and is closed when it is destroyed. */
export class TcpDuplex extends Duplex {
  readonly #connection: Deno.TcpConn;

  constructor(connection: Deno.TcpConn) {
    super();
    this.#connection = connection;
  }

  override _read(): void {
    const into = new Uint8Array(READ_BYTES);
    this.#connection.read(into).then(
      (count) => this.push(count === null ? null : into.subarray(0, count)),
      (error) => this.destroy(error),
    );
  }

  override _write(bytes: Uint8Array, _encoding: string, done: (error?: Error) => void): void {
    this.#writeAll(bytes).then(() => done(), done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#connection.close();
    done(error);
  }

  async #writeAll(bytes: Uint8Array): Promise<void> {
    for (let rest = bytes; rest.length > 0;) {
      rest = rest.subarray(await this.#connection.write(rest));
    }
  }
}
