import assert from "node:assert/strict";
import { DamagedDataError } from "../base/errors.ts";
import { logIndex } from "../base/durable.ts";
import { finishCapture } from "../rsm/state_machine.ts";
import { append, command, configOf, own, piecesOf, read, step } from "./_test_groups.ts";
import { decodeGroupReply } from "./results.ts";
import { ShardkvStateMachine } from "./state_machine.ts";

/** Shard 0 has the keys "2" and "<", shard 1 the keys "3" and "=": the first byte decides, of two shards. */
const [A, B] = [1, 2];
const keyToShard = (key: Uint8Array, shardCount: number) => (key[0] ?? 0) % shardCount;

function makeGroup(gid: number, sessions: { sessionsMax?: number } = {}): ShardkvStateMachine {
  return new ShardkvStateMachine({ gid, shardCount: 2, keyToShard, sessions });
}

function hello(sequence: number, text = "x") {
  return { clientId: 7, sequence, shard: 0, operations: [append("2", text)] };
}

function kinds(group: ShardkvStateMachine): Record<number, string> {
  return Object.fromEntries([...group.group.shards].map(([shard, { kind }]) => [shard, kind]));
}

Deno.test("shardkv P3, P4: a group takes configurations one at a time, in order", () => {
  const group = makeGroup(A);
  step(group, configOf(2, [A, A]));
  assert.equal(group.group.config.num, 0);
  step(group, configOf(1, [A, A]));
  step(group, configOf(1, [B, B]));
  step(group, configOf(3, [B, B]));
  assert.deepEqual([group.group.config.num, kinds(group)], [1, { 0: "serving", 1: "serving" }]);
  step(group, configOf(2, [A, A, A]));
  assert.equal(group.group.config.num, 1, "the number of shards is fixed");
});

Deno.test("shardkv P5, P6: a lost shard is frozen at the entry, a gained one waits, one from nobody is empty", () => {
  const [a, b] = [makeGroup(A), makeGroup(B)];
  for (const group of [a, b]) step(group, configOf(1, [A, B]));
  assert.equal(command(a, hello(1))?.kind, "done");
  for (const group of [a, b]) step(group, configOf(2, [B, B]));
  assert.deepEqual([kinds(a), kinds(b)], [{}, { 0: "arriving", 1: "serving" }]);
  assert.deepEqual(command(a, hello(2)), { kind: "wrongGroup", num: 2 });
  assert.deepEqual(command(b, hello(2)), { kind: "wrongGroup", num: 2 });
  assert.equal(read(a, 0, "2"), undefined);
  assert.equal(read(b, 0, "2"), undefined);

  const [copy] = [...a.group.leaving];
  assert.deepEqual([copy?.num, copy?.shard, copy?.to, copy?.servers], [2, 0, B, ["server-2"]]);
  const [piece] = piecesOf(copy!);
  assert.deepEqual(own(b, { kind: "take", piece: piece! }), {
    kind: "piece",
    answer: { kind: "installed" },
  });
  assert.equal(read(b, 0, "2"), "x");
});

Deno.test("shardkv P2: the memory of what clients had done travels with the shard, and refusals are not in it", () => {
  const [a, b] = [makeGroup(A), makeGroup(B)];
  for (const group of [a, b]) step(group, configOf(1, [A, A]));
  const first = command(a, hello(1, "one "));
  assert.equal(command(b, hello(1, "one "))?.kind, "wrongGroup");
  for (const group of [a, b]) step(group, configOf(2, [B, A]));
  assert.equal(command(a, hello(2, "two "))?.kind, "wrongGroup");
  for (const piece of piecesOf([...a.group.leaving][0]!)) own(b, { kind: "take", piece });
  assert.deepEqual(command(b, hello(1, "one ")), first, "a repeated command has its old answer");
  assert.equal(command(b, hello(2, "two "))?.kind, "done", "a refused one is carried out");
  assert.equal(command(b, hello(1, "one ")), undefined, "a late one has expired");
  assert.equal(read(b, 0, "2"), "one two ");
});

Deno.test("shardkv P7, P8: pieces are taken for their configuration only, and once", () => {
  const [a, b] = [makeGroup(A), makeGroup(B)];
  for (const group of [a, b]) step(group, configOf(1, [A, A]));
  command(a, hello(1, "old"));
  step(a, configOf(2, [B, A]));
  const [piece] = piecesOf([...a.group.leaving][0]!);
  assert.ok(piece !== undefined);
  const take = (group: ShardkvStateMachine, to = piece) => {
    const result = own(group, { kind: "take", piece: to });
    return result?.kind === "piece" ? result.answer.kind : result?.kind;
  };
  assert.equal(take(b), "notReady");
  step(b, configOf(2, [B, A]));
  assert.equal(take(b, { ...piece, to: 3 }), "misdirected");
  assert.equal(take(b, { ...piece, offset: 1 }), "partial");
  assert.equal(take(b), "installed");
  command(b, hello(2, " new"));
  assert.equal(take(b), "installed");
  assert.equal(read(b, 0, "2"), "old new");
  step(b, configOf(3, [A, A]));
  assert.equal(take(b), "installed", "also when the shard has gone on");
  assert.deepEqual(kinds(b), {});
});

Deno.test("shardkv P8, P13: groups that exchange shards do not wait for each other, and each shard opens by itself", () => {
  const [a, b] = [makeGroup(A), makeGroup(B)];
  for (const group of [a, b]) step(group, configOf(1, [A, B]));
  for (const group of [a, b]) step(group, configOf(2, [B, A]));
  for (const group of [a, b]) step(group, configOf(3, [A, A]));
  assert.deepEqual([a.group.config.num, b.group.config.num], [2, 2], "both wait");
  const [fromA, fromB] = [[...a.group.leaving][0]!, [...b.group.leaving][0]!];
  for (const piece of piecesOf(fromB)) own(a, { kind: "take", piece });
  step(a, configOf(3, [A, A]));
  assert.deepEqual(kinds(a), { 0: "arriving", 1: "serving" });
  assert.deepEqual([...a.group.leaving], [fromA], "going on does not cost the copy");
  for (const piece of piecesOf(fromA)) own(b, { kind: "take", piece });
  step(b, configOf(3, [A, A]));
  for (const piece of piecesOf([...b.group.leaving][1]!)) own(a, { kind: "take", piece });
  assert.deepEqual(kinds(a), { 0: "serving", 1: "serving" });
});

Deno.test("shardkv P11: a frozen copy is deleted for its own configuration only", () => {
  const a = makeGroup(A);
  step(a, configOf(1, [A, A]));
  command(a, hello(1, "x"));
  step(a, configOf(2, [B, A]));
  own(a, { kind: "remove", num: 1, shard: 0 });
  own(a, { kind: "remove", num: 2, shard: 1 });
  assert.equal([...a.group.leaving].length, 1);
  own(a, { kind: "remove", num: 2, shard: 0 });
  own(a, { kind: "remove", num: 2, shard: 0 });
  assert.deepEqual([...a.group.leaving], []);
});

Deno.test("shardkv: a shard without an owner is parked, and comes back with its data or goes on to another", () => {
  for (const next of [A, B]) {
    const [a, b] = [makeGroup(A), makeGroup(B)];
    const both = (num: number, shards: number[]) => {
      for (const group of [a, b]) step(group, configOf(num, shards));
    };
    both(1, [A, A]);
    command(a, hello(1, "kept"));
    both(2, [0, 0]);
    assert.equal(command(a, hello(2))?.kind, "wrongGroup");
    assert.deepEqual(kinds(a), { 0: "parked", 1: "parked" });
    both(3, [0, 0]);
    both(4, [next, next]);
    for (const copy of a.group.leaving) {
      for (const piece of piecesOf(copy)) own(b, { kind: "take", piece });
    }
    assert.equal(read(next === A ? a : b, 0, "2"), "kept");
  }
});

Deno.test("shardkv P10: a replica that is restored from a snapshot at any moment goes on alike", () => {
  const play = (restoreAt: number): string[] => {
    let [a, b] = [makeGroup(A), makeGroup(B)];
    const log: string[] = [];
    const reborn = (group: ShardkvStateMachine, gid: number) => {
      const fresh = makeGroup(gid);
      fresh.restore(finishCapture(group.capture()));
      return fresh;
    };
    const steps: (() => unknown)[] = [
      () => [a, b].map((group) => step(group, configOf(1, [A, B]))),
      () => command(a, hello(1, "one ")),
      () =>
        command(b, { ...hello(1, "b "), clientId: 8, shard: 1, operations: [append("3", "b ")] }),
      () => step(a, configOf(2, [B, A])),
      () => step(b, configOf(2, [B, A])),
      () => command(b, hello(2)),
      ...[0, 1].map((i) => () =>
        own(b, { kind: "take", piece: piecesOf([...a.group.leaving][0]!, 1)[i]! })
      ),
      () => own(a, { kind: "remove", num: 2, shard: 0 }),
      () => command(b, hello(1, "one ")),
      () => command(b, hello(2, "two ")),
      () => own(a, { kind: "take", piece: piecesOf([...b.group.leaving][0]!)[0]! }),
      () => own(b, { kind: "remove", num: 2, shard: 1 }),
      () => [a, b].map((group) => step(group, configOf(3, [0, B]))),
      () => read(b, 0, "2"),
    ];
    for (const [i, each] of steps.entries()) {
      if (i === restoreAt) [a, b] = [reborn(a, A), reborn(b, B)];
      log.push(JSON.stringify([each(), kinds(a), kinds(b)]));
    }
    log.push(String(finishCapture(a.capture())), String(finishCapture(b.capture())));
    return log;
  };
  const undisturbed = play(-1);
  for (let restoreAt = 0; restoreAt < 15; restoreAt++) {
    assert.deepEqual(play(restoreAt), undisturbed, `restored before step ${restoreAt}`);
  }
});

Deno.test("shardkv: a snapshot of another group is refused", () => {
  const data = finishCapture(makeGroup(A).capture());
  assert.throws(() => makeGroup(B).restore(data), DamagedDataError);
  assert.throws(() => makeGroup(A).restore(data.subarray(0, -1)), DamagedDataError);
});

Deno.test("shardkv: operations on keys of several shards, and bytes that nobody understands, are refused", () => {
  const a = makeGroup(A);
  step(a, configOf(1, [A, A]));
  const operations = [append("2", "x"), append("3", "y")];
  assert.deepEqual(command(a, { ...hello(1), operations }), { kind: "refused" });
  assert.equal(command(a, hello(1))?.kind, "done", "the refused command left no memory");
  for (const bytes of [[], [0], [2, 1, 0, 1, 99], [3, 77], [4, 99]]) {
    const reply = a.apply(Uint8Array.from(bytes), logIndex(1));
    assert.deepEqual(decodeGroupReply(reply), { kind: "refused" });
  }
});

Deno.test("shardkv: where sessions are bounded, clients open one in each shard, with a number of its own", () => {
  const [a, b] = [makeGroup(A, { sessionsMax: 1 }), makeGroup(B, { sessionsMax: 1 })];
  for (const group of [a, b]) step(group, configOf(1, [A, A]));
  assert.equal(command(a, hello(1)), undefined);
  const open = (group: ShardkvStateMachine, clientId: number, index: number) => {
    const result = own(group, { kind: "open", shard: 0, clientId }, index);
    assert.ok(result?.kind === "opened");
    return result.session;
  };
  const session = open(a, 7, 5);
  assert.equal(open(a, 7, 6), session, "opening it again changes nothing");
  assert.equal(command(a, { ...hello(1), session })?.kind, "done");
  for (const group of [a, b]) step(group, configOf(2, [B, A]));
  assert.equal(own(a, { kind: "open", shard: 0, clientId: 7 })?.kind, "wrongGroup");
  for (const piece of piecesOf([...a.group.leaving][0]!, 1)) own(b, { kind: "take", piece });
  assert.equal(command(b, { ...hello(2), session })?.kind, "done");
  const other = open(b, 8, 5);
  assert.notEqual(other, session, "the same index in another group is another session");
  assert.equal(command(b, { ...hello(3), session }), undefined);
  assert.equal(read(b, 0, "2"), "xx");
});
