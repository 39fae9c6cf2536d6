/** Redis clients that go from server to server, do what comes to mind, and write down what they saw. */

import type { Random, ServerId } from "../../core/base/mod.ts";
import {
  HistoryRecorder,
  type KvInput,
  type KvOutput,
  type Recording,
} from "../../core/check/mod.ts";
import { RawClient } from "../../core/host/resp/_raw_client.ts";

/** How long a client waits for an answer before it goes elsewhere, in milliseconds: longer than servers try. */
const PATIENCE_MS = 6000;

const KEYS = 5;

/** Some clients, and the history of all of them. */
export class RecordingClients {
  readonly recorder = new HistoryRecorder<KvInput, KvOutput>({ now: () => performance.now() });
  readonly #portOf: (id: ServerId) => number;
  readonly #ids: readonly ServerId[];
  readonly #running: Promise<void>[] = [];
  readonly #connections = new Set<RawClient>();
  #stopped = false;
  /** Writes that were answered with yes. */
  acknowledged = 0;

  constructor(ids: readonly ServerId[], portOf: (id: ServerId) => number) {
    this.#ids = ids;
    this.#portOf = portOf;
  }

  /** Begins with another client. */
  start(client: number, random: Random): void {
    this.#running.push(this.#run(client, random));
  }

  /** Resolves when a write that was begun after this call is acknowledged; for when all servers run. */
  async progress(): Promise<void> {
    const wanted = this.acknowledged + this.#running.length + 1;
    while (this.acknowledged < wanted) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  /** Has all clients end, after the answers for which they wait. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#running);
    for (const connection of this.#connections) connection.close();
  }

  async #run(client: number, random: Random): Promise<void> {
    let connection: RawClient | undefined;
    for (let i = 0; !this.#stopped; i++) {
      connection ??= await this.#connect(random);
      if (connection === undefined) continue;
      const input = anyInput(client, i, random);
      const recording = this.recorder.call(client, input);
      const answer = await ask(connection, input);
      if (!this.#note(recording, input, answer) || random.chance(1, 100)) {
        this.#connections.delete(connection);
        connection.close();
        connection = undefined;
      }
    }
  }

  async #connect(random: Random): Promise<RawClient | undefined> {
    const id = this.#ids[random.below(this.#ids.length)]!;
    try {
      const connection = await RawClient.connect(this.#portOf(id));
      this.#connections.add(connection);
      return connection;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return undefined;
    }
  }

  /** Says whether the connection is still good. */
  #note(recording: Recording<KvOutput>, input: KvInput, answer: string | undefined): boolean {
    if (answer === undefined || answer.startsWith("-UNCERTAIN ")) {
      recording.unknown();
      return answer !== undefined;
    }
    if (answer.startsWith("-TRYAGAIN ")) recording.dropped();
    else if (input.op === "get") {
      recording.returned({ value: answer.startsWith("$-1") ? null : answer.split("\r\n")[1]! });
    } else {
      if (!/^(\+OK|:\d+)\r\n$/.test(answer)) throw new Error(`An answer of no kind: ${answer}`);
      recording.returned({});
      this.acknowledged++;
    }
    return true;
  }
}

function anyInput(client: number, i: number, random: Random): KvInput {
  const key = `key${random.below(KEYS)}`;
  const value = `${client}.${i} `;
  const dice = random.below(10);
  if (dice < 5) return { op: "get", key };
  return dice < 8 ? { op: "append", key, value } : { op: "put", key, value };
}

/** Sends a request and reads its answer; `undefined` if none came. */
async function ask(connection: RawClient, input: KvInput): Promise<string | undefined> {
  const words = input.op === "get"
    ? ["GET", input.key]
    : [input.op === "put" ? "SET" : "APPEND", input.key, (input as { value: string }).value];
  const text = `*${words.length}\r\n${
    words.map((word) => `$${word.length}\r\n${word}\r\n`).join("")
  }`;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, undefined);
  });
  try {
    return await Promise.race([late, sendAndRead(connection, text)]);
  } finally {
    clearTimeout(timer);
  }
}

async function sendAndRead(connection: RawClient, text: string): Promise<string | undefined> {
  if (!await connection.send(text)) return undefined;
  const head = await connection.line();
  if (!head.endsWith("\r\n")) return undefined;
  const length = /^\$(\d+)\r\n$/.exec(head)?.[1];
  if (length === undefined) return head;
  const value = await connection.read(Number(length) + 2);
  return value.length === Number(length) + 2 ? head + value : undefined;
}
