/** One client: reads its requests, has them answered, and writes the replies, one after the other. */

import type { Clock } from "../../base/ports.ts";
import { after, between, type Instant } from "../../base/units.ts";
import type { ByteStream } from "../rpc/byte_stream.ts";
import type { ByteBudget } from "./byte_budget.ts";
import type { RespLimits } from "./limits.ts";
import { ReplyWriter } from "./reply_writer.ts";
import { RespProtocolError, type RespRequest } from "./request.ts";
import { RequestParser } from "./request_parser.ts";
import type { OpenSession, RespClient, RespSession } from "./session.ts";

/** How many requests are answered together at most; and when half of the memory for requests is taken. */
const REQUESTS_MAX = 1024;
const REQUESTS_MAX_IN_NEED = 16;
/** What a request takes while it is answered, about, beside its bytes. */
const REQUEST_BYTES = 512;
/** Replies up to this size need not ask for memory. */
const SMALL_REPLY_BYTES = 16 * 1024;

/** What the connections of a server share. */
export interface RespContext {
  readonly clock: Clock;
  readonly limits: RespLimits;
  readonly input: ByteBudget;
  readonly output: ByteBudget;
  /** Whether clients must say who they are. */
  readonly needsTrust: boolean;
  /** How much was done since the server started. */
  readonly counts: { requests: number; bytesRead: number; bytesWritten: number };
  /** The client at `peer` is dropped. */
  readonly onDropped: (peer: string, reason: string) => void;
}

/** See the head of this file. */
export class RespConnection implements RespClient {
  readonly id: number;
  readonly openedAt: Instant;
  readonly #context: RespContext;
  readonly #stream: ByteStream;
  readonly #parser: RequestParser;
  readonly #replies = new ReplyWriter();
  readonly #session: RespSession;
  #state: "reading" | "answering" | "writing" | "closed" = "reading";
  /** When the request under way began to arrive, or the replies to leave; and how many bytes moved since. */
  #since: Instant;
  #moved = 0;
  #activeAt: Instant;
  #ending = false;

  constructor(context: RespContext, stream: ByteStream, id: number, open: OpenSession) {
    this.#context = context;
    this.#stream = stream;
    this.id = id;
    this.openedAt = this.#since = this.#activeAt = context.clock.now();
    this.#parser = new RequestParser(context.limits, context.input, !context.needsTrust);
    this.#session = open(this);
  }

  get peer(): string {
    return this.#stream.peer;
  }

  get activeAt(): Instant {
    return this.#activeAt;
  }

  get isTrusted(): boolean {
    return this.#parser.isTrusted;
  }

  set isTrusted(yes: boolean) {
    this.#parser.isTrusted = yes;
  }

  get isEnding(): boolean {
    return this.#ending;
  }

  end(): void {
    this.#ending = true;
  }

  /** Serves the client until it is gone. Never rejects. */
  async run(): Promise<void> {
    try {
      while (!this.#ending && await this.#read()) await this.#answerAll();
    } catch (error) {
      await this.#sayGoodbye(error).catch(() => {});
    }
    this.close();
    this.#parser.close();
    this.#session.close();
  }

  /** Stops reading; what is being answered is still answered. */
  drain(): void {
    this.#ending = true;
    if (this.#state === "reading") this.close();
  }

  /** Drops the connection. Harmless twice. */
  close(): void {
    this.#state = "closed";
    this.#ending = true;
    this.#stream.close();
  }

  /** Drops the client if it has taken too long. */
  look(now: Instant): void {
    const reason = this.#complaint(now);
    if (reason !== undefined) this.#drop(reason);
  }

  #complaint(now: Instant): string | undefined {
    const { limits } = this.#context;
    if (!this.isTrusted && now > after(this.openedAt, limits.strangerTime)) {
      return "It did not authenticate itself";
    }
    if (this.#state === "writing") {
      return this.#isTooSlow(now) ? "It does not take its replies" : undefined;
    }
    if (this.#state !== "reading") return undefined;
    if (this.#parser.isWithinRequest) {
      return this.#isTooSlow(now) ? "It does not finish its request" : undefined;
    }
    return now > after(this.#activeAt, limits.idleTime) ? "It was idle" : undefined;
  }

  #isTooSlow(now: Instant): boolean {
    const { patience, slowestRate } = this.#context.limits;
    const time = between(this.#since, now);
    return time > patience && this.#moved < (time / 1000) * slowestRate;
  }

  async #read(): Promise<boolean> {
    this.#state = "reading";
    if (!this.#parser.isWithinRequest) {
      this.#since = this.#context.clock.now();
      this.#moved = 0;
    }
    const count = await this.#stream.read(this.#parser.space());
    if (count === null) return false;
    this.#parser.filled(count);
    this.#moved += count;
    this.#context.counts.bytesRead += count;
    return true;
  }

  async #answerAll(): Promise<void> {
    while (!this.#ending) {
      const requests: RespRequest[] = [];
      let wrong: unknown;
      try {
        this.#parser.take(this.#requestsMax, requests);
      } catch (error) {
        wrong = error;
      }
      if (requests.length > 0) await this.#answerWithin(requests);
      if (wrong !== undefined) throw wrong;
      if (requests.length === 0) return;
    }
  }

  get #requestsMax(): number {
    // A stranger's next request may be judged differently after this one.
    if (!this.isTrusted) return 1;
    const { input } = this.#context;
    return input.used > input.max / 2 ? REQUESTS_MAX_IN_NEED : REQUESTS_MAX;
  }

  /** Answers requests, whose memory counts meanwhile. A few may be answered even if there is none left. */
  async #answerWithin(requests: readonly RespRequest[]): Promise<void> {
    const { input } = this.#context;
    const held = requests.length * REQUEST_BYTES;
    const isCounted = input.take(held);
    try {
      await this.#answer(requests);
    } finally {
      if (isCounted) input.give(held);
    }
  }

  async #answer(requests: readonly RespRequest[]): Promise<void> {
    const { clock, counts } = this.#context;
    this.#activeAt = clock.now();
    counts.requests += requests.length;
    for (let next = 0; next < requests.length && this.#state !== "closed";) {
      this.#state = "answering";
      const from = next;
      next = await new Promise<number>((done) => {
        this.#session.answer(requests, from, this.#replies, done);
      });
      await this.#write();
      if (this.#ending) return;
    }
  }

  async #write(): Promise<void> {
    if (this.#state === "closed") return;
    const { clock, counts, output } = this.#context;
    this.#state = "writing";
    this.#since = clock.now();
    this.#moved = 0;
    const bytes = this.#replies.bytes();
    const held = bytes.length > SMALL_REPLY_BYTES ? bytes.length : 0;
    if (!output.take(held)) return this.#drop("There is no memory left for its replies");
    try {
      while (this.#moved < bytes.length) {
        this.#moved += await this.#stream.write(
          this.#moved === 0 ? bytes : bytes.subarray(this.#moved),
        );
      }
    } finally {
      output.give(held);
      counts.bytesWritten += this.#moved;
      this.#replies.clear();
    }
  }

  #drop(reason: string): void {
    this.#context.onDropped(this.peer, reason);
    this.close();
  }

  /** Tells the client what it has done; that a connection broke is nobody's fault. */
  async #sayGoodbye(error: unknown): Promise<void> {
    const isProtocol = error instanceof RespProtocolError;
    if (this.#state === "closed" || !isProtocol && this.#state !== "answering") return;
    this.#replies.error(isProtocol ? `ERR Protocol error: ${error.message}` : "ERR internal error");
    const text = error instanceof Error && !isProtocol ? error.stack : undefined;
    this.#context.onDropped(this.peer, text ?? (error as Error).message);
    await this.#write();
  }
}
