/** What can be asked of the key/value store. Keys and values are byte strings, of any bytes. */

/**
 * One operation. A command or a question is a list of them, carried out together: in order, and with nothing in
 * between. When the answers have become long, the list ends before the next operation that would be answered with
 * something stored: that one and all behind it are answered with the error `notCarriedOut`.
 */
export type KvOperation =
  /** Answered with `value`. */
  | { readonly kind: "get"; readonly key: Uint8Array }
  /** Answered with `length`. */
  | { readonly kind: "length"; readonly key: Uint8Array }
  /** Answered with `changed`. */
  | {
    readonly kind: "put";
    readonly key: Uint8Array;
    readonly value: Uint8Array;
    /** Change nothing unless the key is absent, or present. */
    readonly onlyIf?: "absent" | "present";
    /** Whether the answer shall hold the value that was there before. */
    readonly wantsOld?: boolean;
  }
  /** An absent key counts as an empty value. Answered with `length`. */
  | { readonly kind: "append"; readonly key: Uint8Array; readonly value: Uint8Array }
  /** Answered with `changed`. */
  | { readonly kind: "delete"; readonly key: Uint8Array; readonly wantsOld?: boolean }
  /** Changes a key only if it has the value expected; `undefined` stands for "absent". Answered with `changed`. */
  | {
    readonly kind: "cas";
    readonly key: Uint8Array;
    readonly expect: Uint8Array | undefined;
    readonly value: Uint8Array | undefined;
    readonly wantsOld?: boolean;
  }
  /**
   * Adds to a value that is a decimal integer of 64 bits; an absent key counts as 0. Answered with `integer`, or with
   * the error `notAnInteger` or `overflow`.
   */
  | { readonly kind: "increment"; readonly key: Uint8Array; readonly by: number | bigint }
  /**
   * Names at least `count` keys, or all that are left, or as many as fit into an answer, from `cursor` on: 0 to begin
   * with, then what the answer says.
   * Keys that are there from the first such question to the last are all named; others may be. Answered with `listing`.
   */
  | { readonly kind: "listing"; readonly cursor: number; readonly count: number }
  /** Answered with `size`. */
  | { readonly kind: "size" };

/** The answer to one operation. */
export type KvResult =
  /** `undefined`: the key is absent. */
  | { readonly kind: "value"; readonly value: Uint8Array | undefined }
  /** `old` is what was there before, if that was wanted and there was something. */
  | { readonly kind: "changed"; readonly changed: boolean; readonly old: Uint8Array | undefined }
  /** In bytes; `undefined`: the key is absent. */
  | { readonly kind: "length"; readonly length: number | undefined }
  /** A number where it can be exact, otherwise a bigint. */
  | { readonly kind: "integer"; readonly value: number | bigint }
  /** `cursor` is where to go on, or 0 if nothing is left. */
  | { readonly kind: "listing"; readonly keys: readonly Uint8Array[]; readonly cursor: number }
  /** How many keys there are, and how many bytes keys and values have. */
  | { readonly kind: "size"; readonly keys: number; readonly bytes: number }
  /** The operation changed nothing. */
  | { readonly kind: "error"; readonly error: KvError };

/** Why an operation was not carried out. */
export type KvError =
  /** The value, or what should be added to it, is no decimal integer of 64 bits. */
  | "notAnInteger"
  | "overflow"
  /** The value would become longer than the store allows. */
  | "valueTooLarge"
  /** A question must not change anything. */
  | "notAQuestion"
  /** The list of operations could not be decoded; this is the only answer to it. */
  | "damaged"
  /** The answers before it are too long already: ask again. */
  | "notCarriedOut";

/** Whether an operation changes nothing, so that it may be asked as a question. */
export function isQuestion({ kind }: KvOperation): boolean {
  return kind === "get" || kind === "length" || kind === "listing" || kind === "size";
}
