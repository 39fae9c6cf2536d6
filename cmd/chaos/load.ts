/** Clients in a closed loop, each with one operation at a time on few keys, and the history of them all. */

import type { Random } from "../../core/base/mod.ts";
import { HistoryRecorder, type KvInput, type KvOutput } from "../../core/check/mod.ts";
import type { Availability } from "./availability.ts";
import { type Answer, type Store, type StoreClient } from "./store.ts";

/** What the load is made of. */
export interface LoadOptions {
  readonly store: Pick<Store, "client" | "sectionOf">;
  readonly clients: number;
  /** How many keys are in use at a time. */
  readonly keys: number;
  readonly random: Random;
  readonly now: () => number;
  readonly availability: Availability;
  readonly onAbsurd: (input: KvInput, text: string) => void;
}

/** What came of the operations so far. */
export interface LoadCounts {
  returned: number;
  unknown: number;
  dropped: number;
}

/**
 * After so many operations a key is left alone, and another takes its place: short histories are checked quickly, and a
 * key that nobody writes to any more keeps what it has until it is read at the end.
 */
const OPERATIONS_PER_KEY = 200;
/** So many clients read all keys at the end. */
const READERS = 4;
/** How long a client waits that was told to try again, in milliseconds. */
const PAUSE_MS = 10;

/** See the head of this file. */
export class Load {
  readonly recorder: HistoryRecorder<KvInput, KvOutput>;
  readonly counts: LoadCounts = { returned: 0, unknown: 0, dropped: 0 };
  readonly #options: LoadOptions;
  readonly #running: Promise<void>[] = [];
  /** Every key that was ever used; the last ones are those of the moment. */
  readonly #names = new Set<string>();
  /** How often the key of each slot was used. */
  readonly #uses: number[];
  #progress: { readonly of: Set<number>; readonly resolve: () => void; readonly since: number }[] =
    [];
  #isStopped = false;

  constructor(options: LoadOptions) {
    this.#options = options;
    this.recorder = new HistoryRecorder({ now: options.now });
    this.#uses = Array.from({ length: options.keys }, () => 0);
  }

  /** Lets all clients begin. */
  start(): void {
    const { clients, random, store } = this.#options;
    for (let id = 1; id <= clients; id++) {
      const own = random.child(`client/${id}`);
      this.#running.push(this.#run(id, store.client(id, own.child("connection")), own));
    }
  }

  /** Resolves true when every client has succeeded in something that it began after now; false if not in time. */
  async everyoneProgresses(patience: number): Promise<boolean> {
    const of = new Set(this.#running.map((_, i) => i + 1));
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#progress.push({ of, resolve, since: this.#options.now() });
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, patience);
    });
    await Promise.race([promise, late]);
    clearTimeout(timer);
    return of.size === 0;
  }

  /** Has all clients end, after the answers for which they wait. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(this.#running);
  }

  /** Has some more clients read every key that was ever used. Says whether all were read within that many milliseconds. */
  async readAll(patience: number): Promise<boolean> {
    const { clients, random, store, now } = this.#options;
    const deadline = now() + patience;
    const left = [...this.#names];
    const read = async (reader: number) => {
      const id = clients + 1 + reader;
      const client = store.client(id, random.child(`reader/${reader}`));
      for (let key = left.pop(); key !== undefined && now() < deadline;) {
        const answer = await this.#ask(id, client, { op: "get", key });
        if (answer.kind === "returned") key = left.pop();
        else if (now() >= deadline) left.push(key);
      }
      client.close();
    };
    await Promise.all(Array.from({ length: READERS }, (_, i) => read(i)));
    return left.length === 0;
  }

  async #run(id: number, client: StoreClient, random: Random): Promise<void> {
    for (let i = 0; !this.#isStopped; i++) {
      const answer = await this.#ask(id, client, this.#anyInput(id, i, random));
      if (answer.kind !== "returned") await new Promise((go) => setTimeout(go, PAUSE_MS));
    }
    client.close();
  }

  async #ask(id: number, client: StoreClient, input: KvInput): Promise<Answer> {
    const { now, availability, store, onAbsurd } = this.#options;
    const begun = now();
    const recording = this.recorder.call(id, input);
    const answer = await client.ask(input);
    if (answer.kind === "returned") {
      recording.returned(answer.output);
      this.counts.returned++;
      availability.success(store.sectionOf(input.key), begun);
      this.#onProgress(id, begun);
    } else if (answer.kind === "dropped") {
      recording.dropped();
      this.counts.dropped++;
    } else {
      recording.unknown();
      this.counts.unknown++;
      if (answer.kind === "absurd") onAbsurd(input, answer.text);
    }
    return answer;
  }

  #onProgress(id: number, begun: number): void {
    for (const { of, resolve, since } of this.#progress) {
      if (begun >= since) of.delete(id);
      if (of.size === 0) resolve();
    }
  }

  #anyInput(client: number, i: number, random: Random): KvInput {
    const slot = random.below(this.#uses.length);
    const key = keyOf(slot, Math.floor(this.#uses[slot]!++ / OPERATIONS_PER_KEY));
    this.#names.add(key);
    const value = `${client}.${i} `;
    const dice = random.below(20);
    if (dice < 8) return { op: "get", key };
    if (dice < 13) return { op: "append", key, value };
    if (dice < 17) return { op: "put", key, value };
    return dice < 18 ? { op: "delete", key } : { op: "cas", key, expect: null, value };
  }
}

/** The section of every slot's keys. */
export function sectionsOf(store: Pick<Store, "sectionOf">, keys: number): string[] {
  return [...new Set(Array.from({ length: keys }, (_, slot) => store.sectionOf(keyOf(slot, 0))))];
}

/** All keys of a slot belong to one shard: what is in braces decides. */
function keyOf(slot: number, generation: number): string {
  return `key{${slot}}.${generation}`;
}
