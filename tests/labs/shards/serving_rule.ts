/**
 * Which operations a group carries out and which it turns away, by what it has of their shard (lab 4, §7 P1, P5, P6, P12
 * and P13). The decision is made where an entry is carried out, so that is where it is looked at.
 */

import { invariant, InvariantError } from "../../../core/base/errors.ts";
import type { Gid } from "../../../core/shardctrler/mod.ts";
import type { Group } from "../../../core/shardkv/mod.ts";
import type { ShardkvResult } from "../../../core/shardkv/results.ts";
import type { CommandId } from "../services/execution_ledger.ts";
import { awaitedBy, type EntryPlace, holdingOf } from "./entry_place.ts";

/** Operations on one shard. */
export interface Asked {
  readonly kind: "asked";
  readonly shard: number;
  /** Who asks for a command; `undefined` for a question, which leaves no memory. */
  readonly by: CommandId | undefined;
}

/** A command that a group has turned away. */
interface Refusal {
  readonly sequence: number;
  readonly index: number;
  readonly num: number;
}

/** See the head of this file. */
export class ServingRule {
  readonly #servedSince: (gid: Gid, shard: number) => number | undefined;
  /** Of each client in each group the newest. */
  readonly #refusals = new Map<string, Refusal>();

  /** `servedSince` says in which configuration a group began to serve a shard, if it does. */
  constructor(servedSince: (gid: Gid, shard: number) => number | undefined) {
    this.#servedSince = servedSince;
  }

  /**
   * A group that is as `group` says has answered.
   *
   * @throws {InvariantError} If another answer was due.
   */
  onAnswer(place: EntryPlace, group: Group, asked: Asked, answer: ShardkvResult): void {
    if (answer.kind === "done") this.#onDone(place, group, asked);
    else if (answer.kind === "wrongGroup") this.#onRefused(place, group, asked);
  }

  #onDone({ gid, server, index }: EntryPlace, group: Group, { shard, by }: Asked): void {
    const { num, shards } = group.config;
    const state = group.shards.get(shard);
    invariant(
      state?.kind === "serving" && shards[shard] === gid,
      "ServesWhatItHas",
      () =>
        `${server} carries out operations on shard ${shard} at entry ${index}, and ` +
        `${holdingOf(group, shard)}; configuration ${num} gives it to group ${shards[shard]}`,
    );
    if (by === undefined) return;
    const { clientId, sequence } = by;
    const known = state.data.sessions.find(clientId);
    invariant(
      known?.sequence === sequence,
      "AnsweredIsRemembered",
      () =>
        `${server} answers command ${sequence} of client ${clientId} as carried out at entry ` +
        `${index}, and the newest of the client in shard ${shard} is ` +
        `${known?.sequence ?? "none"}${this.#refusalOf(gid, clientId, sequence)}`,
    );
  }

  #onRefused(place: EntryPlace, group: Group, { shard, by }: Asked): void {
    const { gid, server, index } = place;
    const { num, shards } = group.config;
    if (by !== undefined) {
      this.#refusals.set(`${gid}/${by.clientId}`, { sequence: by.sequence, index, num });
    }
    if (group.shards.get(shard)?.kind !== "serving" || shards[shard] !== gid) return;
    const since = this.#servedSince(gid, shard);
    const property = since === num ? "ArrivedShardsAreServed" : "KeptShardsAreServed";
    const awaited = awaitedBy(group);
    throw new InvariantError(
      property,
      `${server} turns away operations on shard ${shard} behind entry ${index}; configuration ` +
        `${num} gives it the shard, and it has had all of it since configuration ${since}` +
        (awaited === undefined ? "" : ` (it still waits for ${awaited})`),
    );
  }

  #refusalOf(gid: Gid, clientId: number, sequence: number): string {
    const refusal = this.#refusals.get(`${gid}/${clientId}`);
    if (refusal?.sequence !== sequence) return "";
    return `; it had turned it away at entry ${refusal.index}, in configuration ${refusal.num}`;
  }
}
