/** Byte streams over TCP. */

import type { Address, ByteStream, ByteStreamListener } from "./byte_stream.ts";

/** Opens a TCP connection. */
export async function dialTcp(address: Address, signal: AbortSignal): Promise<ByteStream> {
  const { hostname, port } = address;
  const connection = await Deno.connect({ hostname, port, signal });
  if (signal.aborted) {
    connection.close();
    throw signal.reason;
  }
  return new TcpStream(connection);
}

/** Begins to listen for TCP connections. */
export function listenTcp(address: Address): ByteStreamListener {
  return new TcpStreamListener(Deno.listen({ hostname: address.hostname, port: address.port }));
}

class TcpStream implements ByteStream {
  readonly peer: string;
  readonly #connection: Deno.TcpConn;
  #closed = false;

  constructor(connection: Deno.TcpConn) {
    // Frames are put together before they are written: waiting for more would only cost time.
    connection.setNoDelay(true);
    this.#connection = connection;
    const { hostname, port } = connection.remoteAddr;
    this.peer = hostname.includes(":") ? `[${hostname}]:${port}` : `${hostname}:${port}`;
  }

  read(into: Uint8Array): Promise<number | null> {
    return this.#connection.read(into);
  }

  write(bytes: Uint8Array): Promise<number> {
    return this.#connection.write(bytes);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#connection.close();
  }
}

class TcpStreamListener implements ByteStreamListener {
  readonly address: Address;
  readonly #listener: Deno.TcpListener;
  #closed = false;

  constructor(listener: Deno.TcpListener) {
    this.#listener = listener;
    this.address = { hostname: listener.addr.hostname, port: listener.addr.port };
  }

  async accept(): Promise<ByteStream | undefined> {
    try {
      return new TcpStream(await this.#listener.accept());
    } catch (error) {
      if (this.#closed) return undefined;
      throw error;
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#listener.close();
  }
}
