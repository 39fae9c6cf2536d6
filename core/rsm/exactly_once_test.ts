import assert from "node:assert/strict";
import fc from "fast-check";
import { logIndex } from "../base/durable.ts";
import { ExactlyOnce } from "./exactly_once.ts";
import {
  type ClerkReply,
  type ClerkRequest,
  decodeClerkReply,
  decodeSession,
  encodeClerkRequest,
} from "./messages.ts";
import { finishCapture } from "./state_machine.ts";
import { Journal, text, utf8 } from "../../tests/rsm/_journal.ts";

fc.configureGlobal({ seed: 824 });

/** An `ExactlyOnce` around a journal, and the log's next index. */
class Subject {
  readonly journal = new Journal();
  readonly machine: ExactlyOnce;
  index = 0;

  constructor(sessionsMax?: number) {
    this.machine = new ExactlyOnce(this.journal, sessionsMax === undefined ? {} : { sessionsMax });
  }

  apply(request: ClerkRequest): ClerkReply {
    return decodeClerkReply(
      this.machine.apply(encodeClerkRequest(request), logIndex(++this.index)),
    );
  }

  command(clientId: number, session: number, sequence: number, line = "x"): string {
    const reply = this.apply({ kind: "command", clientId, session, sequence, command: utf8(line) });
    return reply.kind === "done" ? text(reply.result) : reply.kind;
  }

  open(clientId: number): number {
    const reply = this.apply({ kind: "open", clientId });
    assert(reply.kind === "done");
    return decodeSession(reply.result);
  }
}

Deno.test("ExactlyOnce carries out a command once, and answers its duplicates with the same result", () => {
  const subject = new Subject();
  assert.equal(subject.command(7, 0, 1, "a"), "1");
  assert.equal(subject.command(8, 0, 1, "b"), "2");
  assert.equal(subject.command(7, 0, 1, "a"), "1");
  assert.equal(subject.command(7, 0, 2, "c"), "3");
  assert.equal(subject.command(7, 0, 1, "a"), "expired", "its client has gone on");
  assert.equal(subject.command(7, 0, 9, "d"), "4", "a client may give up numbers");
  assert.deepEqual(subject.journal.lines, ["a", "b", "c", "d"]);
});

Deno.test("ExactlyOnce carries out a bare command as often as it is in the log", () => {
  const subject = new Subject();
  subject.apply({ kind: "bare", command: utf8("a") });
  subject.apply({ kind: "bare", command: utf8("a") });
  assert.deepEqual(subject.journal.lines, ["a", "a"]);
});

Deno.test("ExactlyOnce answers questions, from the log or not, and nothing else that is asked as one", () => {
  const subject = new Subject();
  subject.command(1, 0, 1, "a");
  const question: ClerkRequest = { kind: "query", question: utf8("all: ") };
  const direct = decodeClerkReply(subject.machine.query(encodeClerkRequest(question)));
  for (const reply of [direct, subject.apply(question)]) {
    assert(reply.kind === "done");
    assert.equal(text(reply.result), "all: a");
  }
  const bare = encodeClerkRequest({ kind: "bare", command: utf8("b") });
  assert.equal(decodeClerkReply(subject.machine.query(bare)).kind, "expired");
  assert.deepEqual(subject.journal.lines, ["a"]);
});

Deno.test("ExactlyOnce: opening a session twice opens one", () => {
  const subject = new Subject(10);
  assert.equal(subject.open(7), 1);
  assert.equal(subject.command(7, 1, 1, "a"), "1");
  assert.equal(subject.open(7), 1);
  assert.equal(subject.command(7, 1, 1, "a"), "1");
  assert.deepEqual(subject.journal.lines, ["a"]);
});

Deno.test("ExactlyOnce: where sessions are bounded, a command needs one that is open", () => {
  const subject = new Subject(10);
  assert.equal(subject.command(7, 0, 1), "expired");
  assert.equal(subject.command(7, 1, 1), "expired");
  const session = subject.open(7);
  assert.equal(subject.command(7, session + 1, 1), "expired");
  assert.equal(subject.command(7, session, 1), "1");
});

Deno.test("ExactlyOnce: not even a late open makes a late command run twice", () => {
  const subject = new Subject(1);
  const session = subject.open(7);
  assert.equal(subject.command(7, session, 1, "once"), "1");
  subject.open(8);
  assert.equal(subject.command(7, session, 1, "once"), "expired");
  const again = subject.open(7);
  assert.notEqual(again, session);
  assert.equal(subject.command(7, session, 1, "once"), "expired");
  assert.deepEqual(subject.journal.lines, ["once"]);
});

Deno.test("ExactlyOnce.answered() knows the newest command of a client, and only that", () => {
  const subject = new Subject();
  subject.command(7, 0, 1, "a");
  subject.command(7, 0, 2, "b");
  const { machine } = subject;
  assert(machine.answered({ kind: "command", clientId: 7, session: 0, sequence: 2 }));
  for (const [clientId, session, sequence] of [[7, 0, 1], [7, 0, 3], [7, 1, 2], [8, 0, 2]]) {
    const request = { kind: "command", clientId, session, sequence } as {
      kind: "command";
      clientId: number;
      session: number;
      sequence: number;
    };
    assert.equal(machine.answered(request), undefined);
  }
});

Deno.test("ExactlyOnce: bytes that are no request have an answer, and change nothing", () => {
  const subject = new Subject();
  const reply = subject.machine.apply(new Uint8Array([99]), logIndex(1));
  assert.equal(decodeClerkReply(reply).kind, "expired");
  assert.deepEqual(subject.journal.lines, []);
});

Deno.test("ExactlyOnce: sessions and state are captured together, and restored together", () => {
  const step = fc.record({
    clientId: fc.integer({ min: 1, max: 4 }),
    sequence: fc.integer({ min: 1, max: 6 }),
    opens: fc.boolean(),
  });
  fc.assert(fc.property(fc.array(step), fc.array(step), (before, after) => {
    const run = (subject: Subject, steps: typeof before) =>
      steps.map(({ clientId, sequence, opens }) => {
        if (opens) return subject.open(clientId);
        const session = subject.machine.sessions.find(clientId)?.session ?? 0;
        return subject.command(clientId, session, sequence, `${clientId}-${sequence}`);
      });
    const subject = new Subject(2);
    subject.journal.captureSteps = 3;
    run(subject, before);
    const lines = [...subject.journal.lines];
    const capture = subject.machine.capture();
    const other = new Subject(2);
    other.index = subject.index;
    const results = run(subject, after);
    other.machine.restore(finishCapture(capture));
    assert.deepEqual(other.journal.lines, lines);
    assert.deepEqual(run(other, after), results);
    assert.deepEqual(other.journal.lines, subject.journal.lines);
  }));
});

Deno.test("ExactlyOnce tells the inner capture when its own is given up", () => {
  const subject = new Subject();
  subject.journal.captureSteps = 3;
  const capture = subject.machine.capture();
  capture.next();
  capture.return?.();
  assert.equal(subject.journal.capturesGivenUp, 1);
});
