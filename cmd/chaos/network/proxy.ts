/** A door in front of a server, for one of those who call it: what goes through takes the ways between the two. */

import type { Address } from "../../../core/host/mod.ts";
import type { Link } from "./link.ts";
import { Pipe } from "./pipe.ts";

/** Between whom. */
export interface ProxyWays {
  /** Where the server is. */
  readonly target: Address;
  /** From the caller to the server. */
  readonly there: Link;
  readonly back: Link;
}

/** See the head of this file. */
export class Proxy {
  readonly #listener: Deno.TcpListener;
  readonly #ways: ProxyWays;
  readonly #connections = new Set<() => void>();
  readonly #tasks = new Set<Promise<void>>();
  #isClosed = false;

  /** Begins to listen, on a port that the system picks. */
  constructor(ways: ProxyWays) {
    this.#ways = ways;
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.#accept();
  }

  /** Where the caller finds it. */
  get address(): Address {
    const { hostname, port } = this.#listener.addr as Deno.NetAddr;
    return { hostname, port };
  }

  /** Ends all connections, and listens no more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#listener.close();
    for (const end of this.#connections) end();
    while (this.#tasks.size > 0) await Promise.all(this.#tasks);
  }

  async #accept(): Promise<void> {
    for (;;) {
      let caller: Deno.TcpConn;
      try {
        caller = await this.#listener.accept();
      } catch (error) {
        if (this.#isClosed) return;
        // A caller that has gone before it was let in.
        if (error instanceof Deno.errors.ConnectionAborted) continue;
        throw error;
      }
      const task = this.#connect(caller).finally(() => this.#tasks.delete(task));
      this.#tasks.add(task);
    }
  }

  async #connect(caller: Deno.TcpConn): Promise<void> {
    let server: Deno.TcpConn | undefined;
    try {
      server = await Deno.connect(this.#ways.target);
      if (this.#isClosed) return;
      caller.setNoDelay(true);
      server.setNoDelay(true);
      await this.#carry(caller, server);
    } catch {
      // Nobody listens there: the caller finds its connection closed.
    } finally {
      close(caller);
      if (server !== undefined) close(server);
    }
  }

  async #carry(caller: Deno.TcpConn, server: Deno.TcpConn): Promise<void> {
    const { there, back } = this.#ways;
    const pipes = [new Pipe(caller, server, there), new Pipe(server, caller, back)];
    const over = Promise.withResolvers<void>();
    const end = () => over.resolve();
    const forgets = [there.use(end), back.use(end)];
    this.#connections.add(end);
    const runs = pipes.map((pipe) => pipe.run().then(end));
    await over.promise;
    this.#connections.delete(end);
    for (const forget of forgets) forget();
    await Promise.all(pipes.map((pipe) => pipe.end()));
    close(caller);
    close(server);
    // One that waits for a blocked way ends when that is opened.
    if (!there.conditions.isBlocked && !back.conditions.isBlocked) await Promise.all(runs);
  }
}

function close(connection: Deno.TcpConn): void {
  try {
    connection.close();
  } catch {
    // It is closed already.
  }
}
