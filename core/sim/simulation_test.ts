import assert from "node:assert/strict";
import { ms } from "../base/units.ts";
import { macrotask } from "../host/macrotask.ts";
import { HangError, Simulation, type SimulationOptions } from "./simulation.ts";

function make(options: Partial<SimulationOptions> = {}): Simulation {
  return new Simulation({ seed: 824n, macrotask, ...options });
}

function hang(message: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof HangError, `${error}`);
    assert.match(error.message, message);
    return true;
  };
}

/** A run with timers, tasks and draws whose course depends on the seed. */
async function wander(simulation: Simulation): Promise<void> {
  const walkers = ["a", "b", "c"].map((name) =>
    simulation.spawn(async () => {
      const random = simulation.random.child(name);
      for (let i = 0; i < 30; i++) {
        await simulation.clock.sleep(ms(random.below(5)));
        simulation.fold(16, i, random.below(100));
      }
    })
  );
  await Promise.all(walkers);
}

Deno.test("Simulation.run() gives the script's result, at the virtual time of its end", async () => {
  const simulation = make();
  const result = await simulation.run(async () => {
    await simulation.clock.sleep(ms(1500));
    return "done";
  });
  assert.equal(result, "done");
  assert.equal(simulation.clock.now(), 1500);
  assert.equal(simulation.events, 1);
});

Deno.test("Simulation.run() rejects as the script does, also before its first wait", async () => {
  const later = make();
  const failing = async () => {
    await later.clock.sleep(ms(1));
    throw new RangeError("later");
  };
  await assert.rejects(later.run(failing), new RangeError("later"));
  const early = make();
  const throwing = () => {
    throw new RangeError("at once");
  };
  await assert.rejects(early.run(throwing), new RangeError("at once"));
});

Deno.test("Simulation.run() may be called again, and goes on in time", async () => {
  const simulation = make();
  await simulation.run(() => simulation.clock.sleep(ms(10)));
  await simulation.run(() => simulation.clock.sleep(ms(10)));
  assert.equal(simulation.clock.now(), 20);
});

Deno.test("Simulation.run() throws when a script runs already", async () => {
  const simulation = make();
  const run = simulation.run(() => simulation.clock.sleep(ms(1)));
  await assert.rejects(simulation.run(() => Promise.resolve()), TypeError);
  await run;
});

Deno.test("Simulation lets all microtasks run before the next event", async () => {
  const simulation = make();
  const order: string[] = [];
  await simulation.run(async () => {
    simulation.clock.after(ms(2), () => order.push("event at 2"));
    await simulation.clock.sleep(ms(1));
    for (let i = 0; i < 50; i++) await Promise.resolve();
    order.push("script after 50 microtasks");
    await simulation.clock.sleep(ms(5));
  });
  assert.deepEqual(order, ["script after 50 microtasks", "event at 2"]);
});

Deno.test("Simulation.deferred() lets the waiting code run before the next event", async () => {
  const simulation = make();
  const order: string[] = [];
  await simulation.run(async () => {
    const { promise, resolve } = simulation.deferred<string>();
    simulation.clock.after(ms(1), () => resolve("resolved"));
    simulation.clock.after(ms(1), () => order.push("next event"));
    order.push(await promise);
    await simulation.clock.sleep(ms(1));
  });
  assert.deepEqual(order, ["resolved", "next event"]);
});

Deno.test("Simulation.deferred() passes on a rejection", async () => {
  const simulation = make();
  await simulation.run(async () => {
    const { promise, reject } = simulation.deferred<void>();
    simulation.clock.after(ms(1), () => reject(new RangeError("no")));
    await assert.rejects(promise, new RangeError("no"));
  });
});

Deno.test("Simulation.run() rejects with the error of an event, at that event", async () => {
  const simulation = make();
  const error = new Error("broken");
  const run = simulation.run(() => {
    simulation.clock.after(ms(3), () => {
      throw error;
    });
    simulation.clock.after(ms(3), () => assert.fail("the run is over"));
    return simulation.clock.sleep(ms(1000));
  });
  await assert.rejects(run, error);
  assert.equal(simulation.clock.now(), 3);
});

Deno.test("Simulation.spawn() fails the run when its task fails, though nobody waits", async () => {
  const simulation = make();
  const run = simulation.run(() => {
    simulation.spawn(async () => {
      await simulation.clock.sleep(ms(3));
      throw new RangeError("task");
    });
    return simulation.clock.sleep(ms(1000));
  });
  await assert.rejects(run, new RangeError("task"));
  assert.equal(simulation.clock.now(), 3);
});

Deno.test("Simulation.spawn() gives the task's result", async () => {
  const simulation = make();
  const result = await simulation.run(() =>
    simulation.spawn(async () => {
      await simulation.clock.sleep(ms(3));
      return 7;
    })
  );
  assert.equal(result, 7);
});

Deno.test("Simulation.spawn() from an event runs the task's microtasks before the next event", async () => {
  const simulation = make();
  const order: string[] = [];
  await simulation.run(async () => {
    simulation.clock.after(ms(1), () => {
      simulation.spawn(async () => {
        await Promise.resolve();
        order.push("task");
      });
    });
    simulation.clock.after(ms(1), () => order.push("next event"));
    await simulation.clock.sleep(ms(2));
  });
  assert.deepEqual(order, ["task", "next event"]);
});

Deno.test("Simulation.fail() fails the run after the present event; the first error wins", async () => {
  const simulation = make();
  let finished = false;
  const run = simulation.run(() => {
    simulation.clock.after(ms(3), () => {
      simulation.fail(new RangeError("first"));
      simulation.fail(new RangeError("second"));
      finished = true;
      throw new RangeError("third");
    });
    return simulation.clock.sleep(ms(1000));
  });
  await assert.rejects(run, new RangeError("first"));
  assert.ok(finished);
});

Deno.test("Simulation.run() rejects with what failed even if the script catches it", async () => {
  const simulation = make();
  const run = simulation.run(async () => {
    await simulation.spawn(() => Promise.reject(new RangeError("task"))).catch(() => {});
  });
  await assert.rejects(run, new RangeError("task"));
});

Deno.test("Simulation.run() reports a deadlock: what is pending, and when", async () => {
  const simulation = make();
  const run = simulation.run(async () => {
    await simulation.clock.sleep(ms(12.5));
    const settled = simulation.deferred<void>();
    settled.resolve();
    settled.resolve();
    simulation.spawn(() => simulation.deferred<void>().promise, "client");
    await new Promise(() => {});
  });
  await assert.rejects(
    run,
    hang(
      /^Deadlock at 12\.5 ms .*events to come: 0, promises to be settled: 1, tasks: 1 \(client \(1\)\)$/,
    ),
  );
});

Deno.test("Simulation.run() reports a livelock at one instant", async () => {
  const simulation = make({ eventsPerInstantMax: 1000 });
  const run = simulation.run(async () => {
    await simulation.clock.sleep(ms(7));
    for (;;) await simulation.clock.sleep(ms(0));
  });
  await assert.rejects(run, hang(/^Livelock at 7 ms .*more than 1000 events/));
  assert.ok(simulation.events < 1100);
});

Deno.test("Simulation.run() gives up after as many events as it is told", async () => {
  const simulation = make({ eventsMax: 100 });
  const run = simulation.run(async () => {
    for (;;) await simulation.clock.sleep(ms(1));
  });
  await assert.rejects(run, hang(/^More than 100 events ran until 101 ms /));
});

Deno.test("Simulation.run() allows as many events at one instant as its limit says", async () => {
  const simulation = make({ eventsPerInstantMax: 1000 });
  await simulation.run(async () => {
    for (let instant = 0; instant < 3; instant++) {
      await simulation.clock.sleep(ms(1));
      for (let i = 0; i < 999; i++) await simulation.clock.sleep(ms(0));
    }
  });
  assert.equal(simulation.events, 3000);
});

Deno.test("Simulation.run() reports that virtual time ran out", async () => {
  const simulation = make({ virtualTimeMax: ms(100) });
  const run = simulation.run(async () => {
    for (;;) await simulation.clock.sleep(ms(30));
  });
  await assert.rejects(run, hang(/^Virtual time ran out: the limit is 100 ms, .* due at 120 ms/));
});

Deno.test("Simulation: the same seed gives the same hash, another seed another", async () => {
  const run = async (seed: bigint) => {
    const simulation = make({ seed });
    await simulation.run(() => wander(simulation));
    return simulation.hash();
  };
  const hash = await run(1n);
  assert.match(hash, /^[0-9a-f]{16}$/);
  assert.equal(await run(1n), hash);
  assert.notEqual(await run(2n), hash);
});

Deno.test("Simulation: recording changes neither the course nor the hash", async () => {
  const plain = make();
  await plain.run(() => wander(plain));
  const recorded = make({ recordChoices: true, recordEvents: true });
  await recorded.run(() => wander(recorded));
  assert.equal(recorded.hash(), plain.hash());
  assert.deepEqual(plain.choices, []);
  assert.deepEqual(plain.eventLog, []);
});

Deno.test("Simulation.choices holds every draw with the name of its stream", async () => {
  const simulation = make({ recordChoices: true });
  await simulation.run(() => wander(simulation));
  assert.equal(simulation.choices.length, 180);
  const streams = new Set(simulation.choices.map(({ stream }) => stream));
  assert.deepEqual([...streams], ["a", "b", "c"]);
});

Deno.test("Simulation.eventLog has a line for each event and each fold, in order", async () => {
  const simulation = make({ recordEvents: true });
  await simulation.run(async () => {
    await simulation.clock.sleep(ms(1.5));
    simulation.fold(16, 4, 2);
    await simulation.clock.sleep(ms(1));
  });
  const expected = ["1.5 ms: event 1500 0", "1.5 ms: 16 4 2", "2.5 ms: event 2500 1"];
  assert.deepEqual(simulation.eventLog, expected);
});
