/** Takes clients in that speak the Redis protocol. What their requests mean is the business of a session. */

import type { Clock, Timer } from "../../base/ports.ts";
import { after, type Instant, type Millis, ms } from "../../base/units.ts";
import { RealClock } from "../clock.ts";
import type { Address, ByteStream, ByteStreamListener, Listen } from "../rpc/byte_stream.ts";
import { CATCH_UP, HeldUpCheck } from "../rpc/held_up.ts";
import { listenTcp } from "../rpc/tcp_stream.ts";
import { ByteBudget } from "./byte_budget.ts";
import { DEFAULT_RESP_LIMITS, type RespLimits } from "./limits.ts";
import { RespConnection, type RespContext } from "./resp_connection.ts";
import type { OpenSession, RespClient } from "./session.ts";

/** The pause after the listener failed: most likely there are too many open files. */
const ACCEPT_PAUSE = ms(100);

/** How often clients are looked after. */
const LOOK_INTERVAL = ms(1000);

const FULL = new TextEncoder().encode("-ERR max number of clients reached\r\n");

/** One thing worth a line in a log. */
export interface RespLogEvent {
  readonly event: "client dropped" | "client refused" | "listen failed";
  readonly peer: string;
  readonly reason: string;
}

/** Settings of a {@linkcode RespServer}. */
export interface RespServerOptions {
  readonly open: OpenSession;
  /** Whether clients are strangers until their session trusts them. */
  readonly needsTrust?: boolean;
  readonly limits?: Partial<RespLimits>;
  readonly log?: (event: RespLogEvent) => void;
  /** How connections are taken in; TCP by default. */
  readonly listen?: Listen;
  readonly clock?: Clock;
}

/** How much a server has done since it started, and what it does now. */
export interface RespStats {
  readonly clients: number;
  readonly clientsEver: number;
  readonly clientsRefused: number;
  readonly requests: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
  /** Memory for requests and for replies that is taken now, beyond a small buffer for each client. */
  readonly inputBytes: number;
  readonly outputBytes: number;
}

/**
 * A server of the Redis protocol.
 *
 * @example
 * ```ts
 * import { RespServer } from "./resp_server.ts";
 *
 * const server = RespServer.listen({ hostname: "127.0.0.1", port: 0 }, {
 *   open: () => ({
 *     answer(requests, from, replies, done) {
 *       for (const { words } of requests.slice(from)) replies.bulk(words.at(-1)!);
 *       done(requests.length);
 *     },
 *     close() {},
 *   }),
 * });
 * await server.close();
 * ```
 */
export class RespServer {
  readonly #listener: ByteStreamListener;
  readonly #context: RespContext;
  readonly #open: OpenSession;
  readonly #log: (event: RespLogEvent) => void;
  readonly #connections = new Map<RespConnection, Promise<void>>();
  readonly #accepting: Promise<void>;
  readonly #heldUp = new HeldUpCheck();
  #lookTimer: Timer | undefined;
  #pause: { readonly timer: Timer; readonly end: () => void } | undefined;
  #clientsEver = 0;
  #clientsRefused = 0;
  /** Whether the last client that came was one too many. */
  #isFull = false;
  #closed = false;

  /**
   * Begins to listen.
   *
   * @throws If the address cannot be listened on.
   */
  static listen(address: Address, options: RespServerOptions): RespServer {
    return new RespServer((options.listen ?? listenTcp)(address), options);
  }

  private constructor(listener: ByteStreamListener, options: RespServerOptions) {
    const limits = { ...DEFAULT_RESP_LIMITS, ...options.limits };
    this.#listener = listener;
    this.#open = options.open;
    this.#log = options.log ?? (() => {});
    this.#context = {
      clock: options.clock ?? new RealClock(),
      limits,
      input: new ByteBudget(limits.inputBytesMax),
      output: new ByteBudget(limits.outputBytesMax),
      needsTrust: options.needsTrust ?? false,
      counts: { requests: 0, bytesRead: 0, bytesWritten: 0 },
      onDropped: (peer, reason) => this.#log({ event: "client dropped", peer, reason }),
    };
    this.#accepting = this.#accept();
  }

  /** Where this server listens, with the port that the system picked. */
  get address(): Address {
    return this.#listener.address;
  }

  /** The clients that are connected now. */
  get clients(): Iterable<RespClient> {
    return this.#connections.keys();
  }

  /** See {@linkcode RespStats}. */
  get stats(): RespStats {
    const { counts, input, output } = this.#context;
    return {
      clients: this.#connections.size,
      clientsEver: this.#clientsEver,
      clientsRefused: this.#clientsRefused,
      ...counts,
      inputBytes: input.used,
      outputBytes: output.used,
    };
  }

  /**
   * Stops listening and reading, lets what is being answered leave for a short while, and drops all clients.
   * Resolves when nothing of them is left.
   */
  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.#listener.close();
      this.#pause?.timer.cancel();
      this.#pause?.end();
      this.#lookTimer?.cancel();
      for (const connection of this.#connections.keys()) connection.drain();
      await this.#drained();
      for (const connection of this.#connections.keys()) connection.close();
    }
    await this.#accepting;
  }

  async #drained(): Promise<void> {
    const { clock, limits } = this.#context;
    const all = Promise.all(this.#connections.values());
    await new Promise<void>((resolve) => {
      const timer = clock.after(limits.closeTime, resolve);
      all.then(() => {
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
    if (this.#closed) return stream.close();
    if (this.#connections.size >= this.#context.limits.clientsMax) return this.#refuse(stream);
    this.#isFull = false;
    const connection = new RespConnection(
      this.#context,
      stream,
      ++this.#clientsEver,
      this.#open,
    );
    const run = connection.run().then(() => {
      this.#connections.delete(connection);
    });
    this.#connections.set(connection, run);
    if (this.#lookTimer === undefined) this.#lookAfter(LOOK_INTERVAL);
  }

  #refuse(stream: ByteStream): void {
    this.#clientsRefused++;
    stream.write(FULL).catch(() => {}).then(() => stream.close());
    if (this.#isFull) return;
    this.#isFull = true;
    const reason = `There are ${this.#connections.size} clients already`;
    this.#log({ event: "client refused", peer: stream.peer, reason });
  }

  #lookAfter(pause: Millis): void {
    const { clock } = this.#context;
    const due = after(clock.now(), pause);
    this.#lookTimer = clock.after(pause, () => this.#look(due));
  }

  /** Lets each connection see whether its client does its part; `due` is when this should have happened. */
  #look(due: Instant): void {
    this.#lookTimer = undefined;
    const now = this.#context.clock.now();
    if (this.#heldUp.isHeldUp(due, now)) return this.#lookAfter(CATCH_UP);
    for (const connection of this.#connections.keys()) connection.look(now);
    if (this.#connections.size > 0 && !this.#closed) this.#lookAfter(LOOK_INTERVAL);
  }

  async #onListenFailed(reason: string): Promise<void> {
    if (this.#closed) return;
    const { hostname, port } = this.address;
    this.#log({ event: "listen failed", peer: `${hostname}:${port}`, reason });
    await new Promise<void>((end) => {
      this.#pause = { timer: this.#context.clock.after(ACCEPT_PAUSE, end), end };
    });
    this.#pause = undefined;
  }
}
