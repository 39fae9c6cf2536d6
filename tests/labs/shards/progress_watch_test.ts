import assert from "node:assert/strict";
import { InvariantError } from "../../../core/base/errors.ts";
import type { Instant } from "../../../core/base/units.ts";
import { append, command, own, piecesOf } from "../../../core/shardkv/_test_groups.ts";
import { TRANSFER_SERVICE } from "../../../core/shardkv/mod.ts";
import { RULES } from "../rules.ts";
import { TestStore } from "./_test_store.ts";
import { OWED_MAX, ProgressWatch } from "./progress_watch.ts";

const [A, B] = [1, 2];

/** Two groups, of which the tests say who is hindered, and the watch. */
class Watched {
  readonly store: TestStore;
  readonly unhindered = new Map([[0, true], [A, true], [B, true]]);
  readonly watch: ProgressWatch;
  newestNum = 0;
  disturbances = 0;
  #now = 0;

  constructor(...owners: number[][]) {
    this.store = new TestStore(owners);
    const cluster = (gid: number) => ({
      isUnhindered: this.unhindered.get(gid)!,
      disturbances: this.disturbances,
      leader: () => 0,
    });
    this.watch = new ProgressWatch({
      groups: () => [this.store.a.group, this.store.b.group],
      newestNum: () => this.newestNum,
      clusterOf: cluster,
      ctrlers: () => cluster(0),
    });
  }

  /** Lets both groups take all configurations up to `num`. */
  stepAll(num: number): void {
    this.newestNum = num;
    for (let each = 1; each <= num; each++) this.store.step(each, this.store.a, this.store.b);
  }

  /** Time goes by, and somebody is looking now and then. */
  pass(span: number): void {
    for (const end = this.#now + span; this.#now < end;) {
      this.watch.look((this.#now += 100) as Instant);
    }
  }

  offer(server: string): void {
    this.watch.offers.around(A, () => {})(server, TRANSFER_SERVICE, new Uint8Array(), () => {});
  }
}

/** Says that what is owed comes to an end by that property, and not before its time. */
function isNoticed(watched: Watched, property: string, facts: RegExp): void {
  watched.pass(OWED_MAX - 1000);
  assert.ok(property in RULES, property);
  assert.throws(() => watched.pass(2000), (error) => {
    assert.ok(error instanceof InvariantError);
    assert.equal(error.property, property, error.message);
    assert.match(error.message, facts);
    return true;
  });
}

Deno.test("ProgressWatch: nothing is owed by a store at rest", () => {
  const watched = new Watched([A, B]);
  watched.stepAll(1);
  watched.pass(10 * OWED_MAX);
});

Deno.test("ProgressWatch: who is hindered, or goes on, is not accused", () => {
  for (const gid of [A, B]) {
    const watched = new Watched([A, A], [B, A]);
    watched.stepAll(2);
    watched.unhindered.set(gid, false);
    watched.pass(2 * OWED_MAX);
    for (let round = 0; round < 5; round++) {
      watched.unhindered.set(gid, true);
      watched.pass(OWED_MAX - 1000);
      watched.unhindered.set(gid, false);
      watched.pass(1000);
    }
  }
  const behind = new Watched([A, A]);
  behind.newestNum = 1;
  behind.unhindered.set(0, false);
  behind.pass(2 * OWED_MAX);
  const slow = new Watched([A, A], [B, A]);
  slow.stepAll(1);
  const operations = ["2", "4", "6"].map((key) => append(key, "x"));
  command(slow.store.a, { clientId: 7, sequence: 1, shard: 0, operations });
  slow.stepAll(2);
  for (const piece of piecesOf([...slow.store.a.group.leaving][0]!, 1)) {
    slow.pass(OWED_MAX - 1000);
    own(slow.store.b, { kind: "take", piece });
  }
});

Deno.test("ProgressWatch: what disturbs a group between two looks gives it its time anew", () => {
  const watched = new Watched([A, A], [B, A]);
  watched.stepAll(2);
  for (let round = 0; round < 5; round++) {
    watched.pass(OWED_MAX - 1000);
    watched.disturbances++;
  }
  isNoticed(watched, "HandsOnWhatItLost", /it has sent nothing/);
});

Deno.test("ProgressWatch: what is owed can be said at any time", () => {
  const watched = new Watched([A, A], [B, A]);
  watched.newestNum = 1;
  assert.deepEqual(watched.watch.owed(), [
    "group 1 is to take the configuration behind 0",
    "group 2 is to take the configuration behind 0",
  ]);
  watched.stepAll(2);
  const owed = "group 1 is to hand shard 0 of configuration 2 on to group 2";
  assert.deepEqual(watched.watch.owed(), [owed]);
  watched.unhindered.set(B, false);
  assert.deepEqual(watched.watch.owed(), [`${owed} (somebody has no majority)`]);
});

Deno.test("ProgressWatch: time in which nobody looks counts for little", () => {
  const watched = new Watched([A, A]);
  watched.newestNum = 1;
  for (let look = 1; look < 15; look++) watched.watch.look(look * OWED_MAX as Instant);
});

Deno.test("ProgressWatch: a group that does not follow (AllGroupsFollow)", () => {
  const watched = new Watched([A, A]);
  watched.newestNum = 1;
  watched.store.step(1, watched.store.a);
  isNoticed(watched, "AllGroupsFollow", /group 2 has been at configuration 0, .* at 1 now$/);
});

Deno.test("ProgressWatch: a shard that nobody sends (GivesWhileItWaits, GivesAfterItLeft, HandsOnWhatItLost)", () => {
  const exchange = new Watched([A, B], [B, A]);
  exchange.stepAll(2);
  isNoticed(
    exchange,
    "GivesWhileItWaits",
    /kept shard 0 of .* waits for shard 1 of group 2 itself/,
  );
  const left = new Watched([A, A], [B, B]);
  left.stepAll(2);
  isNoticed(left, "GivesAfterItLeft", /shards 0, 1 .* the groups of configuration 2 are 2$/);
  const lazy = new Watched([A, A], [B, A]);
  lazy.stepAll(2);
  isNoticed(lazy, "HandsOnWhatItLost", /it has sent nothing$/);
});

Deno.test("ProgressWatch: a shard that is sent in vain (TriesAllServers, HandsOnWhatItLost)", () => {
  const vain = new Watched([A, A], [B, A]);
  vain.stepAll(2);
  vain.pass(1000);
  vain.offer("server-2");
  isNoticed(vain, "HandsOnWhatItLost", /it has sent something 1 times to server-2$/);
  const elsewhere = new Watched([A, A], [B, A]);
  (elsewhere.store.configs[2]!.groups as Map<number, string[]>).set(B, ["other", "server-2"]);
  elsewhere.stepAll(2);
  elsewhere.pass(1000);
  elsewhere.offer("server-2");
  isNoticed(
    elsewhere,
    "TriesAllServers",
    /1 times to server-2, and nothing to others; other leads/,
  );
});

Deno.test("ProgressWatch: a copy that stays (CopiesAreDeleted)", () => {
  const watched = new Watched([A, A], [B, A]);
  watched.stepAll(2);
  for (const piece of piecesOf([...watched.store.a.group.leaving][0]!)) {
    own(watched.store.b, { kind: "take", piece });
  }
  isNoticed(watched, "CopiesAreDeleted", /kept its copies of shard 0 .* arrived in group 2/);
});
