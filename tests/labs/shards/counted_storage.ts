/** A storage in front of another that knows which snapshot is stored. */

import type { DurableBatch, Recovered } from "../../../core/base/durable.ts";
import type { Storage } from "../../../core/base/ports.ts";

/** See the head of this file. */
export class CountedStorage implements Storage {
  readonly #storage: Storage;
  #snapshot: Uint8Array | undefined;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** The state machine's bytes in the snapshot that is stored, if there is one. */
  get snapshot(): Uint8Array | undefined {
    return this.#snapshot;
  }

  load(): Recovered {
    const recovered = this.#storage.load();
    this.#snapshot = recovered.snapshot?.data;
    return recovered;
  }

  persist(batch: DurableBatch, onDurable: () => void): void {
    this.#storage.persist(batch, () => {
      if (batch.snapshot !== undefined) this.#snapshot = batch.snapshot.data;
      onDurable();
    });
  }
}
