/**
 * Byte streams over mutual TLS 1.3: each end shows a certificate, and believes only the CA of the cluster. Whoever
 * opens a connection also wants the certificate to name the host (or IP address) that it has opened it to.
 */

import { connect, createServer, type TLSSocket } from "node:tls";
import type { Address, ByteStream, ByteStreamListener, Dial, Listen } from "./byte_stream.ts";
import { TcpDuplex } from "./tcp_duplex.ts";
import type { TlsIdentity } from "./tls_identity.ts";
import { TlsStream } from "./tls_stream.ts";

/** How connections are opened and taken in with this identity: what `RpcOptions` take. */
export function tlsStreams(
  identity: TlsIdentity,
): { readonly dial: Dial; readonly listen: Listen } {
  return {
    dial: (address, signal) => dialTls(address, signal, identity),
    listen: (address) => new TlsListener(address, identity),
  };
}

const VERSION = { minVersion: "TLSv1.3" } as const;

/** Opens a connection. The peer's opinion of our certificate comes later: then the first read fails. */
function dialTls(
  { hostname, port }: Address,
  signal: AbortSignal,
  identity: TlsIdentity,
): Promise<ByteStream> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port, ...identity, ...VERSION });
    const stream = new TlsStream(addressText(hostname, port), socket);
    const onAbort = () => {
      stream.close();
      reject(signal.reason);
    };
    socket.setNoDelay(true);
    socket.on("error", (error) => reject(plainly(error)));
    socket.on("close", () => signal.removeEventListener("abort", onAbort));
    socket.once("secureConnect", () => {
      signal.removeEventListener("abort", onAbort);
      stream.secure(socket);
      resolve(stream);
    });
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort);
  });
}

/** Takes TCP connections in, and has a handshake begin on each. */
class TlsListener implements ByteStreamListener {
  readonly address: Address;
  readonly #listener: Deno.TcpListener;
  readonly #identity: TlsIdentity;
  #closed = false;

  constructor({ hostname, port }: Address, identity: TlsIdentity) {
    this.#identity = identity;
    this.#listener = Deno.listen({ hostname, port });
    this.address = { hostname: this.#listener.addr.hostname, port: this.#listener.addr.port };
  }

  /**
   * The handshake is not waited for: the connection counts from now on, so that the server's limits hold for a peer
   * that stays in it.
   */
  async accept(): Promise<ByteStream | undefined> {
    try {
      return shakeHands(await this.#listener.accept(), this.#identity);
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

function shakeHands(connection: Deno.TcpConn, identity: TlsIdentity): ByteStream {
  const { hostname, port } = connection.remoteAddr;
  connection.setNoDelay(true);
  const raw = new TcpDuplex(connection);
  const stream = new TlsStream(addressText(hostname, port), raw);
  // One such server a connection, because its events do not tell which connection they are about.
  const server = createServer({
    ...identity,
    ...VERSION,
    requestCert: true,
    rejectUnauthorized: true,
  });
  server.on("secureConnection", (socket) => {
    if (socket.authorized) stream.secure(socket);
    else stream.close();
  });
  server.on("tlsClientError", (error, socket) => {
    if (error.message === "socket hang up" && !socket.authorizationError) stream.end();
    else stream.fail(plainly(error, socket));
  });
  server.emit("connection", raw);
  return stream;
}

function addressText(hostname: string, port: number): string {
  return hostname.includes(":") ? `[${hostname}]:${port}` : `${hostname}:${port}`;
}

/** Says in words what the commonest failures mean. */
function plainly(error: Error, socket?: TLSSocket): Error {
  const code = String(socket?.authorizationError ?? (error as { code?: string }).code ?? "");
  return new Error(reasonOf(code, error.message), { cause: error });
}

function reasonOf(code: string, message: string): string {
  // Which of them it is cannot always be told from the code.
  if (/SELF_SIGNED|UNABLE_TO|EXPIRED|NOT_YET/.test(code)) {
    return "The peer's certificate is not of our CA, or is out of date";
  }
  if (message === "peer sent no certificates") return "The peer showed no certificate";
  if (/InvalidContentType|wrong version number/.test(message)) return "The peer does not speak TLS";
  if (/before secure TLS connection/.test(message)) return "The peer left during the TLS handshake";
  return /^E[A-Z]+$/.test(code) ? message : `TLS: ${message}`;
}
