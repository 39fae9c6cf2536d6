/**
 * What a group of servers knows of its shards: which it serves, which it waits for, which it has to hand on. All of it
 * changes by entries of the group's log and by nothing else, so that every replica agrees. How shards travel is decided
 * elsewhere; here stands what may happen to them.
 *
 * A group takes configurations one at a time. At the very entry that takes configuration n, a shard that it loses
 * stops being served and becomes a frozen copy under (n, shard); a shard that it gains waits for its data. The group
 * takes n + 1 once nothing is awaited any more. Frozen copies do not hold it up: each stays until its receiver has
 * it, whatever configuration the group has reached by then. So two groups that exchange shards never wait for each
 * other, and a dead receiver blocks nobody.
 *
 * A shard that a configuration gives to no group stays parked with its last owner. This deviates from the labs,
 * where such a shard is empty when it is given out again: an administrator's mistake should not lose data.
 */

import { invariant } from "../base/errors.ts";
import { type Config, firstConfig, type Gid, NO_GROUP } from "../shardctrler/config.ts";
import type { SessionLimits } from "../rsm/sessions.ts";
import { ShardData, type ShardItem } from "./shard_data.ts";

/** A shard of a group. */
export type Shard =
  | { readonly kind: "serving"; readonly data: ShardData }
  /** Gained in the present configuration; `data` are the first `received` items. */
  | {
    readonly kind: "arriving";
    readonly from: Gid;
    readonly data: ShardData;
    readonly received: number;
  }
  /** No group owns it, and this one was the last that did. */
  | { readonly kind: "parked"; readonly data: ShardData };

/** A shard that was lost: frozen until its receiver has it. */
export interface LeavingShard {
  /** The configuration in which it was lost. */
  readonly num: number;
  readonly shard: number;
  readonly to: Gid;
  /** The receiver's servers in that configuration. */
  readonly servers: readonly string[];
  readonly data: ShardData;
}

/** A part of a shard on its way. The items of a shard have an order, which is the same wherever it is. */
export interface ShardPiece {
  readonly num: number;
  readonly shard: number;
  readonly to: Gid;
  /** How many items of the shard come before these. */
  readonly offset: number;
  readonly items: readonly ShardItem[];
  /** How many items the whole shard has. */
  readonly total: number;
}

/** What a group says to a piece. */
export type PieceAnswer =
  /** It has the whole shard, and perhaps had it long ago: the sender's copy is not needed any more. */
  | { readonly kind: "installed" }
  /** It has so many items, and wants the next. */
  | { readonly kind: "partial"; readonly received: number }
  /** It has not reached the piece's configuration. */
  | { readonly kind: "notReady" }
  /** It is another group than the piece is for. */
  | { readonly kind: "misdirected" };

/** One replica's knowledge of its group. */
export class Group {
  readonly gid: Gid;
  #config: Config;
  /** Who has the data of each shard, or will have once they have arrived: the last owner that was a group. */
  #holders: readonly Gid[];
  readonly #shards: Map<number, Shard>;
  readonly #leaving: Map<string, LeavingShard>;

  readonly #limits: SessionLimits;

  constructor(state: GroupState, limits: SessionLimits = {}) {
    this.#limits = limits;
    this.gid = state.gid;
    this.#config = state.config;
    this.#holders = state.holders;
    this.#shards = new Map(state.shards);
    this.#leaving = new Map(state.leaving.map((copy) => [copyKey(copy.num, copy.shard), copy]));
  }

  /** The configuration that the group has taken last. */
  get config(): Config {
    return this.#config;
  }

  get holders(): readonly Gid[] {
    return this.#holders;
  }

  /** The shards of the group; those of others are not in it. */
  get shards(): ReadonlyMap<number, Shard> {
    return this.#shards;
  }

  /** The frozen copies, oldest first. */
  get leaving(): Iterable<LeavingShard> {
    return this.#leaving.values();
  }

  /** Whether every shard of the present configuration has arrived, so that the next may be taken. */
  get isSettled(): boolean {
    for (const { kind } of this.#shards.values()) if (kind === "arriving") return false;
    return true;
  }

  /** The data of a shard that this group serves now. */
  serving(shard: number): ShardData | undefined {
    const state = this.#shards.get(shard);
    return state?.kind === "serving" ? state.data : undefined;
  }

  /** Finds a frozen copy. */
  copyOf(num: number, shard: number): LeavingShard | undefined {
    return this.#leaving.get(copyKey(num, shard));
  }

  /** Takes the next configuration; any other, and one that comes too early, is ignored. Says whether it was taken. */
  step(next: Config): boolean {
    const { num, shards } = this.#config;
    // How many shards there are the first configuration says, and nobody changes.
    const isNext = next.num === num + 1 && (num === 0 || next.shards.length === shards.length);
    if (!isNext || !this.isSettled) return false;
    const holders = num === 0 ? next.shards.map(() => NO_GROUP) : this.#holders;
    this.#config = next;
    this.#holders = next.shards.map((to, shard) => to === NO_GROUP ? holders[shard]! : to);
    next.shards.forEach((to, shard) => this.#hand(shard, holders[shard]!, to));
    return true;
  }

  /** Takes a part of a shard that is awaited; one that comes again changes nothing. */
  take(piece: ShardPiece): PieceAnswer {
    const answer = this.expects(piece);
    const state = this.#shards.get(piece.shard);
    if (answer.kind !== "partial" || state?.kind !== "arriving") return answer;
    if (piece.offset !== state.received) return answer;
    const { shard, items, total } = piece;
    const areNew = items.map((item) => state.data.add(item)).every((isNew) => isNew);
    const received = piece.offset + items.length;
    if (!areNew) {
      // Two senders did not agree on the order of the shard. Then it must come from one of them alone.
      this.#shards.set(shard, this.#arriving(state.from));
      return { kind: "partial", received: 0 };
    }
    if (received < total) {
      this.#shards.set(shard, { ...state, received });
      return { kind: "partial", received };
    }
    this.#shards.set(shard, { kind: "serving", data: state.data });
    return { kind: "installed" };
  }

  /** What there is to say to a piece as things stand, before it is taken. */
  expects({ num, shard, to }: Pick<ShardPiece, "num" | "shard" | "to">): PieceAnswer {
    if (to !== this.gid) return { kind: "misdirected" };
    if (num > this.#config.num) return { kind: "notReady" };
    const state = this.#shards.get(shard);
    // To go beyond a configuration the group must have had all of its shards.
    if (num < this.#config.num || state?.kind !== "arriving") return { kind: "installed" };
    return { kind: "partial", received: state.received };
  }

  /** Deletes a frozen copy; harmless if it is gone. */
  remove(num: number, shard: number): void {
    this.#leaving.delete(copyKey(num, shard));
  }

  /** A shard goes from the one who holds it to another; both may be nobody. */
  #hand(shard: number, from: Gid, to: Gid): void {
    if (from === this.gid) {
      const state = this.#shards.get(shard);
      invariant(
        state !== undefined && state.kind !== "arriving",
        "HolderHasShard",
        () => `group ${from} gives shard ${shard} to ${to} and has it not: ${state?.kind}`,
      );
      this.#give(shard, to, state.data);
    } else if (to === this.gid) {
      this.#shards.set(shard, from === NO_GROUP ? this.#empty() : this.#arriving(from));
    }
  }

  #empty(): Shard {
    return { kind: "serving", data: new ShardData(this.#limits) };
  }

  #arriving(from: Gid): Shard {
    return { kind: "arriving", from, data: new ShardData(this.#limits), received: 0 };
  }

  #give(shard: number, to: Gid, data: ShardData): void {
    if (to === this.gid) this.#shards.set(shard, { kind: "serving", data });
    else if (to === NO_GROUP) this.#shards.set(shard, { kind: "parked", data });
    else {
      const { num, groups } = this.#config;
      this.#shards.delete(shard);
      const copy = { num, shard, to, servers: groups.get(to) ?? [], data };
      this.#leaving.set(copyKey(num, shard), copy);
    }
  }
}

/** All of a group's knowledge: what a snapshot holds. */
export interface GroupState {
  readonly gid: Gid;
  readonly config: Config;
  readonly holders: readonly Gid[];
  readonly shards: readonly (readonly [number, Shard])[];
  readonly leaving: readonly LeavingShard[];
}

/** Makes a group that knows this. */
export type MakeGroup = (state: GroupState, limits: SessionLimits) => Group;

/** What a group knows before the first configuration. */
export function firstGroupState(gid: Gid, shardCount: number): GroupState {
  const config = firstConfig(shardCount);
  return { gid, config, holders: config.shards, shards: [], leaving: [] };
}

function copyKey(num: number, shard: number): string {
  return `${num}/${shard}`;
}
