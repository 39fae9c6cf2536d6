/** Sends calls to one server. */

import type { Clock, Random, Timer } from "../../base/ports.ts";
import { after, between, earlier, type Instant, type Millis, ms, NEVER } from "../../base/units.ts";
import { Backoff } from "./backoff.ts";
import type { Address } from "./byte_stream.ts";
import { ClientCall } from "./client_call.ts";
import { ClientConnection } from "./client_connection.ts";
import { openStream } from "./client_handshake.ts";
import { RpcError } from "./errors.ts";
import { CATCH_UP, HeldUpCheck } from "./held_up.ts";
import { REQUEST_NAME_START } from "./messages.ts";
import { type ResolvedRpcOptions, resolveOptions, type RpcOptions } from "./options.ts";
import { serviceName } from "./service_table.ts";
import { WaitingCalls } from "./waiting_calls.ts";

/** What a client is given. */
export interface RpcClientDependencies {
  readonly clock: Clock;
  /** For the pauses between attempts to connect. */
  readonly random: Random;
}

/**
 * Calls to one server, on one connection that is opened when a call needs it, and opened again when it broke.
 * Replies come in any order. Calls that wait for a connection fail together when it cannot be opened.
 *
 * @example
 * ```ts
 * import { SeededRandom } from "../../base/random.ts";
 * import { RealClock } from "../clock.ts";
 * import { RpcClient } from "./rpc_client.ts";
 * import { RpcServer } from "./rpc_server.ts";
 * import assert from "node:assert/strict";
 *
 * const options = { protocol: "example", version: 1, clusterId: "a" };
 * const server = RpcServer.listen({ hostname: "127.0.0.1", port: 0 }, options);
 * server.serve("Echo", (request, reply) => reply(request));
 * const dependencies = { clock: new RealClock(), random: new SeededRandom(1n) };
 * const client = new RpcClient(server, options, dependencies);
 * assert.deepEqual(await client.call("Echo", new Uint8Array([1, 2])), new Uint8Array([1, 2]));
 * client.close();
 * await server.close();
 * ```
 */
export class RpcClient {
  readonly #address: Address;
  readonly #options: ResolvedRpcOptions;
  readonly #clock: Clock;
  readonly #backoff: Backoff;
  readonly #waiting: WaitingCalls;
  readonly #names = new Map<string, Uint8Array>();
  readonly #closing = new AbortController();
  #connection: ClientConnection | undefined;
  /** Whether a connection is being opened, or will be after a pause. */
  #isOpening = false;
  #pause: Timer | undefined;
  /** Runs {@linkcode #look}; set for as long as there is a connection or a call. */
  #lookTimer: Timer | undefined;
  #lookAt: Instant = NEVER;
  readonly #heldUp = new HeldUpCheck();
  /** What was logged last, so that a peer that is away does not fill the log. */
  #lastReason = "";

  constructor(address: Address, options: RpcOptions, dependencies: RpcClientDependencies) {
    const { hostname, port } = address;
    this.#address = { hostname, port };
    this.#options = resolveOptions(options);
    this.#clock = dependencies.clock;
    const { backoffMin, backoffMax, queueBytesMax } = this.#options.limits;
    this.#backoff = new Backoff(backoffMin, backoffMax, dependencies.random);
    this.#waiting = new WaitingCalls(queueBytesMax);
  }

  /**
   * Sends `request` and resolves the reply's bytes, which belong to the caller. Keeps no reference to
   * `request`. Rejects an {@linkcode RpcError} if no reply came, at the latest after `deadline`.
   */
  call(service: string, request: Uint8Array, deadline?: Millis): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const { callTime, frameBytesMax, silenceMax } = this.#options.limits;
      const now = this.#clock.now();
      const name = this.#nameOf(service);
      const call = new ClientCall(name, after(now, deadline ?? callTime), resolve, reject);
      if (this.#closing.signal.aborted) return reject(this.#closing.signal.reason);
      if (REQUEST_NAME_START + name.length + request.length > frameBytesMax) {
        const text =
          `A request of ${request.length} bytes does not fit a frame of ${frameBytesMax}`;
        return reject(new RpcError("too large", true, text));
      }
      const connection = this.#connection;
      if (connection !== undefined && this.#waiting.size === 0 && connection.hasRoom) {
        connection.send(call, request, now);
      } else if (this.#waiting.add(call, request)) {
        this.#open();
      } else {
        return reject(new RpcError("overloaded", true, "Too many requests wait to be sent"));
      }
      this.#lookBy(earlier(call.due, after(now, silenceMax)));
    });
  }

  /** Closes the connection and rejects the calls that have no reply. Harmless when it is closed already. */
  close(): void {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort(new RpcError("closed", true, "The client is closed"));
    this.#pause?.cancel();
    this.#lookTimer?.cancel();
    this.#rejectWaiting(this.#closing.signal.reason);
    const connection = this.#connection;
    if (connection === undefined) return;
    this.#connection = undefined;
    connection.close();
    rejectSent(connection, new RpcError("closed", false, "The client was closed"));
  }

  #nameOf(service: string): Uint8Array {
    let name = this.#names.get(service);
    if (name === undefined) {
      name = serviceName(service);
      this.#names.set(service, name);
    }
    return name;
  }

  #open(): void {
    if (this.#isOpening || this.#connection !== undefined) return;
    this.#isOpening = true;
    // Rejections are handled inside.
    this.#attempt();
  }

  async #attempt(): Promise<void> {
    const { signal } = this.#closing;
    try {
      const introduced = await openStream(this.#address, this.#options, this.#clock, signal);
      if (signal.aborted) return introduced.stream.close();
      this.#isOpening = false;
      this.#onOpened(
        new ClientConnection(introduced, this.#options.limits, this.#clock, {
          onRoom: () => this.#sendWaiting(),
          onBroken: (connection, reason) => this.#onBroken(connection, reason),
        }),
      );
    } catch (error) {
      if (!signal.aborted) this.#onNotOpened(error as RpcError);
    }
  }

  #onOpened(connection: ClientConnection): void {
    this.#connection = connection;
    this.#lastReason = "";
    this.#sendWaiting();
    this.#lookBy(after(this.#clock.now(), ms(this.#options.limits.idleTime / 2)));
    connection.run();
  }

  #onNotOpened(error: RpcError): void {
    this.#log("connect failed", error.message);
    this.#retryAfter(this.#backoff.next());
    this.#rejectWaiting(error);
  }

  #onBroken(connection: ClientConnection, reason: string): void {
    this.#connection = undefined;
    this.#log("connection broken", reason);
    if (connection.hasReplied) this.#backoff.reset();
    else this.#retryAfter(this.#backoff.next());
    rejectSent(connection, new RpcError("broken", false, `The connection broke: ${reason}`));
    if (this.#waiting.size > 0) this.#open();
  }

  /** Opens no connection before `pause` is over, and then only if a call waits for one. */
  #retryAfter(pause: Millis): void {
    this.#isOpening = true;
    this.#pause = this.#clock.after(pause, () => {
      this.#isOpening = false;
      if (this.#waiting.size > 0) this.#open();
    });
  }

  #sendWaiting(): void {
    const connection = this.#connection;
    if (this.#waiting.size === 0 || connection === undefined) return;
    const now = this.#clock.now();
    while (connection.hasRoom) {
      const call = this.#waiting.shift();
      if (call === undefined) return;
      connection.send(call, call.request!, now);
      call.request = undefined;
    }
  }

  /** Sees to it that {@linkcode #look} runs at `due` or before. */
  #lookBy(due: Instant): void {
    if (due >= this.#lookAt) return;
    this.#lookTimer?.cancel();
    this.#lookAt = due;
    this.#lookTimer = this.#clock.after(between(this.#clock.now(), due), () => this.#look());
  }

  /** Ends what has lasted too long: calls, silence, idleness. One timer serves all of them. */
  #look(): void {
    const now = this.#clock.now();
    const isHeldUp = this.#heldUp.isHeldUp(this.#lookAt, now);
    this.#lookAt = NEVER;
    if (isHeldUp) return this.#lookBy(after(now, CATCH_UP));
    let next = this.#endLateWaiting(now);
    const connection = this.#connection;
    if (connection !== undefined) {
      next = earlier(next, this.#endLateSent(connection, now));
      next = earlier(next, this.#endSilence(connection, now));
    }
    if (next < NEVER) this.#lookBy(next);
  }

  #endLateWaiting(now: Instant): Instant {
    let next = NEVER;
    for (const call of this.#waiting) {
      if (call.due > now) {
        if (call.due < next) next = call.due;
        continue;
      }
      this.#waiting.remove(call);
      call.reject(new RpcError("deadline", true, "The request could not be sent in time"));
    }
    return next;
  }

  #endLateSent(connection: ClientConnection, now: Instant): Instant {
    let next = NEVER;
    for (const [id, call] of connection.calls) {
      if (call.due > now) {
        if (call.due < next) next = call.due;
        continue;
      }
      connection.forget(id);
      call.reject(new RpcError("deadline", false, "The reply did not come in time"));
    }
    this.#sendWaiting();
    return next;
  }

  /** Gives up a connection whose peer is silent though it owes replies, or that nobody needed for long. */
  #endSilence(connection: ClientConnection, now: Instant): Instant {
    const { idleTime, silenceMax } = this.#options.limits;
    const silenceEnd = after(connection.owingSince, silenceMax);
    // Well before the server would close it, perhaps when a call is on its way.
    const idleEnd = after(connection.heardAt, ms(idleTime / 2));
    const end = connection.calls.size > 0 ? silenceEnd : earlier(silenceEnd, idleEnd);
    if (end > now) return end;
    connection.close();
    if (connection.calls.size > 0) {
      const silence = Math.round(between(connection.owingSince, now));
      this.#onBroken(connection, `The peer is silent for ${silence} ms`);
    } else {
      this.#connection = undefined;
    }
    return NEVER;
  }

  #rejectWaiting(error: RpcError): void {
    for (const call of this.#waiting.takeAll()) call.reject(error);
  }

  #log(event: "connect failed" | "connection broken", reason: string): void {
    if (reason === this.#lastReason) return;
    this.#lastReason = reason;
    const peer = `${this.#address.hostname}:${this.#address.port}`;
    this.#options.log({ event, peer, reason });
  }
}

function rejectSent(connection: ClientConnection, error: RpcError): void {
  for (const [id, call] of connection.calls) {
    connection.forget(id);
    call.reject(error);
  }
}
