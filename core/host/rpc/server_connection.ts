/**
 * One connection of a server: introduction, requests, replies. What a peer can make the server hold is
 * bounded: at the bound, no more is read until a reply has left.
 */

import { DamagedDataError } from "../../base/errors.ts";
import type { Clock, RequestHandler } from "../../base/ports.ts";
import { after, between, type Instant, ms, NEVER } from "../../base/units.ts";
import type { ByteStream } from "./byte_stream.ts";
import { FrameReader, readU32 } from "./frame_reader.ts";
import {
  decodeHello,
  encodeFailure,
  encodeRefusal,
  FailureCode,
  MessageKind,
  mismatch,
  REPLY_HEAD_BYTES,
  REQUEST_NAME_START,
} from "./messages.ts";
import type { ResolvedRpcOptions } from "./options.ts";
import type { ServiceTable } from "./service_table.ts";
import { WriteQueue } from "./write_queue.ts";

/** What a connection needs of its server. */
export interface ServerContext {
  readonly options: ResolvedRpcOptions;
  readonly clock: Clock;
  readonly services: ServiceTable;
}

/** A request that a handler has and has not answered. */
interface HandledCall {
  readonly id: number;
  readonly bytes: number;
  /** The caller waits no longer than this. */
  readonly due: Instant;
  replied: boolean;
}

/** A connection that a peer opened. */
export class ServerConnection {
  readonly #context: ServerContext;
  readonly #stream: ByteStream;
  readonly #reader: FrameReader;
  readonly #queue: WriteQueue;
  readonly #handled = new Set<HandledCall>();
  /** The size of the requests in `#handled`. */
  #handledBytes = 0;
  #state: "introduction" | "open" | "draining" | "closed" = "introduction";
  readonly #openedAt: Instant;
  #arrivedAt: Instant;
  /** Continues to read once there is room. */
  #onRoom: (() => void) | undefined;
  /** Counts what shows that the peer takes what it is sent. */
  #writeProgress = 0;
  #progressSeen = -1;
  #progressAt: Instant;
  #writesSeen = 0;

  constructor(context: ServerContext, stream: ByteStream) {
    this.#context = context;
    this.#stream = stream;
    this.#reader = new FrameReader(stream, context.options.limits.handshakeBytesMax);
    this.#queue = new WriteQueue(stream, {
      onProgress: () => this.#onWriteProgress(),
      onWriteFailed: (error) => this.drop(messageOf(error)),
    });
    const now = context.clock.now();
    this.#openedAt = now;
    this.#arrivedAt = now;
    this.#progressAt = now;
  }

  /** Serves the peer. Resolves when the connection is closed, never rejects. */
  async run(): Promise<void> {
    try {
      if (await this.#introduce()) {
        await this.#serve();
        await this.#queue.empty();
      }
      this.close();
    } catch (error) {
      this.drop(messageOf(error));
    }
  }

  /** Closes the connection and says why. */
  drop(reason: string): void {
    if (this.#state === "closed") return;
    this.close();
    this.#context.options.log({ event: "peer dropped", peer: this.#stream.peer, reason });
  }

  /** Closes the connection. Replies that come later go nowhere. */
  close(): void {
    this.#state = "closed";
    this.#stream.close();
    this.#handled.clear();
    this.#handledBytes = 0;
    this.#onRoom?.();
  }

  /** Reads no more, and resolves once the replies so far are written. */
  drain(): Promise<void> {
    if (this.#state === "open") this.#state = "draining";
    return this.#queue.empty();
  }

  /** To be called from time to time: notices a peer that does nothing, and assures one that waits. */
  look(now: Instant): void {
    const { limits } = this.#context.options;
    if (this.#state === "closed") return;
    if (this.#state === "introduction") {
      if (between(this.#openedAt, now) > limits.handshakeTime) {
        this.drop(`The peer did not introduce itself within ${limits.handshakeTime} ms`);
      }
      return;
    }
    for (const call of this.#handled) if (call.due < now) this.#forget(call);
    this.#lookForProgress(now);
    this.#assure();
  }

  #lookForProgress(now: Instant): void {
    const progress = this.#reader.progress + this.#writeProgress;
    const isBusy = this.#handled.size > 0 && this.#queue.bytes === 0;
    if (progress !== this.#progressSeen || isBusy) {
      this.#progressSeen = progress;
      this.#progressAt = now;
    } else if (between(this.#progressAt, now) > this.#context.options.limits.idleTime) {
      const what = this.#queue.bytes > 0 ? "does not take its replies" : "is idle";
      this.drop(`The peer ${what} since ${Math.round(between(this.#progressAt, now))} ms`);
    }
  }

  /** Tells a peer that waits for replies, and has heard nothing since the last look, that it is not forgotten. */
  #assure(): void {
    const silent = this.#writeProgress === this.#writesSeen && this.#queue.bytes === 0;
    if (this.#state === "open" && this.#handled.size > 0 && silent) {
      this.#queue.push(new Uint8Array([MessageKind.alive]));
    }
    this.#writesSeen = this.#writeProgress;
  }

  /** Resolves whether the peer belongs here; if not, it was told why. */
  async #introduce(): Promise<boolean> {
    const { hello, limits } = this.#context.options;
    const message = await this.#next();
    if (message === undefined) return false;
    const why = mismatch(hello, decodeHello(message));
    if (why !== undefined) {
      this.#queue.push(encodeRefusal(why));
      await this.#queue.empty();
      this.drop(why);
      return false;
    }
    this.#reader.frameBytesMax = limits.frameBytesMax;
    this.#queue.push(new Uint8Array([MessageKind.welcome]));
    this.#state = "open";
    return true;
  }

  async #next(): Promise<Uint8Array | undefined> {
    for (;;) {
      const message = this.#reader.take();
      if (message !== undefined) return message;
      if (!await this.#reader.fill()) return undefined;
    }
  }

  async #serve(): Promise<void> {
    do {
      this.#arrivedAt = this.#context.clock.now();
      for (;;) {
        while (this.#isFull() && this.#state === "open") await this.#room();
        if (this.#state !== "open") return;
        const message = this.#reader.take();
        if (message === undefined) break;
        this.#onRequest(message);
      }
    } while (await this.#reader.fill());
  }

  #onRequest(message: Uint8Array): void {
    if (message[0] !== MessageKind.request || message.length < REQUEST_NAME_START) {
      throw new DamagedDataError(`A request was expected, not kind ${message[0]}`, 0);
    }
    const nameLength = message[REQUEST_NAME_START - 1]!;
    const bodyStart = REQUEST_NAME_START + nameLength;
    if (bodyStart > message.length) {
      throw new DamagedDataError("A request ends inside the name of its service", message.length);
    }
    const id = readU32(message, 1);
    const handler = this.#context.services.find(message, REQUEST_NAME_START, nameLength);
    if (handler === undefined) {
      const name = message.subarray(REQUEST_NAME_START, bodyStart);
      const text = JSON.stringify(new TextDecoder().decode(name));
      this.#queue.push(encodeFailure(id, FailureCode.noService, `There is no service ${text}`));
      return;
    }
    const deadline = readU32(message, 5);
    const due = deadline === 0 ? NEVER : after(this.#arrivedAt, ms(deadline));
    const call: HandledCall = { id, bytes: message.length, due, replied: false };
    this.#handled.add(call);
    this.#handledBytes += call.bytes;
    this.#handle(handler, call, message.subarray(bodyStart));
  }

  #handle(handler: RequestHandler, call: HandledCall, request: Uint8Array): void {
    try {
      handler(request, (reply) => this.#onReply(call, reply));
    } catch (error) {
      if (error instanceof DamagedDataError) throw error;
      // A mistake of this program, not of the peer: nothing here can make it good.
      reportError(error);
    }
  }

  #onReply(call: HandledCall, reply: Uint8Array): void {
    if (call.replied) throw new TypeError("A handler replied twice to one request");
    call.replied = true;
    if (!this.#forget(call)) return;
    const contentBytes = REPLY_HEAD_BYTES + reply.length;
    const { frameBytesMax } = this.#context.options.limits;
    if (contentBytes > frameBytesMax) {
      const text = `A reply of ${reply.length} bytes does not fit a frame of ${frameBytesMax}`;
      this.#queue.push(encodeFailure(call.id, FailureCode.replyTooLarge, text));
      return;
    }
    const frames = this.#queue.frames;
    frames.begin(contentBytes);
    frames.u8(MessageKind.reply);
    frames.u32(call.id);
    frames.raw(reply);
    frames.end();
    this.#queue.flush();
  }

  /** Ends a call; false if it had ended already. */
  #forget(call: HandledCall): boolean {
    if (!this.#handled.delete(call)) return false;
    this.#handledBytes -= call.bytes;
    if (this.#onRoom !== undefined && !this.#isFull()) this.#onRoom();
    return true;
  }

  #isFull(): boolean {
    const { callsInFlightMax, heldBytesMax } = this.#context.options.limits;
    return this.#handled.size >= callsInFlightMax ||
      this.#handledBytes + this.#queue.bytes >= heldBytesMax;
  }

  /** Resolves when a call ended or bytes left; there is room only if that was enough. */
  #room(): Promise<void> {
    return new Promise((resolve) => {
      this.#onRoom = () => {
        this.#onRoom = undefined;
        resolve();
      };
    });
  }

  #onWriteProgress(): void {
    this.#writeProgress++;
    if (this.#onRoom !== undefined && !this.#isFull()) this.#onRoom();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
