import assert from "node:assert/strict";
import { InvariantError } from "../../../core/base/errors.ts";
import { finishCapture } from "../../../core/rsm/mod.ts";
import { append, command, own, piecesOf, read, step } from "../../../core/shardkv/_test_groups.ts";
import { RULES } from "../rules.ts";
import { TestStore } from "./_test_store.ts";

const [A, B] = [1, 2];

function hello(sequence: number, shard = 0) {
  return { clientId: 7, sequence, shard, operations: [append(String(2 + shard), "x")] };
}

/** Both shards are A's, then B gets one, then the other. */
function oneByOne(mistake?: string): void {
  const store = new TestStore([[A, A], [B, A], [B, B]], mistake);
  const { a, b } = store;
  store.step(1, a, b);
  command(a, hello(1));
  command(b, hello(1));
  store.step(2, a);
  const [copy] = a.group.leaving;
  const pieces = piecesOf(copy!, 1);
  command(a, hello(2));
  read(a, 0, "2");
  store.step(2, b);
  command(b, hello(2));
  read(b, 0, "2");
  for (const piece of pieces) own(b, { kind: "take", piece });
  command(b, hello(2));
  command(b, hello(2));
  read(b, 0, "2");
  own(b, {
    kind: "take",
    piece: { ...pieces[0]!, items: copy!.data.size > 0 ? [] : [], total: 0 },
  });
  own(a, { kind: "remove", num: 2, shard: 0 });
  own(a, { kind: "remove", num: 2, shard: 0 });
  store.step(3, a, b);
  command(b, hello(3));
  command(b, hello(3, 1));
}

/** Both shards are A's, then both B's. */
function together(mistake?: string): void {
  const store = new TestStore([[A, A], [B, B], [B, B]], mistake);
  const { a, b } = store;
  store.step(1, a, b);
  store.step(2, a, b);
  const [first, second] = a.group.leaving;
  for (const piece of piecesOf(first!)) own(b, { kind: "take", piece });
  command(b, hello(1));
  store.step(3, b);
  for (const piece of piecesOf(second!)) own(b, { kind: "take", piece });
  store.step(3, a, b);
  const reborn = store.start(B);
  reborn.restore(finishCapture(b.capture()));
  command(reborn, hello(2));
}

function breaks(play: () => void, property: string, facts: RegExp): void {
  assert.ok(property in RULES, property);
  assert.throws(play, (error) => {
    assert.ok(error instanceof InvariantError);
    assert.equal(error.property, property, error.message);
    assert.match(error.message, facts);
    return true;
  });
}

Deno.test("EntryWatch: groups that keep the rules are not accused", () => {
  oneByOne();
  together();
});

Deno.test("EntryWatch: who breaks a rule is noticed at the entry, with what contradicts it", () => {
  const cases: [(mistake: string) => void, string, string, RegExp][] = [
    [oneByOne, "frozen-shard-is-written", "ServesWhatItHas", /at entry 4, and has a frozen copy/],
    [oneByOne, "awaited-shard-is-served", "ServesWhatItHas", /and waits for it, with 0 items/],
    [oneByOne, "sessions-stay-behind", "ArrivesAsItLeft", /remembered command 1, .* nothing$/],
    [oneByOne, "piece-is-installed-twice", "InstalledOnce", /it had 1 keys, and has 0$/],
    [oneByOne, "shard-is-never-deleted", "CopiesAreDeleted", /to delete its copy .* still has/],
    [oneByOne, "refusal-counts-as-execution", "AnsweredIsRemembered", /away at entry 4, in/],
    [oneByOne, "nothing-served-during-a-step", "KeptShardsAreServed", /\(it still waits for/],
    [together, "gained-shards-open-together", "ArrivedShardsAreServed", /since configuration 2 /],
    [together, "snapshot-without-configuration", "SnapshotIsOneMoment", /at configuration 0; .* 3/],
  ];
  for (const [play, mistake, property, facts] of cases) {
    breaks(() => play(mistake), property, facts);
  }
});

Deno.test("EntryWatch: a group takes what the controller has made, at an entry (OneStepAtATime, StepsInTheLog)", () => {
  const store = new TestStore([[A, A], [B, A]]);
  const jump = { ...store.configs[2]!, num: 1 };
  breaks(
    () => step(store.a, jump),
    "OneStepAtATime",
    /the controller's is \[1,1\] of .*, and those shards are its 2/,
  );
  const moved = { ...store.configs[1]!, groups: new Map([[A, ["elsewhere"]]]) };
  breaks(
    () => step(store.start(A), moved),
    "OneStepAtATime",
    /takes \[1,1\] of 1: elsewhere as configuration 1 .* the controller's is \[1,1\] of 1: \w/,
  );
  const other = new TestStore([[A, A], [B, A]]);
  other.step(1, other.a);
  other.a.group.step(other.configs[2]!);
  breaks(
    () => command(other.a, hello(1)),
    "StepsInTheLog",
    / 1 behind entry 1, and is at 2 before entry 2/,
  );
});

Deno.test("EntryWatch: a command is carried out once, whichever groups it comes to (ExecutedOnce)", () => {
  const store = new TestStore([[A, A], [B, A]]);
  const { a, b } = store;
  store.step(1, a, b);
  command(a, hello(1));
  command(a, hello(1));
  store.step(2, a, b);
  assert.equal(store.executions.find({ clientId: 7, sequence: 1 })?.cluster, "group 1");
  for (const piece of piecesOf([...a.group.leaving][0]!)) own(b, { kind: "take", piece });
  command(b, hello(1));
  b.group.serving(0)?.sessions.clear();
  breaks(() => command(b, hello(1)), "ExecutedOnce", /of group 2 .* executed by .* of group 1 at/);
});

Deno.test("EntryWatch: a copy is not deleted before the shard has arrived (ShardDurability)", () => {
  const store = new TestStore([[A, A], [B, A]]);
  store.step(1, store.a, store.b);
  store.step(2, store.a, store.b);
  const remove = () => own(store.a, { kind: "remove", num: 2, shard: 0 });
  breaks(remove, "ShardDurability", /group 2, which shall have it, .* with 0 items/);
});
