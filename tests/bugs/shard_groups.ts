/** What goes wrong in the replicated state of a group (lab 4B): which shards it serves, and what it does with them. */

import type { LogIndex } from "../../core/base/durable.ts";
import type { SessionLimits } from "../../core/rsm/mod.ts";
import { decodeClerkRequest, encodeClerkReply } from "../../core/rsm/mod.ts";
import { type Config, firstConfig } from "../../core/shardctrler/mod.ts";
import { decodeCommand } from "../../core/shardkv/commands.ts";
import { captureGroup } from "../../core/shardkv/capture.ts";
import {
  Group,
  type GroupState,
  type LeavingShard,
  type PieceAnswer,
  type Shard,
  ShardData,
  type ShardkvOptions,
  type ShardkvServerOptions,
  ShardkvStateMachine,
  type ShardPiece,
} from "../../core/shardkv/mod.ts";
import { decodeGroupReply, encodeResult } from "../../core/shardkv/results.ts";
import type { Mistake } from "./mistake.ts";
import { emptyResults } from "./services.ts";

/** Mistakes in what a group knows. */
export const GROUP_MISTAKES: readonly Mistake[] = [
  {
    name: "lost-shard-is-served-on",
    does: "A group that loses a shard hands it over, and goes on serving it.",
    breaks: "at any time at most one group serves a shard (lab 4, §7 P1, P5)",
    labs: ["4B"],
    shardkv: withGroup((...state) => new ServesOn(...state)),
  },
  {
    name: "frozen-shard-is-written",
    does: "Operations on a shard are carried out on its frozen copy, until that is deleted.",
    breaks: "a shard that is lost stops being served at that very entry (lab 4, §7 P5)",
    labs: ["4B"],
    shardkv: withGroup((...state) => new WritesFrozen(...state)),
  },
  {
    name: "awaited-shard-is-served",
    does: "A group serves a shard as soon as it owns it, though the data have not come.",
    breaks: "a shard that is gained is served once its data are installed (lab 4, §7 P6)",
    labs: ["4B"],
    shardkv: withGroup((...state) => new ServesAwaited(...state)),
  },
  {
    name: "sessions-stay-behind",
    does: "A shard moves without the memory of whose commands were carried out in it.",
    breaks: "the duplicate table of a shard travels with its data (lab 4, §7 P2)",
    labs: ["4B"],
    first: "TestConcurrent1",
    shardkv: withGroup((...state) => new ForgetsOnArrival(...state)),
  },
  {
    name: "piece-is-installed-twice",
    does: "A shard that comes again is installed again, over what was written meanwhile.",
    breaks: "shard data are accepted once; a repetition changes nothing (lab 4, §7 P7)",
    labs: ["4B"],
    first: "TestUnreliable2",
    shardkv: withGroup((...state) => new InstallsAgain(...state)),
  },
  {
    name: "step-before-the-last-is-done",
    does: "A group takes the next configuration while shards of the present one are on their way.",
    breaks: "a step is taken only if nothing of the present one is pending (lab 4, §7 P4)",
    labs: ["4B"],
    shardkv: withGroup((...state) => new NeverWaits(...state)),
  },
  {
    name: "shard-is-never-deleted",
    does: "A group keeps the copies of all shards that it has ever lost.",
    breaks: "the previous owner deletes a shard once the new one has it (lab 4, §7 P11)",
    labs: ["4B"],
    first: "TestStrictJoinLeave4B",
    shardkv: withGroup((...state) => new KeepsCopies(...state)),
  },
  {
    name: "nothing-served-during-a-step",
    does: "While a shard is awaited, a group turns away operations on all of its shards.",
    breaks: "shards that keep their owner are served without interruption (lab 4, §7 P12)",
    labs: ["4B"],
    first: "TestChallenge2Unaffected",
    shardkv: withGroup((...state) => new ServesNothingMeanwhile(...state)),
  },
  {
    name: "gained-shards-open-together",
    does: "Shards that have arrived are served when the last of the configuration has arrived.",
    breaks: "each gained shard is served as soon as it is installed (lab 4, §7 P13)",
    labs: ["4B"],
    first: "TestChallenge2Partial",
    shardkv: withGroup((...state) => new OpensTogether(...state)),
  },
  {
    name: "refusal-counts-as-execution",
    does: "A command that a group refuses is entered in its duplicate table.",
    breaks: "only commands that were carried out are recorded (lab 4, §15 rule 15)",
    labs: ["4B"],
    shardkv: withMachine((options) => new RecordsRefusals(options)),
  },
  {
    name: "snapshot-without-configuration",
    does: "A snapshot of a group holds its shards, but not the configuration that they belong to.",
    breaks: "a snapshot is configuration, shards and sessions of one moment (lab 4, §7 P10)",
    labs: ["4B"],
    shardkv: withMachine((options) => new ForgetsConfiguration(options)),
  },
];

type Made = [state: GroupState, limits: SessionLimits];

/** A server whose group is another one. */
function withGroup(
  makeGroup: (...made: Made) => Group,
): (options: ShardkvServerOptions) => ShardkvServerOptions {
  return (options) => ({ ...options, shardkv: { ...options.shardkv, makeGroup } });
}

/** A server whose state machine is another one. */
function withMachine(
  makeStateMachine: (options: ShardkvOptions) => ShardkvStateMachine,
): (options: ShardkvServerOptions) => ShardkvServerOptions {
  return (options) => ({ ...options, makeStateMachine });
}

class MistakenGroup extends Group {
  /** The shards are those of the group itself: a mistake needs more of them than others may have. */
  protected put(shard: number, state: Shard): void {
    (this.shards as Map<number, Shard>).set(shard, state);
  }

  protected newestCopy(shard: number): LeavingShard | undefined {
    return [...this.leaving].findLast((copy) => copy.shard === shard);
  }
}

class ServesOn extends MistakenGroup {
  override step(next: Config): boolean {
    const isTaken = super.step(next);
    for (const { num, shard, data } of isTaken ? this.leaving : []) {
      if (num === next.num) this.put(shard, { kind: "serving", data });
    }
    return isTaken;
  }
}

class WritesFrozen extends MistakenGroup {
  override serving(shard: number): ShardData | undefined {
    return super.serving(shard) ?? this.newestCopy(shard)?.data;
  }
}

class ServesAwaited extends MistakenGroup {
  override serving(shard: number): ShardData | undefined {
    return this.shards.get(shard)?.data;
  }
}

class ForgetsOnArrival extends MistakenGroup {
  override take(piece: ShardPiece): PieceAnswer {
    const wasAwaited = this.shards.get(piece.shard)?.kind === "arriving";
    const answer = super.take(piece);
    if (wasAwaited && answer.kind === "installed") this.serving(piece.shard)?.sessions.clear();
    return answer;
  }
}

class InstallsAgain extends MistakenGroup {
  override take(piece: ShardPiece): PieceAnswer {
    if (!this.#isRepeated(piece)) return super.take(piece);
    const data = new ShardData();
    for (const item of piece.items) data.add(item);
    this.put(piece.shard, { kind: "serving", data });
    return { kind: "installed" };
  }

  override expects(piece: ShardPiece): PieceAnswer {
    return this.#isRepeated(piece) ? { kind: "partial", received: 0 } : super.expects(piece);
  }

  #isRepeated({ num, to, shard, items, total }: ShardPiece): boolean {
    return to === this.gid && num === this.config.num && items.length === total &&
      this.serving(shard) !== undefined;
  }
}

class NeverWaits extends MistakenGroup {
  override get isSettled(): boolean {
    return true;
  }
}

class KeepsCopies extends MistakenGroup {
  override remove(): void {}
}

class ServesNothingMeanwhile extends MistakenGroup {
  override serving(shard: number): ShardData | undefined {
    return this.isSettled ? super.serving(shard) : undefined;
  }
}

class OpensTogether extends MistakenGroup {
  readonly #arrived = new Set<number>();

  override take(piece: ShardPiece): PieceAnswer {
    const wasAwaited = this.shards.get(piece.shard)?.kind === "arriving";
    const answer = super.take(piece);
    if (wasAwaited && answer.kind === "installed") this.#arrived.add(piece.shard);
    if (this.isSettled) this.#arrived.clear();
    return answer;
  }

  override serving(shard: number): ShardData | undefined {
    return this.#arrived.has(shard) ? undefined : super.serving(shard);
  }
}

class RecordsRefusals extends ShardkvStateMachine {
  /** By client: the last command that was refused. */
  readonly #refused = new Map<number, number>();

  override apply(bytes: Uint8Array, index: LogIndex): Uint8Array {
    const request = decodeClerkRequest(bytes);
    if (request.kind !== "command") return super.apply(bytes, index);
    const { clientId, sequence } = request;
    const command = decodeCommand(request.command);
    if (command.kind !== "operations") return super.apply(bytes, index);
    const isServed = this.group.serving(command.shard) !== undefined;
    if (isServed && this.#refused.get(clientId) === sequence) {
      const results = emptyResults(command.operations);
      return encodeClerkReply({ kind: "done", result: encodeResult({ kind: "done", results }) });
    }
    const answer = super.apply(bytes, index);
    if (decodeGroupReply(answer)?.kind === "wrongGroup") this.#refused.set(clientId, sequence);
    return answer;
  }
}

class ForgetsConfiguration extends ShardkvStateMachine {
  override capture(): ReturnType<ShardkvStateMachine["capture"]> {
    const { gid, config: { shards }, shards: held, leaving } = this.group;
    const config = firstConfig(shards.length);
    const state = { gid, config, holders: config.shards, shards: [...held], leaving: [...leaving] };
    return captureGroup(new Group(state));
  }
}
