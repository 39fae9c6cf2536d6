import assert from "node:assert/strict";
import { term } from "../../../core/base/durable.ts";
import { noTrace } from "../../../core/base/ports.ts";
import { ms } from "../../../core/base/units.ts";
import { HangError } from "../../../core/sim/simulation.ts";
import { labTest } from "../harness/define.ts";
import type { World } from "../harness/world.ts";
import { LAB_TESTS } from "../mod.ts";
import { runLabTest } from "../run_lab_test.ts";
import { inRealWorld, isPlayable } from "./in_real_world.ts";
import { RealWorld } from "./real_world.ts";

function play<T>(script: (world: World) => Promise<T>, timeMax = ms(60_000)): Promise<T> {
  return RealWorld.play({ seed: 1n, trace: noTrace, timeMax }, script);
}

for (const name of ["TestPersist32C", "TestSnapshotInit2D"]) {
  Deno.test(`${name} in the real world`, async () => {
    const test = LAB_TESTS.find((test) => test.name === name)!;
    const { verdict, reason, measured, hash } = await runLabTest(inRealWorld(test), 1n);
    assert.equal(verdict, "pass", reason);
    assert.ok(measured!.seconds > 0.4 && measured!.commits! > 0);
    assert.equal(hash, "");
  });
}

Deno.test("RealWorld: every test of the course can be played in it, and what cannot says why", () => {
  for (const test of LAB_TESTS.filter(({ addition }) => addition !== "strict")) {
    assert.ok(isPlayable(test), test.name);
  }
  const simulatedOnly = LAB_TESTS.filter((test) => !isPlayable(test));
  assert.ok(simulatedOnly.length > 0);
  for (const { realWorld, simulatedOnly: why } of simulatedOnly) {
    assert.equal(realWorld, undefined);
    assert.ok(why !== "");
  }
});

Deno.test("RealWorld: nothing goes on when the script has ended", async () => {
  let fired = false;
  await play(async (world) => {
    const { clock } = world;
    clock.after(ms(5), () => fired = true);
    world.spawn(async () => {
      await clock.sleep(ms(5));
      fired = true;
    });
    await clock.sleep(ms(0));
  });
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.ok(!fired);
});

Deno.test("RealWorld fails on what happens beside the script: a task, a timer, a call of fail()", async () => {
  const error = new TypeError("beside");
  const waits: ((world: World) => void)[] = [
    (world) => void world.spawn(() => Promise.reject(error)),
    (world) =>
      void world.clock.after(ms(1), () => {
        throw error;
      }),
    (world) => world.fail(error),
  ];
  for (const begin of waits) {
    await assert.rejects(
      play((world) => {
        begin(world);
        return world.deferred<void>().promise;
      }),
      error,
    );
  }
});

Deno.test("RealWorld: the first failure wins, even over a script that ends well", async () => {
  await assert.rejects(
    play((world) => {
      world.fail(new TypeError("first"));
      world.fail(new TypeError("second"));
      return Promise.resolve();
    }),
    new TypeError("first"),
  );
});

Deno.test("RealWorld ends a script that takes too long, and closes what it has left open", async () => {
  const begun = performance.now();
  const hanging = labTest({
    lab: "2A",
    name: "Hanging",
    title: "hangs",
    servers: 3,
    scenario: (config) => config.world.deferred<void>().promise,
  });
  await assert.rejects(play((world) => hanging.run(world), ms(700)), HangError);
  assert.ok(performance.now() - begun >= 700);
});

Deno.test("RealWorld: a disk keeps what a server has confirmed when it crashes, and takes no orders to fail", async () => {
  await play(async (world) => {
    assert.throws(
      () => world.makeDisk({ name: 0, wal: true, syncDelayMax: ms(1) }),
      /A real disk has no syncDelayMax to be set/,
    );
    const disk = world.makeDisk({ name: 0, wal: false });
    disk.open();
    for (let life = 1; life <= 3; life++) {
      const storage = disk.open();
      assert.equal(storage.load().hardState?.currentTerm, life === 1 ? undefined : life - 1);
      const durable = world.deferred<void>();
      const batch = { hardState: { currentTerm: term(life), votedFor: undefined } };
      storage.persist(batch, () => durable.resolve());
      await durable.promise;
      assert.ok(storage.raftStateSize() > 0);
      storage.persist(batch, () => assert.fail("it has crashed"));
      disk.crash();
    }
  });
});
