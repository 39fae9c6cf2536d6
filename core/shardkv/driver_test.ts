import assert from "node:assert/strict";
import type { LogIndex } from "../base/durable.ts";
import { SeededRandom } from "../base/random.ts";
import { ms } from "../base/units.ts";
import { macrotask } from "../host/macrotask.ts";
import type { Outcome } from "../rsm/replica.ts";
import type { RaftView, Role } from "../raft/mod.ts";
import type { Config } from "../shardctrler/config.ts";
import { Simulation } from "../sim/simulation.ts";
import { configOf } from "./_test_groups.ts";
import { Driver, DRIVER_SETTINGS } from "./driver.ts";
import { decodePiece, encodePieceReply, type PieceReply } from "./piece_codec.ts";
import { ShardkvStateMachine } from "./state_machine.ts";

/** A driver of a group of one, whose log is instant, among groups and a controller that do what the test wants. */
class Scene {
  readonly simulation = new Simulation({ seed: 1n, macrotask });
  readonly machine = new ShardkvStateMachine({ gid: 1, shardCount: 2 });
  readonly driver: Driver;
  role: Role = "leader";
  history: readonly Config[] = [configOf(0, [0, 0])];
  /** What the other groups say to a piece. */
  answer: (server: string) => PieceReply | undefined = () => ({ kind: "installed" });
  readonly asked: number[] = [];
  /** `server num/shard`. */
  readonly offered: string[] = [];
  proposals = 0;

  constructor() {
    const { clock } = this.simulation;
    this.driver = new Driver({
      clock,
      random: new SeededRandom(1n),
      replica: {
        view: this.#view(),
        propose: (command, onOutcome) => this.#propose(command, onOutcome),
      },
      group: () => this.machine.group,
      configs: {
        query: (num, onConfig) => {
          this.asked.push(num);
          clock.after(ms(1), () => onConfig(this.history[num] ?? this.history.at(-1)!));
        },
        stop() {},
      },
      call: (server, _service, bytes, onReply) => {
        const { num, shard } = decodePiece(bytes);
        this.offered.push(`${server} ${num}/${shard}`);
        const reply = this.answer(server);
        if (reply !== undefined) clock.after(ms(1), () => onReply(encodePieceReply(reply)));
      },
      settings: DRIVER_SETTINGS,
    });
  }

  async pass(span: number): Promise<void> {
    await this.simulation.run(() => this.simulation.clock.sleep(ms(span)));
  }

  #view(): RaftView {
    const role = () => this.role;
    return {
      get role() {
        return role();
      },
    } as RaftView;
  }

  #propose(command: Uint8Array, onOutcome: (outcome: Outcome) => void): void {
    if (this.role !== "leader") return onOutcome({ kind: "rejected", leaderId: undefined });
    this.proposals++;
    const result = this.machine.apply(command, this.proposals as LogIndex);
    this.simulation.clock.after(ms(1), () => {
      onOutcome({ kind: "done", result, index: this.proposals as LogIndex });
    });
  }
}

Deno.test("Driver follows all configurations, one after the other, without waiting in between", async () => {
  const scene = new Scene();
  scene.history = Array.from({ length: 20 }, (_, num) => configOf(num, [num % 2, 1]));
  await scene.pass(200);
  assert.equal(scene.machine.group.config.num, 19);
  assert.deepEqual(scene.asked.slice(0, 19), Array.from({ length: 19 }, (_, i) => i + 1));
});

Deno.test("Driver asks about every 100 ms while nothing changes, and not at all where it does not lead", async () => {
  const scene = new Scene();
  await scene.pass(10_000);
  assert.ok(scene.asked.length >= 100 && scene.asked.length <= 200, `asked ${scene.asked.length}`);
  const [asked, proposals] = [scene.asked.length, scene.proposals];
  assert.equal(proposals, 0, "the newest configuration is not the next one");
  scene.role = "follower";
  scene.history = [configOf(0, [0, 0]), configOf(1, [1, 1])];
  await scene.pass(10_000);
  assert.deepEqual([scene.asked.length, scene.proposals], [asked, proposals]);
  scene.role = "leader";
  await scene.pass(200);
  assert.equal(scene.machine.group.config.num, 1);
});

Deno.test("Driver hands each lost shard on by itself, and deletes it when it has arrived", async () => {
  const scene = new Scene();
  scene.history = [configOf(0, [0, 0]), configOf(1, [1, 1]), configOf(2, [2, 3])];
  scene.answer = (server) => server === "server-2" ? undefined : { kind: "installed" };
  await scene.pass(300);
  const copies = () => [...scene.machine.group.leaving].map(({ shard }) => shard);
  assert.deepEqual(copies(), [0], "group 2 is dead, group 3 is not");
  scene.answer = () => ({ kind: "installed" });
  await scene.pass(3000);
  assert.deepEqual(copies(), []);
});

Deno.test("Driver: the next leader goes on with what the last one has begun", async () => {
  const scene = new Scene();
  scene.history = [configOf(0, [0, 0]), configOf(1, [1, 1]), configOf(2, [2, 2])];
  scene.answer = () => ({ kind: "notReady" });
  await scene.pass(500);
  assert.ok(scene.offered.length > 10);
  scene.role = "follower";
  await scene.pass(200);
  const { length } = scene.offered;
  await scene.pass(1000);
  assert.equal(scene.offered.length, length, "a follower offers nothing");
  scene.role = "leader";
  scene.answer = () => ({ kind: "installed" });
  await scene.pass(500);
  assert.deepEqual([...scene.machine.group.leaving], []);
});

Deno.test("Driver tries all servers of a group, and finds them where the present configuration says", async () => {
  const scene = new Scene();
  const moved = configOf(2, [2, 1]);
  const servers = new Map([...moved.groups, [2, ["a", "b", "c"]]]);
  scene.history = [configOf(0, [0, 0]), configOf(1, [1, 1]), { ...moved, groups: servers }];
  scene.answer = (server) => server === "d" ? { kind: "installed" } : { kind: "notLeader" };
  await scene.pass(500);
  assert.deepEqual([...new Set(scene.offered)], ["a 2/0", "b 2/0", "c 2/0"]);
  const elsewhere = new Map([...moved.groups, [2, ["c", "d"]]]);
  scene.history = [...scene.history, { ...moved, num: 3, groups: elsewhere }];
  await scene.pass(500);
  assert.deepEqual([...scene.machine.group.leaving], []);
});

Deno.test("Driver.stop() ends everything", async () => {
  const scene = new Scene();
  scene.history = [configOf(0, [0, 0]), configOf(1, [1, 1]), configOf(2, [2, 2])];
  scene.answer = () => ({ kind: "notReady" });
  await scene.pass(500);
  scene.driver.stop();
  const before = [scene.asked.length, scene.offered.length];
  scene.driver.wake();
  await scene.pass(1000);
  assert.deepEqual([scene.asked.length, scene.offered.length], before);
});
