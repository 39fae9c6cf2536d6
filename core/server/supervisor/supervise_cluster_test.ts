import assert from "node:assert/strict";
import { ms } from "../../base/mod.ts";
import type { ChildEnd } from "../../host/heard_child.ts";
import { isProcessAlive } from "../../host/this_process.ts";
import type { OnLine } from "../../host/talking_child.ts";
import { Scheduler } from "../../sim/scheduler.ts";
import type { ClusterEvent } from "./events.ts";
import type { Child, StartChild } from "./member.ts";
import { readyLine } from "./ready_line.ts";
import { superviseCluster, type SuperviseOptions } from "./supervise_cluster.ts";

/** Processes that exist only here, and a clock that jumps. */
class FakeWorld {
  readonly clock = new Scheduler();
  readonly children: FakeChild[] = [];
  readonly events: ClusterEvent[] = [];
  readonly #abort = new AbortController();
  readonly running: ReturnType<typeof superviseCluster>;

  constructor(names: readonly string[], options: Partial<SuperviseOptions> = {}) {
    this.running = superviseCluster({
      members: names.map((name) => ({ name, args: [name] })),
      onEvent: (event) => this.events.push(event),
      signal: this.#abort.signal,
      grace: ms(5000),
      start: (args, onLine) => {
        const child = new FakeChild(this.children.length + 1, args, onLine);
        this.children.push(child);
        return child;
      },
      clock: this.clock,
      ...options,
    });
  }

  stop(): void {
    this.#abort.abort();
  }

  /** Lets `span` go by, with all that happens in it. */
  async pass(span: number): Promise<void> {
    let over = false;
    this.clock.after(ms(span), () => over = true);
    while (!over) {
      this.clock.next()!.fire();
      await settle();
    }
  }

  kinds(): string {
    return this.events.map((event) =>
      "member" in event ? `${event.kind} ${event.member}` : event.kind
    ).join(", ");
  }

  lastPause(): number | undefined {
    const death = this.events.findLast((event) => event.kind === "died");
    return death?.restartInMs;
  }
}

class FakeChild implements Child {
  readonly #ended = Promise.withResolvers<ChildEnd>();
  readonly ended = this.#ended.promise;
  readonly signals: string[] = [];
  constructor(
    readonly pid: number,
    readonly args: readonly string[],
    readonly say: OnLine,
  ) {}

  ready(): void {
    this.say("stdout", readyLine({ name: this.args[0]! }).trimEnd());
  }

  kill(signal: "SIGTERM" | "SIGKILL"): void {
    this.signals.push(signal);
    if (signal === "SIGKILL") this.end({ signal });
  }

  async end(how: { readonly code?: number; readonly signal?: string }): Promise<void> {
    this.#ended.resolve({ pid: this.pid, code: how.code ?? 1, signal: how.signal });
    await settle();
  }
}

function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

Deno.test("superviseCluster() tells when each is ready, and once when all are", async () => {
  const world = new FakeWorld(["a", "b"]);
  world.children[1]!.ready();
  world.children[0]!.ready();
  world.children[0]!.ready();
  assert.equal(world.kinds(), "started a, started b, ready b, ready a, allReady, ready a");
  world.stop();
  await settle();
  assert.deepEqual(world.children.map(({ signals }) => signals), [["SIGTERM"], ["SIGTERM"]]);
  for (const child of world.children) child.end({ code: 0 });
  assert.deepEqual(await world.running, { kind: "stopped" });
  assert.match(world.kinds(), /ended a, ended b$/);
});

Deno.test("superviseCluster() starts the dead again, ever later while they keep dying", async () => {
  const world = new FakeWorld(["a"]);
  world.children[0]!.ready();
  const pauses: (number | undefined)[] = [];
  for (let deaths = 0; deaths < 8; deaths++) {
    await world.children.at(-1)!.end({ signal: "SIGKILL" });
    pauses.push(world.lastPause());
    await world.pass(pauses.at(-1)!);
  }
  assert.deepEqual(pauses, [250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
  assert.equal(world.children.length, 9);
  await world.pass(60_000);
  await world.children.at(-1)!.end({ code: 0 });
  assert.equal(world.lastPause(), 250);
  world.stop();
  assert.deepEqual(await world.running, { kind: "stopped" });
  await world.pass(60_000);
  assert.equal(world.children.length, 9);
});

Deno.test("superviseCluster() gives up when one exits before it has served", async () => {
  const world = new FakeWorld(["a", "b"]);
  world.children[0]!.ready();
  for (let line = 1; line <= 7; line++) world.children[1]!.say("stderr", `line ${line}`);
  await world.children[1]!.end({ code: 2 });
  await world.children[0]!.end({ code: 0 });
  assert.deepEqual(await world.running, {
    kind: "failed",
    member: "b",
    end: {
      how: "ended with exit code 2",
      lastWords: ["line 3", "line 4", "line 5", "line 6", "line 7"],
    },
  });
});

Deno.test("superviseCluster() starts one again that was killed before it has served", async () => {
  const world = new FakeWorld(["a"]);
  await world.children[0]!.end({ signal: "SIGKILL" });
  await world.pass(250);
  assert.equal(world.kinds(), "started a, died a, started a");
  world.stop();
  await world.children[1]!.end({ code: 0 });
  await world.running;
});

Deno.test("superviseCluster() kills who does not end in time", async () => {
  const world = new FakeWorld(["a", "b"]);
  world.stop();
  await settle();
  await world.children[0]!.end({ code: 0 });
  await world.pass(5000);
  assert.deepEqual(world.children[1]!.signals, ["SIGTERM", "SIGKILL"]);
  assert.deepEqual(await world.running, { kind: "stopped" });
  assert.equal(world.kinds(), "started a, started b, ended a, killed b, ended b");
});

Deno.test("superviseCluster() ends those that run when one cannot be started", async () => {
  const started: FakeChild[] = [];
  const start: StartChild = (args, onLine) => {
    if (args[0] === "b") throw new Error("too many processes");
    const child = new FakeChild(1, args, onLine);
    started.push(child);
    return child;
  };
  const world = new FakeWorld(["a", "b"], { start });
  await settle();
  assert.deepEqual(started[0]!.signals, ["SIGTERM"]);
  started[0]!.end({ code: 0 });
  await assert.rejects(world.running, /too many processes/);
});

Deno.test("superviseCluster() keeps real processes of this program alive, and leaves none", async () => {
  const abort = new AbortController();
  const pids = new Map<string, number[]>();
  const ended: string[] = [];
  let killed = false;
  const running = superviseCluster({
    members: ["a", "b"].map((name) => ({ name, args: ["__echo", "--ready", name] })),
    signal: abort.signal,
    onEvent(event) {
      if (event.kind === "started") {
        pids.set(event.member, [...pids.get(event.member) ?? [], event.pid]);
      }
      if (event.kind === "allReady") {
        assert.deepEqual([...event.reports], [["a", { name: "a" }], ["b", { name: "b" }]]);
        Deno.kill(pids.get("b")![0]!, "SIGKILL");
      }
      if (event.kind === "died") {
        killed = true;
        assert.deepEqual(event.end, { how: "was ended by SIGKILL", lastWords: [] });
      }
      if (event.kind === "ready" && killed) abort.abort();
      if (event.kind === "ended") ended.push(`${event.member} ${event.end.how}`);
    },
  });
  assert.deepEqual(await running, { kind: "stopped" });
  assert.deepEqual([pids.get("a")!.length, pids.get("b")!.length], [1, 2]);
  assert.ok([...pids.values()].flat().every((pid) => !isProcessAlive(pid)));
  assert.deepEqual(ended.sort(), ["a ended with exit code 130", "b ended with exit code 130"]);
});

Deno.test("a cluster's processes end when their supervisor is killed", async () => {
  const source = new URL("./supervise_cluster.ts", import.meta.url).href;
  const code = `import { superviseCluster } from ${JSON.stringify(source)};
    const pids = [];
    await superviseCluster({
      members: [{ name: "a", args: ["__echo", "--ready", "a"] }],
      signal: new AbortController().signal,
      onEvent(event) {
        if (event.kind === "started") pids.push(event.pid);
        if (event.kind === "allReady") console.log(JSON.stringify(pids));
      },
    });`;
  const supervisor = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", `data:application/typescript,${encodeURIComponent(code)}`],
    stdout: "piped",
  }).spawn();
  const reader = supervisor.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const pids: number[] = JSON.parse((await reader.read()).value!);
  supervisor.kill("SIGKILL");
  await supervisor.status;
  await reader.cancel();
  while (pids.some(isRunning)) await new Promise((resolve) => setTimeout(resolve, 10));
});

/** Whether a process lives, and is not one that has ended and that nobody has asked about yet. */
function isRunning(pid: number): boolean {
  try {
    return isProcessAlive(pid) && !/\) Z /.test(Deno.readTextFileSync(`/proc/${pid}/stat`));
  } catch {
    return false;
  }
}
