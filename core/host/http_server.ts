/** Answers questions over HTTP: status pages, for people and for monitors. Nothing can be changed through it. */

import type { Address } from "./rpc/mod.ts";

/** What is answered. */
export interface HttpReply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** Answers a GET request for a path (with its query). `undefined`: there is no such thing. */
export type HttpHandler = (path: string) => HttpReply | undefined | Promise<HttpReply>;

/** Makes the reply of a value as JSON. */
export function jsonReply(status: number, value: unknown): HttpReply {
  const body = `${JSON.stringify(value, undefined, 2)}\n`;
  return { status, contentType: "application/json; charset=utf-8", body };
}

/** Makes the reply of a plain text. */
export function textReply(status: number, text: string): HttpReply {
  return { status, contentType: "text/plain; charset=utf-8", body: `${text}\n` };
}

/** An HTTP server that only reads. */
export class HttpServer {
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #dropping = new AbortController();

  /**
   * Begins to listen.
   *
   * @throws If the address cannot be listened on.
   */
  static listen(address: Address, handler: HttpHandler): HttpServer {
    const { hostname, port } = address;
    return new HttpServer({ hostname, port }, handler);
  }

  private constructor(address: Address, handler: HttpHandler) {
    const { signal } = this.#dropping;
    this.#server = Deno.serve(
      { ...address, signal, onListen() {} },
      (request) => answer(request, handler),
    );
  }

  get hostname(): string {
    return this.#server.addr.hostname;
  }

  /** The port, as the system picked it if that was left to it. */
  get port(): number {
    return this.#server.addr.port;
  }

  /** Stops at once: a client that does not finish its request, or does not take its reply, cannot hold this up. */
  async close(): Promise<void> {
    this.#dropping.abort();
    await this.#server.finished;
  }
}

async function answer(request: Request, handler: HttpHandler): Promise<Response> {
  const { method } = request;
  if (method !== "GET" && method !== "HEAD") {
    return respond(textReply(405, `Only GET is answered, not ${method}`), { allow: "GET, HEAD" });
  }
  const { pathname, search } = new URL(request.url);
  const reply = await handler(`${pathname}${search}`) ?? textReply(404, `There is no ${pathname}`);
  return respond(reply, {});
}

function respond(reply: HttpReply, headers: Readonly<Record<string, string>>): Response {
  return new Response(reply.body, {
    status: reply.status,
    headers: {
      ...headers,
      "content-type": reply.contentType,
      "cache-control": "no-store",
      // Names of files and messages of applications are shown: none of them must become a script.
      "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
      "x-content-type-options": "nosniff",
    },
  });
}
