/** Random histories: small ones without sense, for the oracle, and large ones that are right by construction. */

import type { Random } from "../../core/base/ports.ts";
import {
  type KvInput,
  kvModel,
  type KvOperation,
  type KvOutput,
  type KvState,
} from "../../core/check/mod.ts";

/** How a history without sense is made. */
export interface SmallShape {
  readonly operationsMax: number;
  readonly clients: number;
  readonly values: readonly string[];
  readonly ops: readonly KvInput["op"][];
  /** How many of ten outcomes are unknown. */
  readonly unknownOfTen: number;
}

function pick<T>(random: Random, from: readonly T[]): T {
  return from[random.below(from.length)]!;
}

function randomInput(random: Random, ops: readonly KvInput["op"][], value: () => string): KvInput {
  const op = pick(random, ops);
  const key = "k";
  if (op === "get" || op === "delete") return { op, key };
  if (op !== "cas") return { op, key, value: value() };
  return { op, key, expect: random.chance(1, 5) ? null : value(), value: value() };
}

/** Operations of some clients at random times, with outputs that are often possible and often not. */
export function smallHistory(random: Random, shape: SmallShape): KvOperation[] {
  const count = random.between(1, shape.operationsMax);
  const clients = Array.from({ length: shape.clients }, (_, i) => i);
  const times = shuffled(random, Array.from({ length: 2 * count }, (_, i) => i)).slice(
    0,
    2 * count,
  );
  const value = () => pick(random, shape.values);
  const operations: KvOperation[] = [];
  for (let i = 0; i < count; i++) {
    const [call, end] = [times[2 * i]!, times[2 * i + 1]!].sort((a, b) => a - b) as [
      number,
      number,
    ];
    const input = randomInput(random, shape.ops, value);
    const isUnknown = random.below(10) < shape.unknownOfTen;
    const isFree = (client: number) =>
      operations.every((other) =>
        other.client !== client || other.return < call || other.call > end
      );
    const client = clients.find(isFree) ?? shape.clients + i;
    const output = isUnknown ? undefined : randomOutput(random, input, value);
    operations.push({ client, input, output, call, return: isUnknown ? Infinity : end });
  }
  return operations;
}

function randomOutput(random: Random, input: KvInput, value: () => string): KvOutput {
  if (input.op === "cas") return { ok: random.chance(1, 2) };
  if (input.op === "delete") return random.chance(1, 2) ? {} : { ok: random.chance(1, 2) };
  if (input.op !== "get") return {};
  if (random.chance(1, 6)) return { value: null };
  let seen = value();
  while (random.chance(1, 3)) seen += value();
  return { value: seen };
}

function shuffled<T>(random: Random, items: T[]): T[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [items[i], items[j]] = [items[j]!, items[i]!];
  }
  return items;
}

/** Exchanges the outputs of two operations of one kind, or changes one's mind about an outcome, or does nothing. */
export function nearlyRight(random: Random, operations: readonly KvOperation[]): KvOperation[] {
  const result = [...operations];
  const telling = result.keys().filter((i) => {
    const { input, output } = result[i]!;
    return output !== undefined && (input.op === "get" || output.ok !== undefined);
  }).toArray();
  if (telling.length === 0) return result;
  const [i, j] = [pick(random, telling), pick(random, telling)];
  const [mine, other] = [result[i]!, result[j]!];
  if (mine.output!.ok !== undefined) {
    result[i] = { ...mine, output: { ok: !mine.output!.ok } };
  } else if (other.input.op === "get") {
    result[i] = { ...mine, output: other.output };
    result[j] = { ...other, output: mine.output };
  }
  return result;
}

/** How a history that is right by construction is made. */
export interface StoreShape {
  readonly clients: number;
  readonly operations: number;
  readonly keys: number;
  /** The operations to draw from: one that is named twice comes twice as often. */
  readonly ops: readonly KvInput["op"][];
  /** Values: all different, or so many different ones. */
  readonly values: "unique" | number;
  /** How many of a thousand outcomes are unknown. */
  readonly unknownOfThousand: number;
  /** How many times longer the slowest operations last. */
  readonly slowest?: number;
  /** Deletes say whether there was something, and gets tell absent keys from empty ones. */
  readonly isStrict?: boolean;
}

/** An operation of which it is known when it took effect: never, if it is `undefined`. */
export interface TimedOperation {
  readonly operation: KvOperation;
  readonly effectAt: number | undefined;
}

/**
 * Simulates clients of a linearizable store: every operation takes effect at one moment between its call and its
 * return; one of unknown outcome does so at any moment after its call, or never.
 */
export function storeHistory(random: Random, shape: StoreShape): TimedOperation[] {
  const planned = plan(random, shape);
  const states = new Map<string, KvState>();
  const outputs = new Map<number, KvOutput>();
  const inOrder = planned.map((_, i) => i).filter((i) => planned[i]!.effectAt !== undefined)
    .sort((a, b) => planned[a]!.effectAt! - planned[b]!.effectAt!);
  for (const i of inOrder) {
    const { input } = planned[i]!;
    const state = states.get(input.key) ?? null;
    const output = outputIn(state, input, shape.isStrict ?? false);
    outputs.set(i, output);
    states.set(input.key, kvModel.step(state, input, output) ?? null);
  }
  return planned.map(({ client, input, call, end, isUnknown, effectAt }, i) => ({
    effectAt,
    operation: isUnknown
      ? { client, input, output: undefined, call, return: Infinity }
      : { client, input, output: outputs.get(i)!, call, return: end },
  }));
}

/** What a client is told that asks this in this state. */
export function outputIn(state: KvState, input: KvInput, isStrict: boolean): KvOutput {
  if (input.op === "get") return { value: isStrict ? state : state ?? "" };
  if (input.op === "cas") {
    return { ok: state === input.expect || (!isStrict && input.expect === "" && state === null) };
  }
  return input.op === "delete" && isStrict ? { ok: state !== null } : {};
}

interface Planned {
  readonly client: number;
  readonly input: KvInput;
  readonly call: number;
  readonly end: number;
  readonly isUnknown: boolean;
  readonly effectAt: number | undefined;
}

function plan(random: Random, shape: StoreShape): Planned[] {
  const times = new Set<number>();
  const moment = (from: number, to: number): number => {
    for (;;) {
      const at = from + (to - from) * random.between(1, 2 ** 31) / (2 ** 31 + 2);
      if (times.has(at)) continue;
      times.add(at);
      return at;
    }
  };
  const freeAt = Array.from({ length: shape.clients }, () => 0);
  const last = shape.operations / shape.clients * 2;
  const planned: Planned[] = [];
  for (let i = 0; i < shape.operations; i++) {
    const client = random.below(shape.clients);
    const call = moment(freeAt[client]!, freeAt[client]! + 1);
    const span = random.chance(1, 50) ? shape.slowest ?? 3 : 2;
    const effectAt = moment(call, call + span);
    const end = moment(effectAt, call + span + 1);
    freeAt[client] = end;
    const key = `k${random.below(shape.keys)}`;
    const value = () =>
      shape.values === "unique" ? `x ${client} ${i} y` : `v${random.below(shape.values)}`;
    const input = { ...randomInput(random, shape.ops, value), key };
    const isUnknown = random.below(1000) < shape.unknownOfThousand;
    const late = isUnknown && random.chance(1, 2) ? moment(call, call + last) : effectAt;
    const isLost = isUnknown && random.chance(1, 2);
    planned.push({ client, input, call, end, isUnknown, effectAt: isLost ? undefined : late });
  }
  return planned;
}
