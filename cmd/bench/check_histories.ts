/** Histories for measuring the checker: right by construction, of the kinds that are usual and of those that are hard. */

import type { KvInput, KvOperation } from "../../core/check/mod.ts";
import { SeededRandom } from "../../core/base/mod.ts";
import { storeHistory, type StoreShape } from "../../tests/check/random_histories.ts";

/** A kind of history. */
export interface HistoryKind {
  readonly name: string;
  readonly shape: StoreShape;
}

const MIXED: readonly KvInput["op"][] = ["get", "get", "append", "append", "put"];

const USUAL: StoreShape = {
  clients: 10,
  operations: 10_000,
  keys: 1,
  ops: MIXED,
  values: "unique",
  unknownOfThousand: 0,
};

/** What is measured, each kind on its own. */
export const HISTORY_KINDS: readonly HistoryKind[] = [
  { name: "10 clients, one key", shape: USUAL },
  { name: "50 clients, one key", shape: { ...USUAL, clients: 50 } },
  { name: "50 clients, 10 keys", shape: { ...USUAL, clients: 50, keys: 10 } },
  {
    name: "as lab 3: 15 clients, 15 keys",
    shape: { ...USUAL, clients: 15, keys: 15, ops: [...MIXED, "get", "append", "append", "get"] },
  },
  {
    name: "appends and gets, 50 clients",
    shape: { ...USUAL, clients: 50, ops: ["get", "append"] },
  },
  { name: "50 clients, some of them slow", shape: { ...USUAL, clients: 50, slowest: 100 } },
  { name: "2 % unknown, 50 clients", shape: { ...USUAL, clients: 50, unknownOfThousand: 20 } },
  { name: "10 % unknown, 50 clients", shape: { ...USUAL, clients: 50, unknownOfThousand: 100 } },
  {
    name: "register of 5 values, 10 clients",
    shape: { ...USUAL, ops: ["get", "put"], values: 5 },
  },
  {
    name: "register of 5 values, 50 clients",
    shape: { ...USUAL, clients: 50, ops: ["get", "put"], values: 5 },
  },
  {
    name: "compare-and-set of 5 values, 5 clients",
    shape: { ...USUAL, clients: 5, ops: ["get", "put", "cas"], values: 5 },
  },
];

/** A history of this kind. */
export function historyOf({ name, shape }: HistoryKind, seed: bigint): KvOperation[] {
  return storeHistory(new SeededRandom(seed).child(name), shape).map(({ operation }) => operation);
}

/** The same with one get near the end that shows what an earlier one showed. */
export function withStaleRead(history: readonly KvOperation[]): KvOperation[] {
  const byCall = [...history].sort((a, b) => a.call - b.call);
  const gets = byCall.filter(({ input, output }) => input.op === "get" && output !== undefined);
  const late = gets[Math.floor(gets.length * 0.9)]!;
  const early = gets.find(({ input, output, return: end }) =>
    input.key === late.input.key && output!.value !== late.output!.value && end < late.call
  );
  const output = early?.output ?? { value: "nobody wrote this" };
  return history.map((operation) => operation === late ? { ...late, output } : operation);
}
