import assert from "node:assert/strict";
import { type Instant, ms } from "../../base/mod.ts";
import { macrotask } from "../../host/mod.ts";
import { Simulation } from "../../sim/simulation.ts";
import { DiskWatch } from "./disk_watch.ts";

/** A watch on a disk that has been busy since `busySince`. */
class Watched {
  readonly events: string[] = [];
  readonly #simulation: Simulation;
  readonly watch: DiskWatch;
  busySince: Instant | undefined;
  busyBytes = 0;

  constructor(simulation: Simulation) {
    const { clock } = simulation;
    this.#simulation = simulation;
    this.watch = new DiskWatch({
      clock,
      stallTime: ms(600),
      busyFor: () => ms(this.busySince === undefined ? 0 : clock.now() - this.busySince),
      busyBytes: () => this.busyBytes,
      onChange: (isThere, trouble) => this.events.push(isThere ? trouble : `not ${trouble}`),
    });
  }

  begin(bytes = 0): void {
    this.busyBytes = bytes;
    this.busySince = this.#simulation.clock.now();
  }

  end(): void {
    this.busySince = undefined;
  }

  sleep(span: number): Promise<void> {
    return this.#simulation.clock.sleep(ms(span));
  }
}

function watchTest(name: string, scenario: (watched: Watched) => Promise<void>): void {
  Deno.test(`DiskWatch ${name}`, async () => {
    const simulation = new Simulation({ seed: 824n, macrotask });
    await simulation.run(async () => {
      const watched = new Watched(simulation);
      await scenario(watched);
      watched.watch.stop();
    });
  });
}

watchTest("notices a write that takes too long, and its end", async (watched) => {
  watched.begin();
  await watched.sleep(600);
  assert.deepEqual(watched.events, []);
  await watched.sleep(200);
  assert.deepEqual(watched.events, ["stalled"]);
  assert(watched.watch.isStalled);
  await watched.sleep(5000);
  watched.end();
  await watched.sleep(200);
  assert.deepEqual(watched.events, ["stalled", "not stalled"]);
});

watchTest("does not mind many short writes", async (watched) => {
  for (let i = 0; i < 20; i++) {
    watched.begin();
    await watched.sleep(500);
  }
  assert.deepEqual(watched.events, []);
});

watchTest("does not take one late look for a stall", async (watched) => {
  watched.begin();
  await watched.sleep(670);
  watched.end();
  await watched.sleep(1000);
  assert.deepEqual(watched.events, []);
});

watchTest("passes on each change once", (watched) => {
  watched.watch.setFull(true);
  watched.watch.setFull(true);
  watched.watch.setFull(false);
  watched.watch.setFull(false);
  assert.deepEqual(watched.events, ["full", "not full"]);
  return Promise.resolve();
});

watchTest("is silent once it is stopped", async (watched) => {
  watched.watch.stop();
  watched.begin();
  await watched.sleep(5000);
  assert.deepEqual(watched.events, []);
});

watchTest("gives a large write the time that it takes on a slow disk", async (watched) => {
  watched.begin(8 * 1024 * 1024);
  await watched.sleep(1400);
  assert.deepEqual(watched.events, []);
  await watched.sleep(300);
  assert.deepEqual(watched.events, ["stalled"]);
});
