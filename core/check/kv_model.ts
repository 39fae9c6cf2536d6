/** The model of a key/value store: each key is a string, or absent. */

import type { Model, Operation } from "./history.ts";
import { compileKv } from "./kv_machine.ts";
import { kvRemark } from "./kv_remark.ts";
import { quoted } from "./words.ts";

/** What a client asked of a key/value store. Values are text; bytes are best given one character each. */
export type KvInput =
  | { readonly op: "get"; readonly key: string }
  | { readonly op: "put"; readonly key: string; readonly value: string }
  /** An absent key becomes `value`. */
  | { readonly op: "append"; readonly key: string; readonly value: string }
  | { readonly op: "delete"; readonly key: string }
  | {
    readonly op: "cas";
    readonly key: string;
    /** `null`: the key must be absent. */
    readonly expect: string | null;
    readonly value: string;
  };

/** What came of it. Where a history says `""`, an absent key does as well: not every system tells them apart. */
export interface KvOutput {
  /** Of a get, and of no other: `null` means that the key was absent. */
  readonly value?: string | null;
  /** Of a cas: whether it took effect. Of a delete, where it is known: whether there was something to delete. */
  readonly ok?: boolean;
}

/** An operation on a key/value store. */
export type KvOperation = Operation<KvInput, KvOutput>;

/** `null`: the key is absent. */
export type KvState = string | null;

function fits(state: KvState, seen: string | null): boolean {
  return state === seen || (state === null && seen === "");
}

function after(state: KvState, input: KvInput, output: KvOutput | undefined): KvState | undefined {
  switch (input.op) {
    case "get":
      return output === undefined || fits(state, output.value ?? null) ? state : undefined;
    case "put":
      return input.value;
    case "append":
      return (state ?? "") + input.value;
    case "delete":
      return output?.ok !== undefined && output.ok !== (state !== null) ? undefined : null;
    case "cas":
      if (output === undefined) return fits(state, input.expect) ? input.value : state;
      if (output.ok) return fits(state, input.expect) ? input.value : undefined;
      return state === input.expect ? undefined : state;
  }
}

function resultText(input: KvInput, output: KvOutput | undefined): string {
  if (output === undefined) return "?";
  if (input.op === "get") return quoted(output.value ?? null);
  if (output.ok === false) return input.op === "cas" ? "refused" : "nothing there";
  return "ok";
}

function inputText(input: KvInput): string {
  const key = quoted(input.key);
  switch (input.op) {
    case "get":
    case "delete":
      return `${input.op}(${key})`;
    case "put":
    case "append":
      return `${input.op}(${key}, ${quoted(input.value)})`;
    case "cas":
      return `cas(${key}, ${quoted(input.expect)} => ${quoted(input.value)})`;
  }
}

/** Longer texts are not looked through for a guess. */
const SCANNED_MAX = 2000;

/** Where an operation leads, seen from a get. */
function leads(
  state: KvState,
  input: KvInput,
  read: KvInput,
  { value: shown }: KvOutput,
): "on" | "anew" | "later" | "nowhere" {
  if (read.op !== "get") return "nowhere";
  const text = shown ?? "";
  switch (input.op) {
    case "append": {
      const from = state?.length ?? 0;
      const end = from + input.value.length;
      if (end <= text.length && text.startsWith(input.value, from)) return "on";
      return text.length <= SCANNED_MAX && text.includes(input.value) ? "later" : "nowhere";
    }
    case "delete":
      return text === "" ? "anew" : "nowhere";
    case "get":
      return "nowhere";
    case "put":
    case "cas":
      return text.startsWith(input.value) ? "anew" : "nowhere";
  }
}

/** A key/value store with get, put, append, delete and compare-and-set; all keys are absent at first. */
export const kvModel: Model<KvState, KvInput, KvOutput> = {
  partition: ({ key }) => key,
  initial: null,
  step: after,
  stateKey: (state) => state === null ? "-" : `=${state}`,
  describe: (input, output) => `${inputText(input)} -> ${resultText(input, output)}`,
  describeState: quoted,
  remark: kvRemark,
  isRead: (input, output) => input.op === "get" || (input.op === "cas" && output?.ok === false),
  leads,
  compile: compileKv,
};
