/**
 * Looks at every entry that a server of a group carries out, and at every question that it answers, on the way between
 * the server and its state. What must hold there is the business of the rules.
 */

import { type LogIndex, logIndex } from "../../../core/base/durable.ts";
import { DamagedDataError, invariant } from "../../../core/base/errors.ts";
import { decodeClerkRequest } from "../../../core/rsm/mod.ts";
import type { Gid } from "../../../core/shardctrler/mod.ts";
import { decodeCommand, type ShardkvCommand } from "../../../core/shardkv/commands.ts";
import type { Group, ShardkvStateMachine } from "../../../core/shardkv/mod.ts";
import { decodeGroupReply, type ShardkvResult } from "../../../core/shardkv/results.ts";
import type { CommandId } from "../services/execution_ledger.ts";
import type { EntryPlace } from "./entry_place.ts";
import { MoveRule } from "./move_rule.ts";
import { type Asked, ServingRule } from "./serving_rule.ts";
import { type KnownConfigs, StepRule } from "./step_rule.ts";

/** What is known of the groups of a store: the furthest state that any server of each has reached. */
export interface KnownGroups {
  /** The last entry that was carried out. */
  reached(gid: Gid): LogIndex;
  groupOf(gid: Gid): Group | undefined;
  /** In which configuration the group began to serve a shard that it serves. */
  servedSince(gid: Gid, shard: number): number | undefined;
}

/** The rules that hold at entries, for all groups of a store. */
export class EntryRules {
  readonly groups: KnownGroups;
  readonly serving: ServingRule;
  readonly steps: StepRule;
  readonly moves: MoveRule;

  constructor(groups: KnownGroups, configs: KnownConfigs) {
    this.groups = groups;
    this.serving = new ServingRule((gid, shard) => groups.servedSince(gid, shard));
    this.steps = new StepRule(configs);
    this.moves = new MoveRule((gid) => groups.groupOf(gid));
  }
}

/** Is told of a client's command when it is carried out, and not when it is only found to be a duplicate. */
export type OnExecuted = (command: CommandId, index: LogIndex) => void;

/** Watches one life of one server. */
export class EntryWatch {
  readonly #rules: EntryRules;
  readonly #gid: Gid;
  readonly #server: string;
  readonly #onExecuted: OnExecuted;
  #group: () => Group = () => {
    throw new TypeError("Nothing is watched yet");
  };
  /** The last entry, and the configuration behind it. */
  #applied = logIndex(0);
  #num = 0;
  #isRestored = false;

  constructor(rules: EntryRules, gid: Gid, server: string, onExecuted: OnExecuted = () => {}) {
    this.#rules = rules;
    this.#onExecuted = onExecuted;
    this.#gid = gid;
    this.#server = server;
  }

  /** Steps in front of the server's state, and returns it. */
  watch(machine: ShardkvStateMachine): ShardkvStateMachine {
    const apply = machine.apply.bind(machine);
    const query = machine.query.bind(machine);
    const restore = machine.restore.bind(machine);
    this.#group = () => machine.group;
    machine.apply = (bytes, index) => {
      this.#checkStill(index);
      // What the first server makes of an entry all make of it: whether they do is looked at elsewhere.
      const isNew = index > this.#rules.groups.reached(this.#gid);
      const check = isNew ? this.#onEntry(bytes, index) : undefined;
      const answer = apply(bytes, index);
      this.#applied = index;
      this.#num = this.#group().config.num;
      check?.(answer);
      return answer;
    };
    machine.query = (question) => {
      this.#checkStill();
      const answer = query(question);
      const asked = contentIn(question);
      if (asked?.kind === "asked") this.#onAnswer(this.#place(this.#applied), asked, answer);
      return answer;
    };
    machine.restore = (data) => {
      restore(data);
      this.#num = this.#group().config.num;
      this.#isRestored = true;
    };
    return machine;
  }

  /** The state has become that of entry `index`. */
  onApplied(index: LogIndex): void {
    this.#applied = index;
    if (!this.#isRestored) return;
    this.#isRestored = false;
    this.#rules.steps.onRestored(this.#place(index), this.#group());
  }

  /** Between two entries nothing happens to the state. */
  #checkStill(index?: LogIndex): void {
    const { num } = this.#group().config;
    invariant(
      num === this.#num,
      "StepsInTheLog",
      () => {
        const next = index === undefined ? "a question" : `entry ${index}`;
        return `${this.#server} was at configuration ${this.#num} behind entry ` +
          `${this.#applied}, and is at ${num} before ${next}: no entry took it there`;
      },
    );
  }

  #onEntry(bytes: Uint8Array, index: LogIndex): ((answer: Uint8Array) => void) | undefined {
    const content = contentIn(bytes);
    if (content === undefined) return undefined;
    const place = this.#place(index);
    if (content.kind === "asked") return this.#onOperations(place, content);
    const check = this.#onOwnCommand(place, content);
    return check && (() => check(this.#group()));
  }

  #onOperations(place: EntryPlace, asked: Asked): (answer: Uint8Array) => void {
    const { shard, by } = asked;
    const known = by && this.#group().shards.get(shard)?.data.sessions.find(by.clientId);
    return (answer) => {
      const result = this.#onAnswer(place, asked, answer);
      const isNew = by !== undefined && known?.sequence !== by.sequence;
      if (isNew && result?.kind === "done") this.#onExecuted(by, place.index);
    };
  }

  #onOwnCommand(
    place: EntryPlace,
    command: ShardkvCommand,
  ): ((group: Group) => void) | undefined {
    const { steps, moves } = this.#rules;
    const group = this.#group();
    switch (command.kind) {
      case "step": {
        const check = steps.onStep(place, group);
        return (group) => {
          check(group);
          moves.onStepped(place, group);
        };
      }
      case "take":
        return moves.onTake(place, group, command.piece);
      case "remove":
        return moves.onRemove(place, group, command.num, command.shard);
      default:
        return undefined;
    }
  }

  #onAnswer(place: EntryPlace, asked: Asked, answer: Uint8Array): ShardkvResult | undefined {
    const result = decodeGroupReply(answer);
    if (result !== undefined) this.#rules.serving.onAnswer(place, this.#group(), asked, result);
    return result;
  }

  #place(index: LogIndex): EntryPlace {
    return { gid: this.#gid, server: this.#server, index };
  }
}

/** What a group is given to carry out or to answer, as far as it means something. */
function contentIn(bytes: Uint8Array): Asked | ShardkvCommand | undefined {
  try {
    const request = decodeClerkRequest(bytes);
    switch (request.kind) {
      case "command":
        return askedIn(request.command, request);
      case "query":
        return askedIn(request.question);
      case "bare":
        return decodeCommand(request.command);
      case "open":
        return undefined;
    }
  } catch (error) {
    // What nobody can read means nothing to a group.
    if (error instanceof DamagedDataError) return undefined;
    throw error;
  }
}

function askedIn(bytes: Uint8Array, by?: CommandId): Asked | undefined {
  const command = decodeCommand(bytes);
  return command.kind === "operations" ? { kind: "asked", shard: command.shard, by } : undefined;
}
