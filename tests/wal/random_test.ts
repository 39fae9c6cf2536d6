/** Random lives of a log on a disk that fails in every way: nothing acknowledged is lost, nothing is made up. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { DiskError } from "../../core/base/disk.ts";
import { type DurableBatch, serverId } from "../../core/base/durable.ts";
import type { Clock } from "../../core/base/ports.ts";
import { ms } from "../../core/base/units.ts";
import { macrotask } from "../../core/host/macrotask.ts";
import { Wal } from "../../core/host/wal/mod.ts";
import { type FileDiskOperation, SimFileDisk } from "../../core/sim/file_disk.ts";
import { Simulation } from "../../core/sim/simulation.ts";
import { describe, entries, hardState, Model, snapshot } from "./model.ts";

const identity = { cluster: "random", server: serverId(1) };

type Step =
  | { readonly kind: "vote"; readonly vote: number | undefined }
  | {
    readonly kind: "append";
    readonly back: number;
    readonly count: number;
    readonly bytes: number;
  }
  | { readonly kind: "compact"; readonly back: number; readonly bytes: number }
  | { readonly kind: "install"; readonly ahead: number; readonly bytes: number }
  | { readonly kind: "sleep"; readonly span: number }
  | { readonly kind: "powerLoss" | "kill" | "close" | "stall" | "resume" }
  | { readonly kind: "fail"; readonly operation: FileDiskOperation; readonly isFull: boolean }
  | { readonly kind: "capacity"; readonly bytes: number };

const OPERATIONS: readonly FileDiskOperation[] = [
  "create",
  "write",
  "sync",
  "rename",
  "remove",
  "syncNames",
];

function record<K extends Step["kind"], T>(kind: K, model: T) {
  return fc.record({ kind: fc.constant(kind), ...model });
}

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: record("vote", { vote: fc.option(fc.nat(4), { nil: undefined }) }) },
  {
    weight: 10,
    arbitrary: record("append", {
      back: fc.nat(3),
      count: fc.integer({ min: 1, max: 5 }),
      bytes: fc.nat(60),
    }),
  },
  { weight: 3, arbitrary: record("compact", { back: fc.nat(4), bytes: fc.nat(200) }) },
  {
    weight: 1,
    arbitrary: record("install", { ahead: fc.integer({ min: -2, max: 4 }), bytes: fc.nat(99) }),
  },
  { weight: 8, arbitrary: record("sleep", { span: fc.nat(8) }) },
  { weight: 2, arbitrary: record("powerLoss", {}) },
  { weight: 2, arbitrary: record("kill", {}) },
  { weight: 1, arbitrary: record("close", {}) },
  { weight: 1, arbitrary: record("stall", {}) },
  { weight: 1, arbitrary: record("resume", {}) },
  {
    weight: 1,
    arbitrary: record("fail", {
      operation: fc.constantFrom(...OPERATIONS),
      isFull: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: record("capacity", { bytes: fc.integer({ min: 0, max: 4000 }) }) },
) as fc.Arbitrary<Step>;

/** One life of a log after the other, on one disk. */
class World {
  readonly #disk: SimFileDisk;
  readonly #simulation: Simulation;
  readonly #inBackground: boolean;
  readonly #gathers: boolean;
  readonly #segmentBytes: number;
  #wal: Wal | undefined;
  #life = 0;
  #acknowledged = 0;
  #count = 0;
  #model: Model;

  constructor(
    simulation: Simulation,
    disk: SimFileDisk,
    options: {
      readonly inBackground: boolean;
      readonly gathers: boolean;
      readonly segmentBytes: number;
    },
  ) {
    this.#simulation = simulation;
    this.#disk = disk;
    this.#inBackground = options.inBackground;
    this.#gathers = options.gathers;
    this.#segmentBytes = options.segmentBytes;
    this.#model = new Model(this.#inBackground);
  }

  /** Ends the present life and begins the next; checks what it finds. */
  open(): void {
    this.#life++;
    this.#wal = undefined;
    const clock = this.#clockOfThisLife();
    let wal: Wal;
    try {
      wal = new Wal({
        disk: this.#disk.mount(),
        clock,
        identity,
        segmentBytes: this.#segmentBytes,
        compactsInBackground: this.#inBackground,
        fullRetry: ms(10),
        ...(this.#gathers && { gather: (next) => void clock.after(ms(0), next) }),
      });
    } catch (error) {
      // A fault that was meant for later; or there is no room for the first segment.
      if (error instanceof DiskError) return;
      throw error;
    }
    this.#wal = wal;
    const recovered = wal.load();
    assert.notEqual(
      this.#model.find(recovered, this.#acknowledged),
      -1,
      `${this.#acknowledged} of ${this.#model.submitted} were acknowledged; recovered ${
        describe(recovered)
      }`,
    );
    this.#model = new Model(this.#inBackground, recovered);
    this.#acknowledged = 0;
  }

  /** Nothing that a dead life has set a timer for happens. */
  #clockOfThisLife(): Clock {
    const { clock } = this.#simulation;
    const life = this.#life;
    const after: Clock["after"] = (span, fn) =>
      clock.after(span, () => {
        if (life === this.#life) fn();
      });
    return { now: () => clock.now(), sleep: (span) => clock.sleep(span), after };
  }

  async take(step: Step): Promise<void> {
    const { clock } = this.#simulation;
    if (this.#wal === undefined || this.#wal.condition === "failed") this.open();
    switch (step.kind) {
      case "sleep":
        return clock.sleep(ms(step.span));
      case "powerLoss":
        this.#disk.crash();
        return this.open();
      case "kill":
        return this.open();
      case "close":
        this.#wal?.close();
        await clock.sleep(ms(100));
        return this.open();
      case "stall":
        return this.#disk.stall();
      case "resume":
        return this.#disk.resume();
      case "fail":
        return this.#disk.failNext(step.operation, step.isFull ? "full" : "error");
      case "capacity":
        return this.#disk.setCapacity(step.bytes);
      default:
        return this.#submit(this.#toBatch(step));
    }
  }

  /** When the disk is sound again, everything that waits becomes durable. */
  async end(): Promise<void> {
    const { clock } = this.#simulation;
    this.#disk.heal();
    await clock.sleep(ms(1000));
    if (this.#wal === undefined || this.#wal.condition === "failed") this.open();
    await clock.sleep(ms(1000));
    assert.equal(this.#wal?.condition, "ok");
    assert.equal(this.#acknowledged, this.#model.submitted);
    this.#disk.crash();
    this.open();
  }

  #submit(batch: DurableBatch): void {
    const life = this.#life;
    const number = this.#model.submitted + 1;
    this.#model.submit(batch);
    this.#wal?.persist(batch, () => {
      assert.equal(this.#life, life, "a log of a former life reports something durable");
      assert.equal(++this.#acknowledged, number);
    });
  }

  /** What a Raft server might write in that state. */
  #toBatch(step: Step): DurableBatch {
    const { lastIndex, snapshotIndex } = this.#model;
    const inTerm = ++this.#count;
    switch (step.kind) {
      case "append": {
        const first = Math.max(snapshotIndex + 1, lastIndex + 1 - step.back);
        return { entries: entries(first, first + step.count - 1, inTerm, step.bytes) };
      }
      case "compact": {
        const index = lastIndex - step.back;
        if (index <= snapshotIndex) return { hardState: hardState(inTerm) };
        return { snapshot: snapshot(index, inTerm, step.bytes) };
      }
      case "install": {
        const index = Math.max(snapshotIndex + 1, lastIndex + step.ahead);
        return { snapshot: snapshot(index, inTerm, step.bytes), discardLog: true };
      }
      default:
        return { hardState: hardState(inTerm, step.kind === "vote" ? step.vote : undefined) };
    }
  }
}

Deno.test("wal: random lives with crashes, errors, stalls and a full disk", async () => {
  const scenario = fc.record({
    seed: fc.nat(),
    slow: fc.boolean(),
    inBackground: fc.boolean(),
    gathers: fc.boolean(),
    tearing: fc.constantFrom("prefix" as const, "sectors" as const),
    segmentBytes: fc.constantFrom(200, 300, 1500),
    steps: fc.array(step, { minLength: 10, maxLength: 80, size: "max" }),
  });
  await fc.assert(
    fc.asyncProperty(scenario, async ({ seed, slow, tearing, steps, ...options }) => {
      const simulation = new Simulation({ seed: BigInt(seed), macrotask });
      const delay = slow ? { syncDelayMin: ms(0.5), syncDelayMax: ms(4) } : {};
      const disk = new SimFileDisk(simulation, { tearing, ...delay });
      await simulation.run(async () => {
        const world = new World(simulation, disk, options);
        world.open();
        for (const step of steps) await world.take(step);
        await world.end();
      });
    }),
    { numRuns: 400, seed: 824 },
  );
});
