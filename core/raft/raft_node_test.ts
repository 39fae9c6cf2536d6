import assert from "node:assert/strict";
import {
  type DurableBatch,
  logIndex,
  type Recovered,
  type ServerId,
  serverId,
  term,
} from "../base/durable.ts";
import type { Clock, RequestHandler, Storage, Timer, Transport } from "../base/ports.ts";
import { SeededRandom } from "../base/random.ts";
import { type Instant, instant, type Millis } from "../base/units.ts";
import { decodeReply, decodeRequest, encodeReply, encodeRequest } from "./message_codec.ts";
import type { AppendEntries, AppendEntriesReply, Reply, Request } from "./messages.ts";
import type { Applied, ReadState } from "./io.ts";
import { type RaftOptions, SERVER_OPTIONS } from "./options.ts";
import { RAFT_SERVICE, RaftNode } from "./raft_node.ts";

/** Time that moves when the test says so. */
class HandClock implements Clock {
  time = instant(0);
  readonly alarms = new Set<{ readonly due: number; readonly fn: () => void }>();
  alarmsSet = 0;

  now(): Instant {
    return this.time;
  }

  after(span: Millis, fn: () => void): Timer {
    const alarm = { due: this.time + span, fn };
    this.alarms.add(alarm);
    this.alarmsSet++;
    return { cancel: () => this.alarms.delete(alarm) };
  }

  sleep(): Promise<void> {
    throw new TypeError("A driver does not sleep");
  }

  /** Rings the next alarm, at its time, or at another. */
  ring(at?: number): void {
    const [alarm] = [...this.alarms].sort((a, b) => a.due - b.due);
    assert(alarm, "an alarm is set");
    this.alarms.delete(alarm);
    this.time = instant(at ?? Math.max(this.time, alarm.due));
    alarm.fn();
  }
}

interface Call {
  readonly to: ServerId;
  readonly request: Request;
  readonly onReply: (reply: Uint8Array | undefined) => void;
}

/** A node in a world where everything waits for the test. What it does is written down, in order. */
class World {
  readonly clock = new HandClock();
  readonly journal: string[] = [];
  readonly calls: Call[] = [];
  readonly batches: { readonly batch: DurableBatch; readonly onDurable: () => void }[] = [];
  readonly applied: Applied[] = [];
  /** Batches become durable within `persist`. */
  fastDisk = false;
  onApply: (applied: Applied) => void = () => {};
  onPersist: () => void = () => {};
  readonly node: RaftNode;
  #handler: RequestHandler | undefined;

  constructor(
    recovered: Partial<Recovered> = {},
    options: Partial<RaftOptions> = {},
    servers = 3,
  ) {
    const transport: Transport = {
      call: (to, service, bytes, onReply) => {
        assert.equal(service, RAFT_SERVICE);
        const request = decodeRequest(bytes);
        this.journal.push(`send ${request.kind} to ${to}`);
        this.calls.push({ to, request, onReply });
      },
      serve: (service, handler) => {
        assert.equal(service, RAFT_SERVICE);
        this.#handler = handler;
      },
    };
    const storage: Storage = {
      load: () => ({ hardState: undefined, snapshot: undefined, entries: [], ...recovered }),
      persist: (batch, onDurable) => {
        this.journal.push(`persist ${Object.keys(batch).filter((key) => key !== "sequence")}`);
        this.onPersist();
        if (this.fastDisk) onDurable();
        else this.batches.push({ batch, onDurable });
      },
    };
    this.node = new RaftNode({
      id: serverId(0),
      servers: Array.from({ length: servers }, (_, id) => serverId(id)),
      options: { ...SERVER_OPTIONS, preVote: false, checkQuorum: false, ...options },
      clock: this.clock,
      random: new SeededRandom(1n),
      transport,
      storage,
      apply: (applied) => {
        this.journal.push(
          applied.kind === "entry"
            ? `apply ${applied.entry.index}`
            : `apply snapshot ${applied.snapshot.lastIncludedIndex}`,
        );
        this.applied.push(applied);
        this.onApply(applied);
      },
    });
  }

  /** A request arrives. What is answered, now or later, stands in the result. */
  receive(request: Request | Uint8Array): Reply[] {
    const answers: Reply[] = [];
    const bytes = request instanceof Uint8Array ? request : encodeRequest(request);
    this.#handler!(bytes, (reply) => {
      const answer = decodeReply(reply);
      this.journal.push(`answer ${answer.kind}`);
      answers.push(answer);
    });
    return answers;
  }

  /** The disk finishes what it is writing, oldest first. */
  sync(count = this.batches.length): void {
    for (const { onDurable } of this.batches.splice(0, count)) onDurable();
  }

  answer(call: Call, reply: Reply): void {
    call.onReply(encodeReply(reply));
  }

  /** Takes the requests sent so far. */
  takeCalls(): Call[] {
    return this.calls.splice(0);
  }

  takeJournal(): string[] {
    return this.journal.splice(0);
  }

  /** Makes the node the leader of its next term. Its followers have accepted its first heartbeats. */
  lead(): this {
    this.clock.ring();
    this.sync();
    for (const call of this.takeCalls()) this.answer(call, vote(this.node.view.currentTerm));
    assert.equal(this.node.view.role, "leader");
    for (let round = 0; round < 3; round++) {
      for (const call of this.takeCalls()) this.answer(call, success(this.node.view.currentTerm));
      this.sync();
    }
    this.takeJournal();
    return this;
  }
}

function vote(inTerm: number): Reply {
  return { kind: "RequestVoteReply", term: term(inTerm), voteGranted: true };
}

function success(inTerm: number): AppendEntriesReply {
  return {
    kind: "AppendEntriesReply",
    term: term(inTerm),
    success: true,
    conflictTerm: term(0),
    conflictIndex: logIndex(0),
  };
}

function append(inTerm: number, commands: readonly string[], prev = 0, commit = 0): AppendEntries {
  return {
    kind: "AppendEntries",
    term: term(inTerm),
    leaderId: serverId(1),
    prevLogIndex: logIndex(prev),
    prevLogTerm: term(prev === 0 ? 0 : inTerm),
    entries: commands.map((command, i) => ({
      index: logIndex(prev + 1 + i),
      term: term(inTerm),
      kind: "command",
      command: text(command),
    })),
    leaderCommit: logIndex(commit),
  };
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

Deno.test("RaftNode starts from what storage holds, and waits for its election timeout", () => {
  const world = new World({ hardState: { currentTerm: term(4), votedFor: serverId(2) } });
  assert.equal(world.node.view.currentTerm, 4);
  assert.equal(world.node.view.votedFor, 2);
  assert.deepEqual(world.journal, []);
  assert.equal(world.clock.alarms.size, 1);
  world.clock.ring();
  assert.equal(world.node.view.role, "candidate");
});

Deno.test("RaftNode persists, sends, applies, in this order", () => {
  const world = new World({}, { noOpOnElection: false });
  world.receive(append(1, ["a", "b"], 0, 2));
  assert.deepEqual(world.takeJournal(), ["persist hardState,entries", "apply 1", "apply 2"]);
  world.sync();
  assert.deepEqual(world.takeJournal(), ["answer AppendEntriesReply"]);

  const leading = new World().lead();
  leading.node.propose(text("x"));
  assert.deepEqual(leading.takeJournal(), []);
  leading.clock.ring();
  assert.deepEqual(leading.takeJournal(), [
    "persist entries",
    "send AppendEntries to 1",
    "send AppendEntries to 2",
  ]);
});

Deno.test("RaftNode lets no request leave before the batch that it waits for is durable", () => {
  const world = new World();
  world.clock.ring();
  assert.deepEqual(world.takeJournal(), ["persist hardState"]);
  world.sync();
  assert.deepEqual(world.takeJournal(), ["send RequestVote to 1", "send RequestVote to 2"]);
});

Deno.test("RaftNode lets no answer leave before the batch that it waits for is durable, and keeps their order", () => {
  const world = new World();
  const first = world.receive(append(1, ["a"]));
  const second = world.receive(append(1, ["b"], 1));
  const third = world.receive(append(1, [], 2));
  assert.equal(world.batches.length, 2);
  world.sync(1);
  assert.deepEqual([first, second, third].map(({ length }) => length), [1, 0, 0]);
  world.sync(1);
  assert.deepEqual([first, second, third].map(({ length }) => length), [1, 1, 1]);
  assert.deepEqual(world.receive(append(1, [], 2)).length, 1, "at once, when nothing is pending");
});

Deno.test("RaftNode: with a disk that is done at once, everything leaves at once, behind the write", () => {
  const world = new World();
  world.fastDisk = true;
  assert.equal(world.receive(append(1, ["a"], 0, 1)).length, 1);
  assert.deepEqual(world.takeJournal(), [
    "persist hardState,entries",
    "answer AppendEntriesReply",
    "apply 1",
  ]);
});

Deno.test("RaftNode writes and sends the commands of one instant together", () => {
  const world = new World({}, { noOpOnElection: false }).lead();
  const places = ["a", "b", "c"].map((command) => world.node.propose(text(command)));
  assert.deepEqual(places.map((place) => place?.index), [1, 2, 3]);
  assert.deepEqual(world.journal, []);
  world.clock.ring();
  assert.equal(world.clock.time, world.clock.now());
  const [call] = world.takeCalls();
  assert(call?.request.kind === "AppendEntries");
  assert.equal(call.request.entries.length, 3);
  assert.equal(world.batches.length, 1);
});

Deno.test("RaftNode.propose() from within apply is carried out behind the present output", () => {
  const world = new World({}, { noOpOnElection: false }, 1);
  world.fastDisk = true;
  world.clock.ring();
  world.onApply = ({ kind }) => {
    if (kind === "entry" && world.applied.length < 3) {
      world.journal.push(`propose ${world.node.propose(text("more"))?.index}`);
    }
  };
  world.node.propose(text("first"));
  world.takeJournal();
  while (world.applied.length < 3) world.clock.ring();
  assert.deepEqual(world.takeJournal(), [
    "persist entries",
    "apply 1",
    "propose 2",
    "persist entries",
    "apply 2",
    "propose 3",
    "persist entries",
    "apply 3",
  ]);
});

Deno.test("RaftNode.compact() from within apply waits until the rest of the output was applied", () => {
  const world = new World();
  world.onApply = (applied) => {
    if (applied.kind === "entry" && applied.entry.index === 2) {
      world.node.compact(applied.entry.index, text("state"));
    }
  };
  world.receive(append(1, ["a", "b", "c", "d"], 0, 4));
  assert.deepEqual(world.takeJournal(), [
    "persist hardState,entries",
    "apply 1",
    "apply 2",
    "apply 3",
    "apply 4",
    "persist snapshot,discardLog",
  ]);
  assert.equal(world.node.view.log.lastIncludedIndex, 2);
});

Deno.test("RaftNode: a snapshot from the leader reaches the state machine in its place in the order", () => {
  const world = new World();
  world.receive(append(1, ["a", "b"], 0, 2));
  world.receive({
    kind: "InstallSnapshot",
    term: term(1),
    leaderId: serverId(1),
    lastIncludedIndex: logIndex(9),
    lastIncludedTerm: term(1),
    offset: 0,
    data: text("state"),
    done: true,
  });
  world.receive(append(1, ["c"], 9, 10));
  assert.deepEqual(
    world.takeJournal().filter((line) => line.startsWith("apply")),
    ["apply 1", "apply 2", "apply snapshot 9", "apply 10"],
  );
  const last = world.applied.at(-2);
  assert(last?.kind === "snapshot");
  assert.deepEqual(last.snapshot.data, text("state"));
});

Deno.test("RaftNode.read() is answered when a majority has confirmed the leader, elsewhere at once", () => {
  const world = new World().lead();
  const states: ReadState[] = [];
  world.node.read((state) => states.push(state));
  assert.equal(states.length, 0);
  assert.deepEqual(world.takeCalls(), [], "reads of one instant go together");
  world.clock.ring();
  const [call] = world.takeCalls();
  world.answer(call!, success(world.node.view.currentTerm));
  assert.deepEqual(states.map(({ index, leaderId }) => [index, leaderId]), [[1, 0]]);

  const follower = new World();
  follower.node.read((state) => states.push(state));
  assert.deepEqual(states.slice(1).map(({ index, leaderId }) => [index, leaderId]), [
    [undefined, undefined],
  ]);
});

Deno.test("RaftNode gives no answer to garbage, and goes on", () => {
  const world = new World();
  assert.deepEqual(world.receive(new Uint8Array([0])), []);
  assert.deepEqual(world.receive(new Uint8Array()), []);
  assert.deepEqual(world.receive(text("GET / HTTP/1.1\r\n\r\n")), []);
  assert.deepEqual(world.journal, []);
  world.fastDisk = true;
  assert.equal(world.receive(append(1, [])).length, 1);
});

Deno.test("RaftNode takes garbage in place of an answer for no answer", () => {
  const world = new World({}, { noOpOnElection: false }).lead();
  world.node.propose(text("x"));
  world.clock.ring();
  world.sync();
  const [call] = world.takeCalls();
  call!.onReply(new Uint8Array([0xff, 0xff]));
  assert.equal(world.node.view.role, "leader");
  assert.equal(world.node.view.commitIndex, 0);
});

Deno.test("RaftNode: an alarm that rings early is set again, and nothing happens", () => {
  const world = new World();
  const [{ due } = { due: 0 }] = world.clock.alarms;
  world.clock.ring(due - 1);
  assert.equal(world.node.view.role, "follower");
  assert.deepEqual(world.journal, []);
  assert.deepEqual([...world.clock.alarms].map((alarm) => alarm.due), [due]);
  world.clock.ring();
  assert.equal(world.node.view.role, "candidate");
});

Deno.test("RaftNode does not set its alarm anew for each heartbeat that it hears", () => {
  const world = new World();
  world.fastDisk = true;
  for (let beat = 1; beat <= 20; beat++) {
    world.clock.time = instant(beat * 10);
    world.receive(append(1, []));
  }
  assert(world.clock.alarmsSet < 5, `${world.clock.alarmsSet} alarms were set`);
  world.clock.ring();
  assert.equal(world.node.view.role, "follower", "it heard from a leader since");
  assert.equal(world.clock.alarms.size, 1);
});

Deno.test("RaftNode has at most one alarm, and one while it is alive", () => {
  const world = new World().lead();
  for (let i = 0; i < 20; i++) {
    world.node.propose(text("x"));
    assert.equal(world.clock.alarms.size, 1);
    world.clock.ring();
    assert.equal(world.clock.alarms.size, 1);
  }
});

Deno.test("RaftNode.stop() ends everything: no alarm, no call, no answer, nothing applied", () => {
  const world = new World({}, { noOpOnElection: false }).lead();
  world.node.propose(text("x"));
  world.clock.ring();
  const calls = world.takeCalls();
  const pending = world.receive({
    kind: "RequestVote",
    term: term(9),
    candidateId: serverId(1),
    lastLogIndex: logIndex(9),
    lastLogTerm: term(8),
    preVote: false,
    leadershipTransfer: false,
  });
  const states: ReadState[] = [];
  world.node.read((state) => states.push(state));
  states.length = 0;
  world.takeJournal();

  world.node.stop();

  world.sync();
  for (const call of calls) world.answer(call, success(1));
  for (const call of calls) call.onReply(undefined);
  assert.deepEqual(world.receive(append(20, ["y"], 0, 1)), []);
  assert.equal(world.node.propose(text("z")), undefined);
  assert.equal(world.clock.alarms.size, 0);
  assert.deepEqual(pending, []);
  assert.deepEqual(states, []);
  assert.deepEqual(world.journal, []);
  assert.deepEqual(world.applied, []);
});

Deno.test("RaftNode, stopped, ignores what it is asked to do", () => {
  const world = new World().lead();
  world.node.stop();
  world.node.compact(logIndex(1), text("state"));
  world.node.transferLeadership();
  world.node.read(() => assert.fail("a stopped server answers nothing"));
  assert.equal(world.node.propose(text("x")), undefined);
  assert.deepEqual(world.journal, []);
  assert.equal(world.node.view.log.lastIncludedIndex, 0);
});

Deno.test("RaftNode.stop() from within persist: nothing leaves, as nobody knows what is on the disk", () => {
  const world = new World({}, { noOpOnElection: false }).lead();
  world.onPersist = () => world.node.stop();
  world.node.propose(text("x"));
  world.clock.ring();
  assert.deepEqual(world.takeJournal(), ["persist entries"]);
  assert.equal(world.clock.alarms.size, 0);
});

Deno.test("RaftNode.stop() from within apply: the rest of the output is not applied", () => {
  const world = new World();
  world.onApply = () => world.node.stop();
  world.receive(append(1, ["a", "b", "c"], 0, 3));
  world.sync();
  assert.deepEqual(world.takeJournal(), ["persist hardState,entries", "apply 1"]);
  assert.equal(world.clock.alarms.size, 0);
});

Deno.test("RaftNode tells its observer of each step before anything of it is carried out", () => {
  const clock = new HandClock();
  const steps: string[] = [];
  const node = new RaftNode({
    id: serverId(0),
    servers: [serverId(0)],
    options: SERVER_OPTIONS,
    clock,
    random: new SeededRandom(1n),
    transport: { call() {}, serve() {} },
    storage: {
      load: () => ({ hardState: undefined, snapshot: undefined, entries: [] }),
      persist: (_batch, onDurable) => {
        steps.push("persist");
        onDurable();
      },
    },
    observer: {
      onStart: (view) => steps.push(`start ${view.id}`),
      onStep: (_view, input) => steps.push(input.kind),
    },
    apply: () => steps.push("apply"),
  });
  clock.ring();
  assert.equal(node.view.role, "leader");
  assert.deepEqual(steps, [
    "start 0",
    "timer",
    "persist",
    "durable",
    "persist",
    "durable",
    "apply",
  ]);
});
