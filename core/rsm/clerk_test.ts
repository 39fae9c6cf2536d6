import assert from "node:assert/strict";
import { type ServerId, serverId } from "../base/durable.ts";
import { SeededRandom } from "../base/random.ts";
import { ms } from "../base/units.ts";
import { HandClock } from "../../tests/rsm/_hand_clock.ts";
import { text, utf8 } from "../../tests/rsm/_journal.ts";
import { Clerk, type ClerkOptions, type ClerkOutcome } from "./clerk.ts";
import {
  type ClerkReply,
  type ClerkRequest,
  decodeClerkRequest,
  encodeClerkReply,
  encodeSession,
} from "./messages.ts";

interface Call {
  readonly to: ServerId;
  readonly request: ClerkRequest;
  readonly answer: (reply: ClerkReply | undefined) => void;
}

const SERVERS = [0, 1, 2].map(serverId);

/** A clerk whose calls wait for the test. */
class Subject {
  readonly clock = new HandClock();
  readonly calls: Call[] = [];
  readonly outcomes: string[] = [];
  readonly clerk: Clerk;

  constructor(options: Partial<ClerkOptions> = {}) {
    this.clerk = new Clerk({
      clock: this.clock,
      random: new SeededRandom(1n),
      transport: {
        call: (to, service, bytes, onReply) => {
          assert.equal(service, "Test");
          const answer = (reply: ClerkReply | undefined) =>
            onReply(reply && encodeClerkReply(reply));
          this.calls.push({ to, request: decodeClerkRequest(bytes), answer });
        },
      },
      servers: SERVERS,
      service: "Test",
      callTimeout: ms(200),
      pause: ms(50),
      hints: true,
      session: "implicit",
      ...options,
    });
  }

  command(line: string): void {
    this.clerk.command(utf8(line), (outcome) => this.outcomes.push(inWords(outcome)));
  }

  query(line: string): void {
    this.clerk.query(utf8(line), (outcome) => this.outcomes.push(inWords(outcome)));
  }

  /** Takes the one call that was made. */
  take(): Call {
    assert.equal(this.calls.length, 1, "one call at a time");
    return this.calls.shift()!;
  }
}

function inWords(outcome: ClerkOutcome): string {
  return outcome.kind === "done" ? text(outcome.result) : `${outcome.kind}: ${outcome.reason}`;
}

function done(result: string): ClerkReply {
  return { kind: "done", result: utf8(result) };
}

function notLeader(leader?: number): ClerkReply {
  return { kind: "notLeader", leaderId: leader === undefined ? undefined : serverId(leader) };
}

const UNKNOWN: ClerkReply = { kind: "unknown", leaderId: undefined };
const EXPIRED: ClerkReply = { kind: "expired" };

function next(server: ServerId): ServerId {
  return SERVERS[(server + 1) % 3]!;
}

Deno.test("Clerk: commands go one after the other, each under a number of its own", () => {
  const subject = new Subject();
  subject.command("a");
  subject.command("b");
  const first = subject.take();
  first.answer(done("1"));
  const second = subject.take();
  assert.deepEqual(subject.outcomes, ["1"]);
  assert(first.request.kind === "command" && second.request.kind === "command");
  assert.equal(second.request.clientId, first.request.clientId);
  assert.deepEqual([first.request.sequence, second.request.sequence], [1, 2]);
  assert.equal(second.to, first.to, "it remembers who answered");
  second.answer(done("2"));
  assert.deepEqual(subject.outcomes, ["1", "2"]);
  assert.deepEqual([subject.clock.alarms, subject.clerk.waiting], [0, 0]);
});

Deno.test("Clerk: what is asked from within an outcome waits its turn", () => {
  const subject = new Subject();
  subject.clerk.command(utf8("a"), () => subject.command("c"));
  subject.command("b");
  subject.take().answer(done("1"));
  subject.take().answer(done("2"));
  subject.take().answer(done("3"));
  assert.deepEqual(subject.outcomes, ["2", "3"]);
});

Deno.test("Clerk tries the servers in turn, under the same number, and pauses after a full round", () => {
  const subject = new Subject();
  subject.command("a");
  const asked: ServerId[] = [];
  for (const reply of [notLeader(), undefined, UNKNOWN]) {
    const call = subject.take();
    assert(call.request.kind === "command" && call.request.sequence === 1);
    asked.push(call.to);
    call.answer(reply);
  }
  assert.deepEqual([...asked].sort(), [0, 1, 2]);
  assert.equal(subject.calls.length, 0);
  subject.clock.pass(49);
  assert.equal(subject.calls.length, 0);
  subject.clock.pass(1);
  const again = subject.take();
  assert.equal(again.to, asked[0]);
  again.answer(done("1"));
  assert.deepEqual(subject.outcomes, ["1"]);
});

Deno.test("Clerk follows a hint, and is not led around in circles without a pause", () => {
  const subject = new Subject();
  subject.command("a");
  const first = subject.take();
  const other = SERVERS.find((server) => server !== first.to && server !== next(first.to))!;
  first.answer(notLeader(other));
  const second = subject.take();
  assert.equal(second.to, other);
  second.answer(notLeader(first.to));
  const third = subject.take();
  assert.equal(third.to, first.to);
  third.answer(notLeader(other));
  assert.equal(subject.calls.length, 0, "it pauses");
  subject.clock.pass(50);
  assert.equal(subject.take().to, other);
});

Deno.test("Clerk does not follow hints that mean nothing to it, nor to strangers, nor to where it is", () => {
  for (const [hints, hint] of [[false, 2], [true, 7], [true, 0]] as const) {
    const subject = new Subject({ hints });
    subject.command("a");
    let call = subject.take();
    while (call.to !== 0) {
      call.answer(notLeader());
      subject.clock.pass(50);
      call = subject.take();
    }
    call.answer(notLeader(hint));
    subject.clock.pass(50);
    assert.equal(subject.take().to, 1);
  }
});

Deno.test("Clerk: a call that is not answered in time is given up, but its answer still counts", () => {
  const subject = new Subject();
  subject.command("a");
  const slow = subject.take();
  subject.clock.pass(200);
  const second = subject.take();
  assert.equal(second.to, next(slow.to));
  slow.answer(done("1"));
  assert.deepEqual(subject.outcomes, ["1"]);
  second.answer(done("2"));
  assert.deepEqual(subject.outcomes, ["1"], "an outcome comes once");
  subject.command("b");
  assert.equal(subject.take().to, slow.to);
});

Deno.test("Clerk: late answers that decide nothing do not make it try twice at a time", () => {
  const subject = new Subject();
  subject.command("a");
  const calls: Call[] = [];
  for (let i = 0; i < 3; i++) {
    calls.push(subject.take());
    subject.clock.pass(200);
  }
  for (const call of calls) call.answer(notLeader());
  assert.equal(subject.calls.length, 0, "it pauses");
  subject.clock.pass(50);
  subject.take();
});

Deno.test("Clerk: with nothing but refusals, a command has certainly failed when the time is up", () => {
  const subject = new Subject({ deadline: ms(1000) });
  subject.command("a");
  while (subject.outcomes.length === 0) {
    while (subject.calls.length > 0) subject.take().answer(notLeader());
    subject.clock.pass(10);
  }
  assert.equal(subject.clock.now(), 1000);
  assert.deepEqual(subject.outcomes, ["failed: no answer came in time"]);
  assert.equal(subject.clock.alarms, 0);
});

Deno.test("Clerk: one attempt of unknown outcome makes a command uncertain; a question just fails", () => {
  for (const reply of [UNKNOWN, undefined]) {
    const subject = new Subject({ deadline: ms(100) });
    subject.command("a");
    subject.take().answer(reply);
    subject.take().answer(notLeader());
    subject.clock.pass(100);
    assert.deepEqual(subject.outcomes, ["uncertain: no answer came in time"]);
    subject.calls.length = 0;
    subject.query("q");
    subject.take().answer(reply);
    subject.clock.pass(100);
    assert.equal(subject.outcomes[1], "failed: no answer came in time");
  }
});

Deno.test("Clerk: a refusal that comes late makes a failure certain after all", () => {
  const subject = new Subject({ deadline: ms(300) });
  subject.command("a");
  const slow = subject.take();
  subject.clock.pass(200);
  subject.take().answer(notLeader());
  slow.answer(notLeader());
  subject.take().answer(notLeader());
  subject.clock.pass(49);
  assert.deepEqual(subject.outcomes, []);
  subject.clock.pass(1);
  subject.take().answer(notLeader());
  subject.take().answer(notLeader());
  subject.take().answer(notLeader());
  subject.clock.pass(50);
  assert.deepEqual(subject.outcomes, ["failed: no answer came in time"]);
});

Deno.test("Clerk opens a session before its first command, and uses it for the next", () => {
  const subject = new Subject({ session: "open" });
  subject.command("a");
  const opening = subject.take();
  assert.equal(opening.request.kind, "open");
  opening.answer({ kind: "done", result: encodeSession(17) });
  for (const sequence of [1, 2]) {
    const { request, answer } = subject.take();
    assert(request.kind === "command");
    assert.deepEqual([request.session, request.sequence], [17, sequence]);
    if (sequence === 1) subject.command("b");
    answer(done("x"));
  }
  assert.deepEqual(subject.outcomes, ["x", "x"]);
});

Deno.test("regression: a command whose session has expired is not repeated, even if it was sent once and delivered twice", () => {
  const subject = new Subject({ session: "open" });
  subject.command("a");
  subject.take().answer({ kind: "done", result: encodeSession(17) });
  subject.take().answer(EXPIRED);
  assert.deepEqual(subject.outcomes, ["uncertain: the session has expired"]);
  assert.equal(subject.calls.length, 0);
  subject.command("b");
  subject.take().answer({ kind: "done", result: encodeSession(30) });
  const { request } = subject.take();
  assert(request.kind === "command");
  assert.deepEqual([request.session, request.sequence], [30, 2], "no number is used twice");
});

Deno.test("Clerk opens a session again that it did not use for long", () => {
  const subject = new Subject({ session: "open", sessionIdle: ms(1000) });
  subject.command("a");
  subject.take().answer({ kind: "done", result: encodeSession(17) });
  subject.take().answer(done("1"));
  subject.clock.pass(999);
  subject.command("b");
  const second = subject.take();
  assert.equal(second.request.kind, "command");
  second.answer(done("2"));
  subject.clock.pass(1000);
  subject.command("c");
  const opening = subject.take();
  assert.equal(opening.request.kind, "open");
  opening.answer({ kind: "done", result: encodeSession(17) });
  const { request } = subject.take();
  assert(request.kind === "command" && request.sequence === 3);
});

Deno.test("Clerk: a command whose session could not be opened in time has certainly failed", () => {
  const subject = new Subject({ session: "open", deadline: ms(100) });
  subject.command("a");
  subject.take().answer(undefined);
  subject.clock.pass(100);
  assert.deepEqual(subject.outcomes, ["failed: no answer came in time"]);
});

Deno.test("Clerk: an answer that cannot be understood is no answer", () => {
  const clock = new HandClock();
  const servers: ServerId[] = [];
  const clerk = new Clerk({
    clock,
    random: new SeededRandom(1n),
    transport: {
      call: (to, _service, _bytes, onReply) => {
        servers.push(to);
        clock.after(ms(1), () => onReply(new Uint8Array([99])));
      },
    },
    servers: SERVERS,
    service: "Test",
    callTimeout: ms(200),
    pause: ms(50),
    hints: false,
    deadline: ms(10),
  });
  const outcomes: string[] = [];
  clerk.query(utf8("q"), (outcome) => outcomes.push(inWords(outcome)));
  clock.pass(10);
  assert.deepEqual(outcomes, ["failed: no answer came in time"]);
  assert.equal(servers.length, 3);
});

Deno.test("Clerk.stop() gives everything an outcome, and nothing is sent any more", () => {
  const subject = new Subject();
  subject.command("a");
  subject.command("b");
  const call = subject.take();
  subject.clerk.stop();
  assert.deepEqual(subject.outcomes, [
    "uncertain: the clerk was stopped",
    "failed: the clerk was stopped",
  ]);
  call.answer(done("1"));
  subject.command("c");
  assert.equal(subject.outcomes[2], "failed: the clerk was stopped");
  assert.deepEqual([subject.outcomes.length, subject.calls.length, subject.clock.alarms], [
    3,
    0,
    0,
  ]);
});

Deno.test("Clerk refuses a pause that is too long, and a cluster of none", () => {
  assert.throws(() => new Subject({ pause: ms(101) }), RangeError);
  assert.throws(() => new Subject({ servers: [] }), RangeError);
});

Deno.test("regression: a long request is given the time that it takes to travel", () => {
  const subject = new Subject();
  subject.command("x".repeat(4 * 1024 * 1024));
  subject.take();
  subject.clock.pass(1000);
  assert.equal(subject.calls.length, 0, "it was sent again while it was on its way");
  subject.clock.pass(1000);
  subject.take().answer(done("there"));
  assert.deepEqual(subject.outcomes, ["there"]);
});
