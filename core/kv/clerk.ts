/** The key/value store as its clients see it. */

import { type Clerk, type ClerkOutcome } from "../rsm/mod.ts";
import { isQuestion, type KvOperation, type KvResult } from "./operations.ts";
import { encodeOperations } from "./operations_codec.ts";
import { decodeResults } from "./results_codec.ts";

/** What became of a call. */
export type KvOutcome<T> =
  | { readonly kind: "done"; readonly value: T }
  /** Certainly not carried out, now or later. */
  | { readonly kind: "failed"; readonly reason: string }
  /** Nobody knows whether it was carried out, or will yet be. */
  | { readonly kind: "uncertain"; readonly reason: string };

/** Called once, with what became of a call. */
export type OnKvOutcome<T> = (outcome: KvOutcome<T>) => void;

/**
 * A client of the store: each call is carried out once, and one after the other. Every outcome comes later than the call,
 * unless the clerk is stopped.
 */
export class KvClerk {
  readonly #clerk: Pick<Clerk, "command" | "query" | "stop">;

  /** Asks by way of `clerk`, which decides where the operations go. */
  constructor(clerk: Pick<Clerk, "command" | "query" | "stop">) {
    this.#clerk = clerk;
  }

  /** The value of a key, or `undefined` if it is absent. */
  get(key: Uint8Array, onOutcome: OnKvOutcome<Uint8Array | undefined>): void {
    this.#one({ kind: "get", key }, "value", ({ value }) => value, onOutcome);
  }

  /** Sets the value of a key. */
  put(key: Uint8Array, value: Uint8Array, onOutcome: OnKvOutcome<undefined>): void {
    this.#one({ kind: "put", key, value }, "changed", () => undefined, onOutcome);
  }

  /** Appends to the value of a key; an absent one counts as empty. Returns how long the value is now. */
  append(key: Uint8Array, value: Uint8Array, onOutcome: OnKvOutcome<number>): void {
    this.#one({ kind: "append", key, value }, "length", ({ length }) => length ?? 0, onOutcome);
  }

  /** Removes a key. Returns whether it was there. */
  delete(key: Uint8Array, onOutcome: OnKvOutcome<boolean>): void {
    this.#one({ kind: "delete", key }, "changed", ({ changed }) => changed, onOutcome);
  }

  /** Sets the value of a key if it is the one expected; `undefined` stands for "absent". Returns whether it was. */
  cas(
    key: Uint8Array,
    expect: Uint8Array | undefined,
    value: Uint8Array | undefined,
    onOutcome: OnKvOutcome<boolean>,
  ): void {
    this.#one({ kind: "cas", key, expect, value }, "changed", ({ changed }) => changed, onOutcome);
  }

  /** Carries out a list of operations together. Each has a result; one that is an error has changed nothing. */
  run(operations: readonly KvOperation[], onOutcome: OnKvOutcome<KvResult[]>): void {
    const bytes = encodeOperations(operations);
    const onClerkOutcome = (outcome: ClerkOutcome) => {
      if (outcome.kind !== "done") return onOutcome(outcome);
      onOutcome({ kind: "done", value: decodeResults(outcome.result) });
    };
    if (operations.every(isQuestion)) this.#clerk.query(bytes, onClerkOutcome);
    else this.#clerk.command(bytes, onClerkOutcome);
  }

  /** Ends everything: all that has no outcome yet gets one. */
  stop(): void {
    this.#clerk.stop();
  }

  /** Carries out one operation, whose result is of the kind `expected` unless it is an error. */
  #one<Kind extends KvResult["kind"], T>(
    operation: KvOperation,
    expected: Kind,
    pick: (result: Extract<KvResult, { kind: Kind }>) => T,
    onOutcome: OnKvOutcome<T>,
  ): void {
    this.run([operation], (outcome) => {
      if (outcome.kind !== "done") return onOutcome(outcome);
      const [result] = outcome.value;
      if (hasKind(result, expected)) onOutcome({ kind: "done", value: pick(result) });
      else {
        const reason = result?.kind === "error" ? result.error : "the answer is to something else";
        onOutcome({ kind: "failed", reason });
      }
    });
  }
}

function hasKind<Kind extends KvResult["kind"]>(
  result: KvResult | undefined,
  kind: Kind,
): result is Extract<KvResult, { kind: Kind }> {
  return result?.kind === kind;
}
