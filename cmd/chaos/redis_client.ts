/**
 * A client of a store by the Redis protocol. It has a home, and goes to another server only when it cannot be reached: so
 * that a server that stands still holds up those whose home it is, and not everybody in the end.
 */

import type { Random } from "../../core/base/mod.ts";
import type { KvInput, KvOutput } from "../../core/check/mod.ts";
import type { Address } from "../../core/host/mod.ts";
import type { Answer, StoreClient } from "./store.ts";

/** How long to wait for an answer, in milliseconds; then the client goes elsewhere. */
const PATIENCE_MS = 2000;

/** What a server has said: the first line without its kind, and what a bulk string holds. */
interface Reply {
  readonly kind: string;
  readonly text: string | null;
}

/** See the head of this file. */
export class RedisClient implements StoreClient {
  /** Its home, and the others behind it. */
  readonly #servers: readonly Address[];
  readonly #random: Random;
  #connection: Deno.TcpConn | undefined;
  #received = "";
  /** How many servers have failed in a row. */
  #failures = 0;

  constructor(servers: readonly Address[], home: number, random: Random) {
    this.#servers = [...servers.slice(home), ...servers.slice(0, home)];
    this.#random = random;
  }

  async ask(input: KvInput): Promise<Answer> {
    if (!await this.#connect()) return { kind: "dropped" };
    const reply = await this.#exchange(wordsOf(input));
    // A connection that may still bring an old answer is of no use.
    if (reply === undefined) this.#fail();
    else if (this.#random.chance(1, 200)) {
      this.close();
      this.#failures = 0;
    }
    return reply === undefined ? { kind: "unknown" } : answerOf(input, reply);
  }

  close(): void {
    try {
      this.#connection?.close();
    } catch {
      // It is closed already.
    }
    this.#connection = undefined;
    this.#received = "";
  }

  async #connect(): Promise<boolean> {
    if (this.#connection !== undefined) return true;
    const address = this.#servers[this.#failures % this.#servers.length]!;
    try {
      this.#connection = await Deno.connect(address);
      this.#connection.setNoDelay(true);
      return true;
    } catch {
      this.#fail();
      return false;
    }
  }

  #fail(): void {
    this.close();
    this.#failures++;
  }

  async #exchange(words: readonly string[]): Promise<Reply | undefined> {
    const timer = setTimeout(() => this.close(), PATIENCE_MS);
    try {
      const text = words.map((word) => `$${word.length}\r\n${word}\r\n`).join("");
      const request = new TextEncoder().encode(`*${words.length}\r\n${text}`);
      const connection = this.#connection!;
      for (let at = 0; at < request.length;) at += await connection.write(request.subarray(at));
      return await this.#read(connection);
    } catch {
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  }

  async #read(connection: Deno.TcpConn): Promise<Reply | undefined> {
    const buffer = new Uint8Array(16 * 1024);
    const decoder = new TextDecoder();
    for (;;) {
      const reply = this.#take();
      if (reply !== undefined) return reply;
      const count = await connection.read(buffer);
      if (count === null || this.#connection !== connection) return undefined;
      this.#received += decoder.decode(buffer.subarray(0, count));
    }
  }

  #take(): Reply | undefined {
    const lineEnd = this.#received.indexOf("\r\n");
    if (lineEnd < 0) return undefined;
    const kind = this.#received[0]!;
    const line = this.#received.slice(1, lineEnd);
    let end = lineEnd + 2;
    let text: string | null = line;
    if (kind === "$" && line === "-1") text = null;
    else if (kind === "$") {
      const start = end;
      end = start + Number(line) + 2;
      if (this.#received.length < end) return undefined;
      text = this.#received.slice(start, end - 2);
    }
    this.#received = this.#received.slice(end);
    return { kind, text };
  }
}

/** A request, in ASCII. */
function wordsOf(input: KvInput): string[] {
  switch (input.op) {
    case "get":
      return ["GET", input.key];
    case "put":
      return ["SET", input.key, input.value];
    case "append":
      return ["APPEND", input.key, input.value];
    case "delete":
      return ["DEL", input.key];
    case "cas":
      if (input.expect !== null) throw new RangeError("Redis has no such command");
      return ["SET", input.key, input.value, "NX"];
  }
}

function answerOf(input: KvInput, { kind, text }: Reply): Answer {
  if (kind === "-" && text!.startsWith("UNCERTAIN ")) return { kind: "unknown" };
  if (kind === "-" && text!.startsWith("TRYAGAIN ")) return { kind: "dropped" };
  const output = outputOf(input, kind, text);
  return output === undefined
    ? { kind: "absurd", text: `${kind}${text}` }
    : { kind: "returned", output };
}

function outputOf({ op }: KvInput, kind: string, text: string | null): KvOutput | undefined {
  const isOk = kind === "+" && text === "OK";
  switch (op) {
    case "get":
      return kind === "$" ? { value: text } : undefined;
    case "put":
      return isOk ? {} : undefined;
    case "append":
      return kind === ":" && Number(text) > 0 ? {} : undefined;
    case "delete":
      return kind === ":" && (text === "0" || text === "1") ? { ok: text === "1" } : undefined;
    case "cas":
      return isOk ? { ok: true } : kind === "$" && text === null ? { ok: false } : undefined;
  }
}
