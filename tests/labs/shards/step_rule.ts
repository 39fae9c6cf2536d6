/**
 * How groups go from configuration to configuration (lab 4, §7 P3 and P10): one at a time and in order, as the controller
 * has made them; and a snapshot is of the configuration that the group was at.
 */

import { equalBytes } from "../../../core/base/bytes.ts";
import type { LogIndex } from "../../../core/base/durable.ts";
import { invariant } from "../../../core/base/errors.ts";
import { type Config, encodeConfig, type Gid } from "../../../core/shardctrler/mod.ts";
import type { Group } from "../../../core/shardkv/mod.ts";
import type { EntryPlace } from "./entry_place.ts";

/** The controller's configurations, as far as they have been made. */
export interface KnownConfigs {
  readonly newestNum: number;
  at(num: number): Config | undefined;
}

/** An entry that took a group to a configuration. */
interface Step {
  readonly index: LogIndex;
  readonly num: number;
}

/** See the head of this file. */
export class StepRule {
  readonly #configs: KnownConfigs;
  /** By group, in the order of its log. */
  readonly #steps = new Map<Gid, Step[]>();

  constructor(configs: KnownConfigs) {
    this.#configs = configs;
  }

  /**
   * A configuration is about to be offered to a group by the first server that carries out the entry. What is returned
   * is to be called behind it.
   *
   * @throws {InvariantError} (What is returned.) If the configuration was not to be taken.
   */
  onStep({ gid, server, index }: EntryPlace, group: Group): (group: Group) => void {
    const { num: before } = group.config;
    return ({ config }) => {
      const { num } = config;
      if (num === before) return;
      this.#stepsOf(gid).push({ index, num });
      invariant(
        num === before + 1,
        "OneStepAtATime",
        () => `${server} takes configuration ${num} at entry ${index}, and was at ${before}`,
      );
      this.#checkTrue(server, index, config);
    };
  }

  /**
   * A server's state has come from a snapshot that ends with entry `index`.
   *
   * @throws {InvariantError} If the group was at another configuration there.
   */
  onRestored({ gid, server, index }: EntryPlace, group: Group): void {
    const { num } = group.config;
    const step = this.#stepsOf(gid).findLast((step) => step.index <= index);
    invariant(
      num === (step?.num ?? 0),
      "SnapshotIsOneMoment",
      () =>
        `${server} restores a snapshot of entry ${index} that is at configuration ${num}; the ` +
        `group was at ${step?.num ?? 0} there, since entry ${step?.index ?? 0}`,
    );
  }

  #checkTrue(server: string, index: LogIndex, config: Config): void {
    const { num, shards } = config;
    const made = this.#configs.at(num);
    invariant(
      made !== undefined && equalBytes(encodeConfig(made), encodeConfig(config)),
      "OneStepAtATime",
      () =>
        `${server} takes ${inWords(config)} as configuration ${num} at entry ${index}; the ` +
        `controller's is ${made === undefined ? "not made" : inWords(made)}` +
        this.#otherWith(shards),
    );
  }

  /** Which other configuration these are the shards of. */
  #otherWith(shards: readonly Gid[]): string {
    for (let num = this.#configs.newestNum; num > 0; num--) {
      if (`${this.#configs.at(num)?.shards}` === `${shards}`) {
        return `, and those shards are its ${num}`;
      }
    }
    return "";
  }

  #stepsOf(gid: Gid): Step[] {
    let steps = this.#steps.get(gid);
    if (steps === undefined) {
      steps = [];
      this.#steps.set(gid, steps);
    }
    return steps;
  }
}

function inWords({ shards, groups }: Config): string {
  const servers = [...groups].map(([gid, names]) => `${gid}: ${names.join(" ")}`);
  return `[${shards}] of ${servers.join(", ") || "no groups"}`;
}
