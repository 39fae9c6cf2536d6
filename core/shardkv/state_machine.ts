/**
 * The replicated state of one group: applies its log, and answers questions. Its commands and questions are
 * {@linkcode ClerkRequest}s around a {@linkcode ShardkvCommand}, its results {@linkcode ClerkReply}s around a
 * {@linkcode ShardkvResult}. Whether a shard is served is decided here, when the entry is applied, and nowhere else.
 */

import type { LogIndex } from "../base/durable.ts";
import { DamagedDataError } from "../base/errors.ts";
import { decodeOperations } from "../kv/mod.ts";
import {
  type ClerkReply,
  type ClerkRequest,
  decodeClerkRequest,
  encodeClerkReply,
} from "../rsm/messages.ts";
import type { SessionLimits } from "../rsm/sessions.ts";
import type { Capture, StateMachine } from "../rsm/state_machine.ts";
import { type Gid, LAB_SHARDS } from "../shardctrler/config.ts";
import { captureGroup, restoreGroup } from "./capture.ts";
import { decodeCommand, type ShardkvCommand } from "./commands.ts";
import { firstGroupState, Group, type MakeGroup } from "./group.ts";
import { firstByteShard, type KeyToShard } from "./key_to_shard.ts";
import { encodeResult, type ShardkvResult } from "./results.ts";
import type { ShardData } from "./shard_data.ts";

/** What all replicas of all groups must agree on. */
export interface ShardkvOptions {
  readonly gid: Gid;
  readonly shardCount?: number;
  readonly keyToShard?: KeyToShard;
  /** How much each shard remembers of its clients. */
  readonly sessions?: SessionLimits;
  /** Makes what the group knows; by default a {@linkcode Group}. Tests plant mistakes here. */
  readonly makeGroup?: MakeGroup;
}

type Command = Extract<ClerkRequest, { kind: "command" }>;
type Operations = Extract<ShardkvCommand, { kind: "operations" }>;

/** Entries of different groups, or of different times of one group, may have the same index; not these. */
const SESSIONS_PER_CONFIG = 2 ** 32;

/** One replica of a group. */
export class ShardkvStateMachine implements StateMachine {
  readonly #keyToShard: KeyToShard;
  readonly #limits: SessionLimits;
  readonly #makeGroup: MakeGroup;
  #group: Group;
  #version = 0;

  constructor(options: ShardkvOptions) {
    const { gid, shardCount = LAB_SHARDS, keyToShard = firstByteShard, sessions = {} } = options;
    this.#keyToShard = keyToShard;
    const { makeGroup = (state, limits) => new Group(state, limits) } = options;
    this.#limits = sessions;
    this.#makeGroup = makeGroup;
    this.#group = makeGroup(firstGroupState(gid, shardCount), sessions);
  }

  /** What the group knows of its shards. A restored snapshot puts another object in its place. */
  get group(): Group {
    return this.#group;
  }

  /** Counts the changes of what the group has to do of its own accord. */
  get version(): number {
    return this.#version;
  }

  apply(command: Uint8Array, index: LogIndex): Uint8Array {
    const request = decodeOr(undefined, () => decodeClerkRequest(command));
    switch (request?.kind) {
      case "command":
        return encodeClerkReply(this.#applyOnce(request, index));
      case "bare":
        return reply(this.#applyBare(request.command, index));
      case "query":
        return reply(this.#answer(request.question));
      default:
        return reply({ kind: "refused" });
    }
  }

  query(question: Uint8Array): Uint8Array {
    const request = decodeOr(undefined, () => decodeClerkRequest(question));
    return reply(
      request?.kind === "query" ? this.#answer(request.question) : { kind: "refused" },
    );
  }

  capture(): Capture {
    return captureGroup(this.#group);
  }

  restore(data: Uint8Array): void {
    const state = restoreGroup(data, this.#group.gid, this.#limits);
    this.#group = this.#makeGroup(state, this.#limits);
    this.#version++;
  }

  /** A refusal is not remembered: the client comes again, perhaps to another group, with the same sequence. */
  #applyOnce(request: Command, index: LogIndex): ClerkReply {
    const { clientId, session, sequence } = request;
    const command = decodeOr(undefined, () => decodeCommand(request.command));
    if (command?.kind !== "operations") return inReply({ kind: "refused" });
    const data = this.#group.serving(command.shard);
    if (data === undefined) return inReply(this.#wrongGroup());
    const known = data.sessions.find(clientId);
    const isKnown = known === undefined
      ? !data.sessions.isBounded && session === 0
      : known.session === session;
    if (!isKnown) return { kind: "expired" };
    if (known !== undefined && sequence <= known.sequence) {
      data.sessions.touch(clientId);
      return sequence < known.sequence ? { kind: "expired" } : done(known.result);
    }
    if (!this.#isOfOneShard(command)) return inReply({ kind: "refused" });
    const results = data.store.apply(command.operations, index);
    const result = encodeResult({ kind: "done", results });
    data.sessions.record(clientId, { session, sequence, result });
    return done(result);
  }

  #applyBare(bytes: Uint8Array, index: LogIndex): ShardkvResult {
    const command = decodeOr(undefined, () => decodeCommand(bytes));
    switch (command?.kind) {
      case "operations":
        return this.#execute(command, ({ store }) => store.apply(command.operations, index));
      case "open":
        return this.#open(command.shard, command.clientId, index);
      case "step":
        if (this.#group.step(command.config)) this.#version++;
        return { kind: "ok" };
      case "take":
        this.#version++;
        return { kind: "piece", answer: this.#group.take(command.piece) };
      case "remove":
        this.#version++;
        this.#group.remove(command.num, command.shard);
        return { kind: "ok" };
      case undefined:
        return { kind: "refused" };
    }
  }

  #open(shard: number, clientId: number, index: LogIndex): ShardkvResult {
    const data = this.#group.serving(shard);
    if (data === undefined) return this.#wrongGroup();
    const number = this.#group.config.num * SESSIONS_PER_CONFIG + index;
    return { kind: "opened", session: data.sessions.open(clientId, number).session };
  }

  #answer(question: Uint8Array): ShardkvResult {
    const command = decodeOr(undefined, () => decodeCommand(question));
    if (command?.kind !== "operations") return { kind: "refused" };
    return this.#execute(command, ({ store }) => store.query(command.operations));
  }

  #execute(command: Operations, on: (data: ShardData) => Uint8Array): ShardkvResult {
    const data = this.#group.serving(command.shard);
    if (data === undefined) return this.#wrongGroup();
    if (!this.#isOfOneShard(command)) return { kind: "refused" };
    return { kind: "done", results: on(data) };
  }

  /** Whether all keys are of the shard that the operations are meant for. */
  #isOfOneShard({ shard, operations }: Operations): boolean {
    const { length } = this.#group.config.shards;
    const decoded = decodeOr(undefined, () => decodeOperations(operations));
    return decoded?.every((operation) =>
      !("key" in operation) || this.#keyToShard(operation.key, length) === shard
    ) ?? false;
  }

  #wrongGroup(): ShardkvResult {
    return { kind: "wrongGroup", num: this.#group.config.num };
  }
}

function done(result: Uint8Array): ClerkReply {
  return { kind: "done", result };
}

function inReply(result: ShardkvResult): ClerkReply {
  return done(encodeResult(result));
}

function reply(result: ShardkvResult): Uint8Array {
  return encodeClerkReply(inReply(result));
}

/** Replicas must agree on what comes of bytes that cannot be decoded. */
function decodeOr<T>(otherwise: T, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (error instanceof DamagedDataError) return otherwise;
    throw error;
  }
}
