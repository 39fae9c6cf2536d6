/**
 * How shards move (lab 4, §7 P2, P7 and P11): what arrives is what has left, with the memory of the clients' commands;
 * it is installed once; the copy that was left is deleted when it has arrived, and is gone then.
 */

import { invariant } from "../../../core/base/errors.ts";
import type { Gid } from "../../../core/shardctrler/mod.ts";
import type { Group, ShardPiece } from "../../../core/shardkv/mod.ts";
import { type EntryPlace, holdingOf } from "./entry_place.ts";
import { contentsOf, differenceOf, type ShardContents } from "./shard_contents.ts";

/** A shard as it was when its group lost it. */
interface Departure extends EntryPlace {
  readonly contents: ShardContents;
}

/** See the head of this file. Everything here is told of an entry by the first server that carries it out. */
export class MoveRule {
  readonly #groupOf: (gid: Gid) => Group | undefined;
  /** Those that have not arrived, by configuration and shard. */
  readonly #departures = new Map<string, Departure>();

  /** `groupOf` says how a group is on the server that has got furthest. */
  constructor(groupOf: (gid: Gid) => Group | undefined) {
    this.#groupOf = groupOf;
  }

  /** A group has taken a configuration. */
  onStepped(place: EntryPlace, group: Group): void {
    for (const { num, shard, data } of group.leaving) {
      if (num !== group.config.num) continue;
      this.#departures.set(`${num}/${shard}`, { ...place, contents: contentsOf(data) });
    }
  }

  /**
   * A part of a shard is about to come to a group. What is returned is to be called behind the entry.
   *
   * @throws {InvariantError} (What is returned.) If something became of it that must not.
   */
  onTake(place: EntryPlace, group: Group, { num, shard }: ShardPiece): (group: Group) => void {
    const before = group.shards.get(shard);
    if (before?.kind === "arriving") {
      return (group) => this.#checkArrived(place, group, num, shard);
    }
    const contents = before && contentsOf(before.data);
    return (group) => this.#checkUnchanged(place, group, num, shard, contents);
  }

  /**
   * The copy of a shard that was lost in configuration `num` is about to be deleted. What is returned is to be called
   * behind the entry.
   *
   * @throws {InvariantError} If the shard has not arrived; and what is returned, if the copy is still there.
   */
  onRemove(place: EntryPlace, group: Group, num: number, shard: number): (group: Group) => void {
    const { server, index } = place;
    const to = group.copyOf(num, shard)?.to;
    if (to !== undefined) this.#checkMayGo(place, num, shard, to);
    return (group) =>
      invariant(
        group.copyOf(num, shard) === undefined,
        "CopiesAreDeleted",
        () =>
          `${server} is to delete its copy of shard ${shard} at entry ${index}, since group ${to} ` +
          `has it, and still ${holdingOf(group, shard)}`,
      );
  }

  #checkArrived({ server, index }: EntryPlace, group: Group, num: number, shard: number): void {
    const state = group.shards.get(shard);
    const left = this.#departures.get(`${num}/${shard}`);
    if (state?.kind !== "serving" || left === undefined) return;
    this.#departures.delete(`${num}/${shard}`);
    const difference = differenceOf(left.contents, contentsOf(state.data));
    invariant(
      difference === undefined,
      "ArrivesAsItLeft",
      () =>
        `shard ${shard} left group ${left.gid} at its entry ${left.index}, in configuration ` +
        `${num}, and arrives on ${server} at entry ${index} as another: ${difference}`,
    );
  }

  #checkUnchanged(
    { server, index }: EntryPlace,
    group: Group,
    num: number,
    shard: number,
    before: ShardContents | undefined,
  ): void {
    const after = group.shards.get(shard);
    const difference = before === undefined || after === undefined
      ? before === after ? undefined : "it was not there, and is"
      : differenceOf(before, contentsOf(after.data));
    invariant(
      difference === undefined,
      "InstalledOnce",
      () =>
        `shard ${shard} of configuration ${num} comes to ${server} at entry ${index}, when it has ` +
        `been installed already, and changes it: ${difference}`,
    );
  }

  #checkMayGo({ server, index }: EntryPlace, num: number, shard: number, to: Gid): void {
    const receiver = this.#groupOf(to);
    const reached = receiver?.config.num ?? 0;
    const isThere = reached > num ||
      reached === num && receiver?.shards.get(shard)?.kind !== "arriving";
    invariant(
      isThere,
      "ShardDurability",
      () =>
        `${server} deletes its copy of shard ${shard}, lost in configuration ${num}, at entry ` +
        `${index}; group ${to}, which shall have it, is at configuration ${reached} and ` +
        `${receiver === undefined ? "has nothing of it" : holdingOf(receiver, shard)}`,
    );
  }
}
