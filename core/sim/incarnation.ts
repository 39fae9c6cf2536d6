/**
 * Crash fencing: one life of a server sees the world through wrappers that go dead with it, so that
 * nothing a killed server does, or left behind, has any effect.
 */

import type { DurableBatch, Recovered, ServerId } from "../base/durable.ts";
import type { Clock, RequestHandler, Storage, Timer, Transport } from "../base/ports.ts";
import type { Instant, Millis } from "../base/units.ts";

const DEAD_TIMER: Timer = { cancel() {} };

/** The ports of one life of a server. */
export class Incarnation {
  /** After {@linkcode kill}: no timer fires, no sleep ends. */
  readonly clock: Clock;
  /** After {@linkcode kill}: no call leaves, no reply arrives, no request is handled, no reply is sent. */
  readonly transport: Transport;
  /** After {@linkcode kill}: nothing is written, and nothing becomes durable as far as the server knows. */
  readonly storage: Storage;
  readonly #life = { alive: true };

  constructor(clock: Clock, transport: Transport, storage: Storage) {
    this.clock = new FencedClock(this.#life, clock);
    this.transport = new FencedTransport(this.#life, transport);
    this.storage = new FencedStorage(this.#life, storage);
  }

  get alive(): boolean {
    return this.#life.alive;
  }

  /** Ends this life. What storage holds is not touched: a crash of the disk is another matter. */
  kill(): void {
    this.#life.alive = false;
  }
}

interface Life {
  readonly alive: boolean;
}

class FencedClock implements Clock {
  readonly #life: Life;
  readonly #clock: Clock;

  constructor(life: Life, clock: Clock) {
    this.#life = life;
    this.#clock = clock;
  }

  now(): Instant {
    return this.#clock.now();
  }

  after(span: Millis, fn: () => void): Timer {
    const life = this.#life;
    if (!life.alive) return DEAD_TIMER;
    return this.#clock.after(span, () => {
      if (life.alive) fn();
    });
  }

  sleep(span: Millis): Promise<void> {
    const life = this.#life;
    return new Promise((resolve) => {
      if (!life.alive) return;
      this.#clock.sleep(span).then(() => {
        if (life.alive) resolve();
      });
    });
  }
}

class FencedTransport implements Transport {
  readonly #life: Life;
  readonly #transport: Transport;

  constructor(life: Life, transport: Transport) {
    this.#life = life;
    this.#transport = transport;
  }

  call(
    to: ServerId,
    service: string,
    request: Uint8Array,
    onReply: (reply: Uint8Array | undefined) => void,
  ): void {
    const life = this.#life;
    if (!life.alive) return;
    this.#transport.call(to, service, request, (reply) => {
      if (life.alive) onReply(reply);
    });
  }

  serve(service: string, handler: RequestHandler): void {
    const life = this.#life;
    this.#transport.serve(service, (request, reply) => {
      if (!life.alive) return;
      handler(request, (bytes) => {
        if (life.alive) reply(bytes);
      });
    });
  }
}

class FencedStorage implements Storage {
  readonly #life: Life;
  readonly #storage: Storage;

  constructor(life: Life, storage: Storage) {
    this.#life = life;
    this.#storage = storage;
  }

  load(): Recovered {
    return this.#storage.load();
  }

  persist(batch: DurableBatch, onDurable: () => void): void {
    const life = this.#life;
    if (!life.alive) return;
    this.#storage.persist(batch, () => {
      if (life.alive) onDurable();
    });
  }
}
