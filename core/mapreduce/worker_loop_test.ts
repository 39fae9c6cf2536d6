import assert from "node:assert/strict";
import type { Clock } from "../base/ports.ts";
import { type Millis, ms } from "../base/units.ts";
import { macrotask } from "../host/macrotask.ts";
import { Simulation } from "../sim/simulation.ts";
import {
  type Assignment,
  type CoordinatorReply,
  type MapResult,
  type RpcCaller,
  TaskFailure,
  type WorkerRequest,
} from "./messages.ts";
import { decodeWorkerRequest } from "./messages_codec.ts";
import { encodeCoordinatorReply } from "./messages_reply_codec.ts";
import type { WorkerOutcome, WorkerPatience } from "./worker_link.ts";
import { type TaskControl, type TaskRunner, type WorkerEvent, WorkerLoop } from "./worker_loop.ts";

const REGISTERED: CoordinatorReply = {
  kind: "registered",
  jobId: "job",
  heartbeatInterval: ms(500),
  machineId: "m1",
  inputFolder: "/in",
};
const EXIT: CoordinatorReply = { kind: "exit", failure: undefined };
const MAP: Assignment = {
  kind: "map",
  task: 3,
  attempt: 2,
  splits: [],
  nReduce: 1,
  skipRecords: [],
  oneRecordAtATime: false,
};
const RESULT: MapResult = { partitionBytes: [1], path: "m", counters: {} };
const RECORD = { file: "a", start: 0, end: 1 };

/** What a master says to a request; `undefined`: it does not answer. */
type Answer = (request: WorkerRequest, now: number) => CoordinatorReply | undefined;

/** A world of one worker and a master that says what the test wants. */
class TestWorld {
  readonly simulation: Simulation = new Simulation({ seed: 1n, macrotask });
  readonly requests: WorkerRequest[] = [];
  readonly events: WorkerEvent[] = [];
  readonly discarded: unknown[] = [];
  /** How much later than they should the timers of the worker fire. */
  lateness = 0;
  readonly #answer: Answer;
  readonly #execute: (control: TaskControl) => Promise<MapResult>;

  constructor(
    answer: Answer,
    execute: (control: TaskControl, world: TestWorld) => Promise<MapResult> = () =>
      Promise.resolve(RESULT),
  ) {
    this.#answer = answer;
    this.#execute = (control) => execute(control, this);
  }

  sleep(millis: number): Promise<void> {
    return this.simulation.clock.sleep(ms(millis));
  }

  get now(): number {
    return this.simulation.clock.now();
  }

  kinds(): string[] {
    return this.requests.map(({ kind }) => kind);
  }

  run(
    patience: Partial<WorkerPatience> = {},
    during: (loop: WorkerLoop) => Promise<void> = () => Promise.resolve(),
  ): Promise<WorkerOutcome> {
    return this.simulation.run(async () => {
      const loop = this.#makeLoop(patience);
      const outcome = this.simulation.spawn(() => loop.run());
      await during(loop);
      return await outcome;
    });
  }

  #makeLoop(patience: Partial<WorkerPatience>): WorkerLoop {
    const runner: TaskRunner = {
      runMap: (_assignment, control) => this.#execute(control),
      runReduce: () => Promise.reject(new Error("there are no reduces here")),
      discard: (result) => {
        this.discarded.push(result);
        return Promise.resolve();
      },
    };
    return new WorkerLoop({
      address: { workerId: "w1", hostname: "h", port: 1, machineId: "m1", folder: "/w1" },
      app: { name: "wc", wholeFiles: false },
      master: this.#master(),
      runner,
      clock: this.#clock(),
      random: this.simulation.random,
      patience,
      onEvent: (event) => this.events.push(event),
    });
  }

  #clock(): Clock {
    const { clock } = this.simulation;
    return {
      now: () => clock.now(),
      sleep: (span) => clock.sleep(span),
      after: (span, fn) => clock.after(ms(span + this.lateness), fn),
    };
  }

  #master(): RpcCaller {
    return {
      call: async (_service, bytes, deadline) => {
        const request = decodeWorkerRequest(bytes);
        this.requests.push(request);
        const reply = this.#answer(request, this.now);
        await this.simulation.clock.sleep(reply === undefined ? deadline as Millis : ms(1));
        if (reply === undefined) throw new Error("no answer");
        return encodeCoordinatorReply(reply);
      },
    };
  }
}

/** Hands out one map, then ends the job. `more` comes first. */
function oneMap(more: Answer = () => undefined): Answer {
  let asked = 0;
  return (request, now) => {
    const special = more(request, now);
    if (special !== undefined) return special;
    switch (request.kind) {
      case "register":
        return REGISTERED;
      case "askForWork":
        return asked++ === 0 ? { kind: "assigned", assignment: MAP } : EXIT;
      case "heartbeat":
        return { kind: "heartbeatReply", cancelled: false };
      default:
        return { kind: "reported", accepted: true };
    }
  };
}

Deno.test("lab 1 §3: a worker registers, asks, reports, asks again, and exits when it is told", async () => {
  const world = new TestWorld(oneMap());
  assert.deepEqual(await world.run(), { kind: "jobDone" });
  assert.deepEqual(world.kinds(), ["register", "askForWork", "mapDone", "askForWork"]);
  assert.deepEqual(world.requests[2], {
    kind: "mapDone",
    workerId: "w1",
    jobId: "job",
    task: 3,
    attempt: 2,
    result: RESULT,
  });
  assert.deepEqual(world.events.map(({ kind }) => kind), ["registered", "begins", "ends"]);
});

Deno.test("lab 1 §3: a worker exits when it finds no master at its very first call", async () => {
  const world = new TestWorld(() => undefined);
  const outcome = await world.run();
  assert.deepEqual(outcome, { kind: "unreachable", first: true, message: "no answer" });
  assert.equal(world.requests.length, 1);
});

Deno.test("a worker can be told to wait for a master that is not there yet", async () => {
  const answer = oneMap();
  const world = new TestWorld((request, now) => now < 20_000 ? undefined : answer(request, now));
  const outcome = await world.run({ firstContact: ms(30_000), callDeadline: ms(1000) });
  assert.equal(outcome.kind, "jobDone");
});

Deno.test("a worker that is not wanted ends, and says why", async () => {
  const world = new TestWorld(() => ({ kind: "refused", message: "this job runs grep" }));
  assert.deepEqual(await world.run(), { kind: "refused", message: "this job runs grep" });
});

Deno.test("a worker asks again after the pause that it was told", async () => {
  let asked = 0;
  const world = new TestWorld((request) => {
    if (request.kind === "register") return REGISTERED;
    return ++asked === 1 ? { kind: "wait", delay: ms(700) } : EXIT;
  });
  await world.run();
  assert.ok(world.now >= 700);
});

Deno.test("a worker bears a restart of the master, and is known to it afterwards", async () => {
  let known = false;
  let asked = 0;
  const world = new TestWorld((request, now) => {
    if (now > 1000 && now < 8000) return undefined;
    if (request.kind === "register") {
      known = true;
      return REGISTERED;
    }
    if (now >= 8000 && asked++ === 0) known = false;
    if (!known) return { kind: "unknownWorker" };
    return now < 9000 ? { kind: "wait", delay: ms(100) } : EXIT;
  });
  assert.equal((await world.run({ callDeadline: ms(1000) })).kind, "jobDone");
  assert.equal(world.kinds().filter((kind) => kind === "register").length, 2);
});

Deno.test("a worker gives up a master that stays away", async () => {
  const world = new TestWorld((request, now) =>
    now > 1000
      ? undefined
      : request.kind === "register"
      ? REGISTERED
      : { kind: "wait", delay: ms(9) }
  );
  const outcome = await world.run({ callDeadline: ms(1000), masterTimeout: ms(10_000) });
  assert.deepEqual(outcome, { kind: "unreachable", first: false, message: "no answer" });
  assert.ok(world.now > 11_000 && world.now < 15_000, `at ${world.now} ms`);
});

Deno.test("a worker hears a master out before it gives it up: it may have been asleep itself", async () => {
  let unanswered = 2;
  const world = new TestWorld((request) => {
    if (request.kind === "register") return REGISTERED;
    return unanswered-- > 0 ? undefined : EXIT;
  });
  const outcome = await world.run({ callDeadline: ms(30_000), masterTimeout: ms(10_000) });
  assert.deepEqual(outcome, { kind: "jobDone" });
});

Deno.test("a report is repeated until it is answered", async () => {
  const answer = oneMap();
  const world = new TestWorld((request, now) =>
    request.kind === "mapDone" && now < 3000 ? undefined : answer(request, now)
  );
  assert.equal((await world.run({ callDeadline: ms(1000) })).kind, "jobDone");
  assert.ok(world.kinds().filter((kind) => kind === "mapDone").length > 1);
});

Deno.test("what an attempt has made is removed when another one counts", async () => {
  const world = new TestWorld(
    oneMap((request) =>
      request.kind === "mapDone" ? { kind: "reported", accepted: false } : undefined
    ),
  );
  await world.run();
  assert.deepEqual(world.discarded, [RESULT]);
});

Deno.test("a failure is reported in one line, with the record and the lost inputs", async () => {
  const failures: (readonly [Error, Partial<WorkerRequest>])[] = [
    [new TypeError("x is\nnot a function"), { message: "TypeError: x is", lostInputs: [] }],
    [new TaskFailure("bad", { record: RECORD }), { message: "bad", record: RECORD }],
    [new TaskFailure("gone", { lostInputs: [1, 2] }), { message: "gone", lostInputs: [1, 2] }],
  ];
  for (const [error, expected] of failures) {
    const world = new TestWorld(oneMap(), () => Promise.reject(error));
    assert.equal((await world.run()).kind, "jobDone");
    const report = world.requests.find(({ kind }) => kind === "attemptFailed");
    assert.ok(report?.kind === "attemptFailed");
    assert.deepEqual(report.id, { kind: "map", task: 3, attempt: 2 });
    assert.deepEqual({ ...report, ...expected }, report);
  }
});

Deno.test("a result that cannot be sent is the failure of the attempt", async () => {
  const world = new TestWorld(oneMap(), () => Promise.resolve({ ...RESULT, counters: { n: 0.5 } }));
  assert.equal((await world.run()).kind, "jobDone");
  assert.ok(world.kinds().includes("attemptFailed"));
});

Deno.test("heartbeats tell of progress, and only of progress", async () => {
  const world = new TestWorld(oneMap(), async (control, world) => {
    control.progress(0.25, "reading");
    await world.sleep(700);
    await world.sleep(700);
    control.progress(2);
    control.progress(NaN);
    await world.sleep(700);
    return RESULT;
  });
  await world.run();
  const beats = world.requests.filter((request) => request.kind === "heartbeat");
  assert.deepEqual(
    beats.map(({ active, fraction, status }) => [active, fraction, status]),
    [
      [true, 0.25, "reading"],
      [false, 0.25, "reading"],
      [true, 1, "reading"],
      [false, 1, "reading"],
    ],
  );
});

Deno.test("a heartbeat that is lost does not lose the progress it told of", async () => {
  let beats = 0;
  const answer = oneMap();
  const world = new TestWorld(
    (request, now) =>
      request.kind === "heartbeat" && ++beats === 1 ? undefined : answer(request, now),
    async (control, world) => {
      control.progress(0.5);
      await world.sleep(4000);
      return RESULT;
    },
  );
  await world.run();
  const active = world.requests.filter((request) => request.kind === "heartbeat")
    .map((request) => request.active);
  assert.deepEqual(active.slice(0, 3), [true, true, false]);
});

Deno.test("a heartbeat that the application did not let through in time is a sign of life", async () => {
  const world = new TestWorld(oneMap(), async (_control, world) => {
    await world.sleep(7000);
    return RESULT;
  });
  world.lateness = 5000;
  await world.run();
  const beat = world.requests.find(({ kind }) => kind === "heartbeat");
  assert.ok(beat?.kind === "heartbeat" && beat.active);
});

Deno.test("a task that is not wanted any more is aborted, and nothing is reported", async () => {
  let aborted = false;
  const world = new TestWorld(
    oneMap((request) =>
      request.kind === "heartbeat" ? { kind: "heartbeatReply", cancelled: true } : undefined
    ),
    async (control, world) => {
      await world.sleep(1000);
      aborted = control.signal.aborted;
      control.signal.throwIfAborted();
      return RESULT;
    },
  );
  assert.equal((await world.run()).kind, "jobDone");
  assert.ok(aborted);
  assert.deepEqual(world.kinds(), ["register", "askForWork", "heartbeat", "askForWork"]);
  assert.deepEqual(world.events.map(({ kind }) => kind), ["registered", "begins", "cancelled"]);
});

Deno.test("what a cancelled task makes all the same is removed", async () => {
  const world = new TestWorld(
    oneMap((request) =>
      request.kind === "heartbeat" ? { kind: "heartbeatReply", cancelled: true } : undefined
    ),
    async (_control, world) => {
      await world.sleep(1000);
      return RESULT;
    },
  );
  await world.run();
  assert.deepEqual(world.discarded, [RESULT]);
});

Deno.test("a cancelled task that does not end is left to itself", async () => {
  const world = new TestWorld(
    oneMap((request) =>
      request.kind === "heartbeat" ? { kind: "heartbeatReply", cancelled: true } : undefined
    ),
    async (_control, world) => {
      await world.sleep(500_000);
      return RESULT;
    },
  );
  assert.equal((await world.run()).kind, "jobDone");
  assert.ok(world.now < 10_000);
});

Deno.test("a worker that is told of the end in the middle of a task drops it", async () => {
  const world = new TestWorld(
    oneMap((request) =>
      request.kind === "heartbeat" ? { kind: "exit", failure: "disk full" } : undefined
    ),
    async (control, world) => {
      while (!control.signal.aborted) await world.sleep(100);
      throw control.signal.reason;
    },
  );
  assert.deepEqual(await world.run(), { kind: "jobFailed", message: "disk full" });
  assert.ok(world.now < 1000);
});

Deno.test("the master knows a record before the application gets it", async () => {
  const world = new TestWorld(oneMap(), async (control, world) => {
    await control.recordBegins(RECORD);
    const beat = world.requests.at(-1);
    assert.deepEqual(beat?.kind === "heartbeat" && [beat.record, beat.active], [RECORD, true]);
    return RESULT;
  });
  assert.equal((await world.run()).kind, "jobDone");
});

Deno.test("recordBegins() rejects when the task is not wanted any more", async () => {
  const world = new TestWorld(
    oneMap((request) =>
      request.kind === "heartbeat" ? { kind: "heartbeatReply", cancelled: true } : undefined
    ),
    async (control) => {
      await assert.rejects(control.recordBegins(RECORD));
      throw new Error("stopped");
    },
  );
  await world.run();
  assert.ok(!world.kinds().includes("attemptFailed"));
});

Deno.test("WorkerLoop.leave() drops the task and says goodbye", async () => {
  const world = new TestWorld(oneMap(), async (control, world) => {
    while (!control.signal.aborted) await world.sleep(10);
    throw control.signal.reason;
  });
  const outcome = await world.run({}, async (loop) => {
    await world.sleep(100);
    loop.leave(true);
  });
  assert.deepEqual(outcome, { kind: "left" });
  assert.deepEqual(world.requests.at(-1), {
    kind: "leave",
    workerId: "w1",
    jobId: "job",
    filesStay: true,
  });
});
