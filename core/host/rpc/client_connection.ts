/** One connection of a client: requests out, replies in, in any order. */

import { DamagedDataError } from "../../base/errors.ts";
import type { Clock } from "../../base/ports.ts";
import { type Instant, NEVER } from "../../base/units.ts";
import type { ByteStream } from "./byte_stream.ts";
import type { ClientCall } from "./client_call.ts";
import type { Introduced } from "./client_handshake.ts";
import { RpcError } from "./errors.ts";
import { type FrameReader, readU32 } from "./frame_reader.ts";
import {
  decodeFailure,
  FailureCode,
  MessageKind,
  REPLY_HEAD_BYTES,
  REQUEST_NAME_START,
} from "./messages.ts";
import type { RpcLimits } from "./options.ts";
import { WriteQueue } from "./write_queue.ts";

/** With as much as this on its way to the stream, further calls wait: a call that waits ends definitely. */
const SEND_AHEAD_BYTES = 256 * 1024;

/** Deadlines from here on are none. */
const DEADLINE_END = 2 ** 32;

/** What a client wants to know of its connection. */
export interface ClientConnectionEvents {
  /** There may be room for more calls. */
  onRoom(): void;
  /** The connection broke, or the peer closed it. Calls in flight are still to be rejected. */
  onBroken(connection: ClientConnection, reason: string): void;
}

/** A connection to a server that has welcomed this end. */
export class ClientConnection {
  readonly #stream: ByteStream;
  readonly #reader: FrameReader;
  readonly #queue: WriteQueue;
  readonly #limits: RpcLimits;
  readonly #clock: Clock;
  readonly #events: ClientConnectionEvents;
  readonly #calls = new Map<number, ClientCall>();
  #lastId = 0;
  #closed = false;
  #heardAt: Instant;
  #owingSince = NEVER;
  #hasReplied = false;

  constructor(
    introduced: Introduced,
    limits: RpcLimits,
    clock: Clock,
    events: ClientConnectionEvents,
  ) {
    this.#stream = introduced.stream;
    this.#reader = introduced.reader;
    this.#limits = limits;
    this.#clock = clock;
    this.#events = events;
    this.#heardAt = clock.now();
    this.#queue = new WriteQueue(introduced.stream, {
      onProgress: () => events.onRoom(),
      onWriteFailed: (error) => this.#break(error),
    });
  }

  /** The other end, for people to read. */
  get peer(): string {
    return this.#stream.peer;
  }

  /** The calls that were sent and have not ended. */
  get calls(): ReadonlyMap<number, ClientCall> {
    return this.#calls;
  }

  /** When the peer was heard last. */
  get heardAt(): Instant {
    return this.#heardAt;
  }

  /** Since when the peer owes a reply, or another sign of life, and is silent. */
  get owingSince(): Instant {
    return this.#owingSince;
  }

  /** Whether the peer ever replied on this connection. */
  get hasReplied(): boolean {
    return this.#hasReplied;
  }

  /** Whether a call may be sent now. */
  get hasRoom(): boolean {
    return this.#calls.size < this.#limits.callsInFlightMax &&
      this.#queue.bytes < SEND_AHEAD_BYTES;
  }

  /** Reads replies until the connection ends. Never rejects. */
  async run(): Promise<void> {
    try {
      do {
        this.#heardAt = this.#clock.now();
        for (let message = this.#reader.take(); message !== undefined;) {
          this.#onMessage(message);
          message = this.#reader.take();
        }
        this.#owingSince = this.#calls.size > 0 ? this.#heardAt : NEVER;
        this.#events.onRoom();
      } while (await this.#reader.fill());
      this.#break("The peer closed the connection");
    } catch (error) {
      this.#break(error);
    }
  }

  /** Sends a call's request at the time `now`. */
  send(call: ClientCall, request: Uint8Array, now: Instant): void {
    if (this.#owingSince === NEVER) this.#owingSince = now;
    const id = this.#lastId = (this.#lastId + 1) >>> 0;
    this.#calls.set(id, call);
    const name = call.name;
    const deadline = Math.max(1, Math.ceil(call.due - now));
    const frames = this.#queue.frames;
    frames.begin(REQUEST_NAME_START + name.length + request.length);
    frames.u8(MessageKind.request);
    frames.u32(id);
    frames.u32(deadline < DEADLINE_END ? deadline : 0);
    frames.u8(name.length);
    frames.raw(name);
    frames.raw(request);
    frames.end();
    this.#queue.flush();
  }

  /** Forgets a call: its reply, if one still comes, goes nowhere. */
  forget(id: number): void {
    this.#calls.delete(id);
  }

  /** Closes the connection. Calls in flight are the caller's to reject. */
  close(): void {
    this.#closed = true;
    this.#stream.close();
  }

  #onMessage(message: Uint8Array): void {
    const kind = message[0];
    if (kind === MessageKind.alive) return;
    if (message.length < REPLY_HEAD_BYTES) {
      throw new DamagedDataError("A reply is too short", message.length);
    }
    const id = readU32(message, 1);
    const call = this.#calls.get(id);
    this.#hasReplied = true;
    if (call === undefined) return;
    this.#calls.delete(id);
    if (kind === MessageKind.reply) {
      call.resolve(message.subarray(REPLY_HEAD_BYTES));
    } else if (kind === MessageKind.failure) {
      call.reject(failureOf(message));
    } else {
      throw new DamagedDataError(`A reply was expected, not kind ${kind}`, 0);
    }
  }

  #break(reason: unknown): void {
    if (this.#closed) return;
    this.close();
    this.#events.onBroken(this, reason instanceof Error ? reason.message : String(reason));
  }
}

function failureOf(message: Uint8Array): RpcError {
  const { code, text } = decodeFailure(message);
  return code === FailureCode.noService
    ? new RpcError("no service", true, text)
    : new RpcError("too large", false, text);
}
