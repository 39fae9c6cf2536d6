/** A server that speaks just enough of the Redis protocol to be one key/value store, and that can be made to err. */

import type { Address } from "../../core/host/mod.ts";

/** What is done instead of a command; `undefined` leaves it to the store. */
export type Mistake = (words: readonly string[], store: Map<string, string>) => string | undefined;

/** See the head of this file. */
export class FakeRedis {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #store = new Map<string, string>();
  readonly #connections = new Set<Deno.TcpConn>();
  readonly #mistake: Mistake;
  readonly #tasks: Promise<void>[] = [];

  constructor(mistake: Mistake = () => undefined) {
    this.#mistake = mistake;
    this.#tasks.push(this.#accept());
  }

  get address(): Address {
    const { hostname, port } = this.#listener.addr as Deno.NetAddr;
    return { hostname, port };
  }

  async close(): Promise<void> {
    this.#listener.close();
    for (const connection of this.#connections) closeQuietly(connection);
    await Promise.all(this.#tasks);
  }

  async #accept(): Promise<void> {
    for await (const connection of this.#listener) this.#tasks.push(this.#serve(connection));
  }

  async #serve(connection: Deno.TcpConn): Promise<void> {
    this.#connections.add(connection);
    const buffer = new Uint8Array(64 * 1024);
    let text = "";
    try {
      for (;;) {
        const count = await connection.read(buffer);
        if (count === null) break;
        text += new TextDecoder().decode(buffer.subarray(0, count));
        // The clients of these tests send one request at a time, whose words have no line ends.
        const words = text.split("\r\n");
        if (words.length < 2 * Number(words[0]!.slice(1)) + 2) continue;
        text = "";
        const reply = this.#answer(
          words.filter((_, i) => i > 0 && i % 2 === 0 && i < words.length - 1),
        );
        await connection.write(new TextEncoder().encode(`${reply}\r\n`));
      }
    } catch {
      // The client is gone.
    }
    closeQuietly(connection);
    this.#connections.delete(connection);
  }

  #answer(words: readonly string[]): string {
    const wrong = this.#mistake(words, this.#store);
    if (wrong !== undefined) return wrong;
    const [name, key = "", value = "", mode] = words;
    const old = this.#store.get(key);
    switch (name) {
      case "GET":
        return old === undefined ? "$-1" : `$${old.length}\r\n${old}`;
      case "SET":
        if (mode === "NX" && old !== undefined) return "$-1";
        this.#store.set(key, value);
        return "+OK";
      case "APPEND":
        this.#store.set(key, (old ?? "") + value);
        return `:${(old ?? "").length + value.length}`;
      default:
        return `:${this.#store.delete(key) ? 1 : 0}`;
    }
  }
}

function closeQuietly(connection: Deno.TcpConn): void {
  try {
    connection.close();
  } catch {
    // It is closed already.
  }
}
