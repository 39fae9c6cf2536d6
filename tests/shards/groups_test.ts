/** Groups without Raft, in a world where every message may come late, twice or never: only the rules hold them. */

import assert from "node:assert/strict";
import fc from "fast-check";
import {
  append,
  command,
  configOf,
  own,
  piecesOf,
  read,
  step,
} from "../../core/shardkv/_test_groups.ts";
import { ShardkvStateMachine } from "../../core/shardkv/mod.ts";
import type { ShardPiece } from "../../core/shardkv/group.ts";
import { finishCapture } from "../../core/rsm/state_machine.ts";

const SHARDS = 3;
const GIDS = [1, 2, 3];
/** A key of each shard: its first byte is a multiple of 3, plus the shard. */
const KEYS = ["0", "1", "2"];

const keyToShard = (key: Uint8Array, shardCount: number) => (key[0] ?? 0) % shardCount;

function makeGroup(gid: number): ShardkvStateMachine {
  return new ShardkvStateMachine({ gid, shardCount: SHARDS, keyToShard });
}

/** A client that appends one number after the other to a key of its own. */
class Client {
  readonly shard: number;
  acknowledged = "";
  #sequence = 1;

  constructor(shard: number) {
    this.shard = shard;
  }

  /** Tries its present command at a group, which may refuse it. */
  tryAt(group: ShardkvStateMachine, isAnswered: boolean): void {
    const { shard } = this;
    const text = `${this.#sequence} `;
    const operations = [append(KEYS[shard]!, text)];
    const result = command(group, {
      clientId: shard + 1,
      sequence: this.#sequence,
      shard,
      operations,
    });
    if (result?.kind !== "done" || !isAnswered) return;
    this.acknowledged += text;
    this.#sequence++;
  }
}

class World {
  readonly groups = GIDS.map(makeGroup);
  readonly clients = KEYS.map((_, shard) => new Client(shard));
  readonly #configs;
  /** All pieces that were ever sent; each may still arrive. */
  readonly #pieces: ShardPiece[] = [];

  constructor(owners: readonly (readonly number[])[]) {
    this.#configs = owners.map((shards, i) => configOf(i + 1, shards));
  }

  /** Has a group take a configuration, which may be any. */
  step(group: number, config: number): void {
    const found = this.#configs[config % this.#configs.length];
    if (found !== undefined) step(this.groups[group]!, found);
  }

  send(group: number, which: number): void {
    const copies = [...this.groups[group]!.group.leaving];
    const copy = copies[which % Math.max(1, copies.length)];
    if (copy !== undefined) this.#pieces.push(...piecesOf(copy, 1));
  }

  deliver(which: number): void {
    const piece = this.#pieces[which % Math.max(1, this.#pieces.length)];
    if (piece === undefined) return;
    const receiver = this.groups[GIDS.indexOf(piece.to)]!;
    const result = own(receiver, { kind: "take", piece });
    const sender = this.groups.find(({ group }) => group.copyOf(piece.num, piece.shard));
    if (result?.kind === "piece" && result.answer.kind === "installed" && sender !== undefined) {
      own(sender, { kind: "remove", num: piece.num, shard: piece.shard });
    }
  }

  restart(group: number): void {
    const reborn = makeGroup(GIDS[group]!);
    reborn.restore(finishCapture(this.groups[group]!.capture()));
    this.groups[group] = reborn;
  }

  checkAlone(): void {
    for (let shard = 0; shard < SHARDS; shard++) {
      const servers = this.groups.filter(({ group }) => group.serving(shard) !== undefined);
      assert.ok(servers.length <= 1, `shard ${shard} is served by ${servers.length} groups`);
    }
  }

  /** Goes on until nothing is left to do. */
  comeToRest(): void {
    for (let round = 0; round < 10 * this.#configs.length + 10; round++) {
      for (const [group, { group: state }] of this.groups.entries()) {
        this.step(group, state.config.num);
        for (const copy of [...state.leaving]) {
          const from = this.#pieces.length;
          this.#pieces.push(...piecesOf(copy, 1));
          for (let i = from; i < this.#pieces.length; i++) this.deliver(i);
        }
      }
    }
  }
}

const owners = fc.array(
  fc.array(fc.constantFrom(0, 1, 1, 2, 2, 3, 3), { minLength: SHARDS, maxLength: SHARDS }),
  { minLength: 1, maxLength: 8, size: "max" },
);
const event = fc.oneof(
  fc.record({ kind: fc.constant("step" as const), group: fc.nat(2), which: fc.nat(7) }),
  fc.record({ kind: fc.constant("follow" as const), group: fc.nat(2) }),
  fc.record({ kind: fc.constant("send" as const), group: fc.nat(2), which: fc.nat(9) }),
  fc.record({ kind: fc.constant("deliver" as const), which: fc.nat(99) }),
  fc.record({
    kind: fc.constant("ask" as const),
    client: fc.nat(2),
    group: fc.nat(2),
    isAnswered: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("restart" as const), group: fc.nat(2) }),
);

Deno.test("shardkv: by its rules alone, a store loses nothing, does nothing twice and serves each shard once", () => {
  fc.assert(
    fc.property(owners, fc.array(event, { maxLength: 150, size: "max" }), (owners, events) => {
      const world = new World(owners);
      for (const one of events) {
        if (one.kind === "step") world.step(one.group, one.which);
        else if (one.kind === "follow") {
          world.step(one.group, world.groups[one.group]!.group.config.num);
        } else if (one.kind === "send") world.send(one.group, one.which);
        else if (one.kind === "deliver") world.deliver(one.which);
        else if (one.kind === "restart") world.restart(one.group);
        else world.clients[one.client]!.tryAt(world.groups[one.group]!, one.isAnswered);
        world.checkAlone();
      }
      world.comeToRest();
      const last = owners.at(-1)!;
      for (const [group, gid] of GIDS.entries()) {
        const { group: state } = world.groups[group]!;
        assert.equal(state.config.num, owners.length);
        assert.deepEqual([...state.leaving], []);
        for (let shard = 0; shard < SHARDS; shard++) {
          const isServed = state.serving(shard) !== undefined;
          assert.equal(isServed, last[shard] === gid, `shard ${shard} of group ${gid}`);
        }
      }
      for (const client of world.clients) {
        const owner = world.groups[GIDS.indexOf(last[client.shard]!)];
        if (owner === undefined) continue;
        client.tryAt(owner, true);
        assert.equal(read(owner, client.shard, KEYS[client.shard]!), client.acknowledged);
      }
    }),
    { numRuns: 2000 },
  );
});
