/** Answers calls that arrive on connections. */

import type { Clock, RequestHandler, Timer } from "../../base/ports.ts";
import { after, type Instant, type Millis, ms } from "../../base/units.ts";
import { RealClock } from "../clock.ts";
import type { Address, ByteStream, ByteStreamListener } from "./byte_stream.ts";
import { CATCH_UP, HeldUpCheck } from "./held_up.ts";
import { type ResolvedRpcOptions, resolveOptions, type RpcOptions } from "./options.ts";
import { ServerConnection, type ServerContext } from "./server_connection.ts";
import { ServiceTable } from "./service_table.ts";

/** The pause after the listener failed: most likely there are too many open files. */
const ACCEPT_PAUSE = ms(100);

/**
 * Takes connections in and hands the requests that arrive on them to the handler of their service. A peer that
 * does not belong here, sends what is no frame, or makes no progress is dropped with one log event.
 *
 * @example
 * ```ts
 * import { RpcServer } from "./rpc_server.ts";
 *
 * const options = { protocol: "example", version: 1, clusterId: "a" };
 * const server = RpcServer.listen({ hostname: "127.0.0.1", port: 0 }, options);
 * server.serve("Echo", (request, reply) => reply(request));
 * await server.close();
 * ```
 */
export class RpcServer {
  readonly #listener: ByteStreamListener;
  readonly #context: ServerContext;
  readonly #connections = new Map<ServerConnection, Promise<void>>();
  readonly #accepting: Promise<void>;
  readonly #lookInterval: Millis;
  #lookTimer: Timer | undefined;
  readonly #heldUp = new HeldUpCheck();
  #pause: { readonly timer: Timer; readonly end: () => void } | undefined;
  /** Whether the last connection that came was one too many. */
  #isFull = false;
  #closed = false;

  /**
   * Begins to listen.
   *
   * @throws If the address cannot be listened on.
   */
  static listen(
    address: Address,
    options: RpcOptions,
    dependencies: { readonly clock: Clock } = { clock: new RealClock() },
  ): RpcServer {
    const resolved = resolveOptions(options);
    return new RpcServer(resolved.listen(address), resolved, dependencies.clock);
  }

  private constructor(listener: ByteStreamListener, options: ResolvedRpcOptions, clock: Clock) {
    this.#listener = listener;
    this.#context = { options, clock, services: new ServiceTable() };
    const { aliveInterval, handshakeTime, idleTime } = options.limits;
    this.#lookInterval = ms(Math.min(aliveInterval, handshakeTime / 2, idleTime / 2));
    this.#accepting = this.#accept();
  }

  /** Where this server listens. */
  get hostname(): string {
    return this.#listener.address.hostname;
  }

  /** The port, as the system picked it if that was left to it. */
  get port(): number {
    return this.#listener.address.port;
  }

  /** Answers the requests for `service` from now on. The bytes of a request belong to the handler. */
  serve(service: string, handler: RequestHandler): void {
    this.#context.services.set(service, handler);
  }

  /**
   * Stops listening and reading, lets the replies so far leave for a short while, and drops all connections.
   * Resolves when nothing of them is left. Calls without a reply stay without one.
   */
  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.#listener.close();
      this.#pause?.timer.cancel();
      this.#pause?.end();
      this.#lookTimer?.cancel();
      await this.#drain();
      for (const connection of this.#connections.keys()) connection.close();
    }
    await Promise.all([this.#accepting, ...this.#connections.values()]);
  }

  async #drain(): Promise<void> {
    const { clock, options } = this.#context;
    const drained = Promise.all([...this.#connections.keys()].map((each) => each.drain()));
    await new Promise<void>((resolve) => {
      const timer = clock.after(options.limits.closeTime, resolve);
      drained.then(() => {
        timer.cancel();
        resolve();
      });
    });
  }

  async #accept(): Promise<void> {
    while (!this.#closed) {
      try {
        const stream = await this.#listener.accept();
        if (stream !== undefined) this.#onStream(stream);
      } catch (error) {
        await this.#onListenFailed(error instanceof Error ? error.message : String(error));
      }
    }
  }

  #onStream(stream: ByteStream): void {
    const { options } = this.#context;
    if (this.#closed) return stream.close();
    if (this.#connections.size >= options.limits.connectionsMax) {
      stream.close();
      if (this.#isFull) return;
      this.#isFull = true;
      const reason = `There are ${this.#connections.size} connections already`;
      options.log({ event: "peer dropped", peer: stream.peer, reason });
      return;
    }
    this.#isFull = false;
    const connection = new ServerConnection(this.#context, stream);
    const run = connection.run().then(() => {
      this.#connections.delete(connection);
    });
    this.#connections.set(connection, run);
    if (this.#lookTimer === undefined) this.#lookAfter(this.#lookInterval);
  }

  #lookAfter(pause: Millis): void {
    const { clock } = this.#context;
    const due = after(clock.now(), pause);
    this.#lookTimer = clock.after(pause, () => this.#look(due));
  }

  /** Lets each connection see whether its peer does its part; `due` is when this should have happened. */
  #look(due: Instant): void {
    this.#lookTimer = undefined;
    const now = this.#context.clock.now();
    if (this.#heldUp.isHeldUp(due, now)) return this.#lookAfter(CATCH_UP);
    for (const connection of this.#connections.keys()) connection.look(now);
    if (this.#connections.size > 0 && !this.#closed) this.#lookAfter(this.#lookInterval);
  }

  async #onListenFailed(reason: string): Promise<void> {
    if (this.#closed) return;
    const { clock, options } = this.#context;
    const peer = `${this.hostname}:${this.port}`;
    options.log({ event: "listen failed", peer, reason });
    await new Promise<void>((end) => {
      this.#pause = { timer: clock.after(ACCEPT_PAUSE, end), end };
    });
    this.#pause = undefined;
  }
}
