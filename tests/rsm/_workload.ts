/**
 * What clients do to a store, and what must be true of it: each append that was answered is there once, at the place
 * that the answer says; one that failed is not there; and no read misses what was known when it began.
 */

import assert from "node:assert/strict";
import { latin1Of } from "../../core/base/bytes.ts";
import type { Random } from "../../core/base/ports.ts";
import { KvClerk, type KvOutcome } from "../../core/kv/mod.ts";
import { utf8 } from "./_journal.ts";

/** What became of one append. */
interface Append {
  readonly key: string;
  readonly token: string;
  outcome: KvOutcome<number> | undefined;
}

/** The account of all clients of one run. */
export class Workload {
  readonly keys: readonly string[] = ["a", "b", "c"];
  readonly counts = { done: 0, failed: 0, uncertain: 0, reads: 0 };
  /** How long each value is at least, as far as any client knows. */
  readonly #known = new Map<string, number>(this.keys.map((key) => [key, 0]));
  readonly #appends: Append[] = [];
  readonly #reads: { readonly key: string; readonly value: string }[] = [];
  #running = 0;

  /** How many clients have not come to an end. */
  get running(): number {
    return this.#running;
  }

  /** Lets a client work until it may stop: one operation after the other. */
  run(clerk: KvClerk, random: Random, name: string, mayGoOn: () => boolean): void {
    this.#running++;
    const next = (number: number): void => {
      if (!mayGoOn()) {
        this.#running--;
        return;
      }
      const key = this.keys[random.below(this.keys.length)]!;
      if (random.chance(1, 3)) this.#read(clerk, key, () => next(number));
      else this.#append(clerk, key, `(${name} ${number})`, () => next(number + 1));
    };
    next(1);
  }

  /**
   * Compares what the clients were told with the values that are there in the end. Where a network delivers a request
   * twice, a refusal of one copy says nothing of the other.
   */
  check(values: ReadonlyMap<string, string>, duplicates: boolean): void {
    for (const { key, token, outcome } of this.#appends) {
      const places = occurrences(values.get(key)!, token);
      switch (outcome?.kind) {
        case "done":
          assert.equal(places.length, 1, `${token} was appended once`);
          assert.equal(
            outcome.value,
            places[0]! + token.length,
            `${token} is where it was said to be`,
          );
          break;
        case "failed":
          assert(places.length <= (duplicates ? 1 : 0), `${token} was not appended`);
          break;
        default:
          assert(places.length <= 1, `${token} was appended at most once`);
      }
    }
    for (const { key, value } of this.#reads) {
      assert(values.get(key)!.startsWith(value), `a read of ${key} saw a state that was there`);
    }
  }

  #append(clerk: KvClerk, key: string, token: string, then: () => void): void {
    const append: Append = { key, token, outcome: undefined };
    this.#appends.push(append);
    clerk.append(utf8(key), utf8(token), (outcome) => {
      append.outcome = outcome;
      this.counts[outcome.kind]++;
      if (outcome.kind === "done") this.#learn(key, outcome.value);
      then();
    });
  }

  #read(clerk: KvClerk, key: string, then: () => void): void {
    const known = this.#known.get(key)!;
    clerk.get(utf8(key), (outcome) => {
      if (outcome.kind === "done") {
        const value = outcome.value === undefined ? "" : latin1Of(outcome.value);
        assert(value.length >= known, `a read of ${key} misses what was known when it began`);
        this.counts.reads++;
        this.#reads.push({ key, value });
        this.#learn(key, value.length);
      }
      then();
    });
  }

  #learn(key: string, length: number): void {
    this.#known.set(key, Math.max(length, this.#known.get(key)!));
  }
}

function occurrences(value: string, token: string): number[] {
  const places: number[] = [];
  for (let at = value.indexOf(token); at >= 0; at = value.indexOf(token, at + 1)) places.push(at);
  return places;
}
