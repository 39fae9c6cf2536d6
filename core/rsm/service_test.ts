import assert from "node:assert/strict";
import { logIndex, serverId } from "../base/durable.ts";
import type { RequestHandler } from "../base/ports.ts";
import { ExactlyOnce } from "./exactly_once.ts";
import {
  type ClerkReply,
  type ClerkRequest,
  decodeClerkReply,
  encodeClerkReply,
  encodeClerkRequest,
} from "./messages.ts";
import type { Outcome } from "./replica.ts";
import { serveReplica, type ServiceOptions } from "./service.ts";
import { Journal, text, utf8 } from "../../tests/rsm/_journal.ts";

/** A service in front of a replica that is played by the test. */
class Subject {
  readonly proposed: { readonly command: Uint8Array; readonly settle: (o: Outcome) => void }[] = [];
  readonly asked: { readonly question: Uint8Array; readonly settle: (o: Outcome) => void }[] = [];
  readonly #handle: RequestHandler;

  constructor(options: ServiceOptions = {}) {
    const handlers: RequestHandler[] = [];
    const { proposed, asked } = this;
    serveReplica(
      {
        serve: (service, handler) => {
          assert.equal(service, "Test");
          handlers.push(handler);
        },
      },
      "Test",
      {
        propose: (command, settle) => proposed.push({ command, settle }),
        query: (question, settle) => asked.push({ question, settle }),
        get waiting(): number {
          return proposed.length + asked.length;
        },
      },
      options,
    );
    this.#handle = handlers[0]!;
  }

  /** Sends a request. What it is answered, now or later, stands in the result, in words. */
  send(request: ClerkRequest | Uint8Array): string[] {
    const replies: string[] = [];
    const bytes = request instanceof Uint8Array ? request : encodeClerkRequest(request);
    this.#handle(bytes, (reply) => replies.push(inWords(decodeClerkReply(reply))));
    return replies;
  }
}

function inWords(reply: ClerkReply): string {
  if (reply.kind === "done") return text(reply.result);
  return "leaderId" in reply ? `${reply.kind} ${reply.leaderId}` : reply.kind;
}

function command(clientId: number, sequence: number): ClerkRequest {
  return { kind: "command", clientId, session: 0, sequence, command: utf8("x") };
}

function done(result: string): Outcome {
  return {
    kind: "done",
    index: logIndex(1),
    result: encodeClerkReply({ kind: "done", result: utf8(result) }),
  };
}

Deno.test("serveReplica() proposes a command as it came, and hands back what it was answered", () => {
  const subject = new Subject();
  const request = encodeClerkRequest(command(7, 1));
  const replies = subject.send(request);
  assert.deepEqual(subject.proposed[0]!.command, request);
  assert.deepEqual(replies, []);
  subject.proposed[0]!.settle(done("r"));
  assert.deepEqual(replies, ["r"]);
});

Deno.test("serveReplica() tells a refusal from an unknown outcome", () => {
  const subject = new Subject();
  const refused = subject.send(command(7, 1));
  const unknown = subject.send(command(8, 1));
  subject.proposed[0]!.settle({ kind: "rejected", leaderId: serverId(2) });
  subject.proposed[1]!.settle({ kind: "unknown", leaderId: undefined });
  assert.deepEqual([refused, unknown], [["notLeader 2"], ["unknown undefined"]]);
});

Deno.test("serveReplica() asks questions of the replica, or with logReads of the log", () => {
  const question: ClerkRequest = { kind: "query", question: utf8("q") };
  const direct = new Subject();
  direct.send(question);
  assert.deepEqual([direct.asked.length, direct.proposed.length], [1, 0]);
  const logged = new Subject({ logReads: true });
  const replies = logged.send(question);
  assert.deepEqual([logged.asked.length, logged.proposed.length], [0, 1]);
  logged.proposed[0]!.settle(done("r"));
  assert.deepEqual(replies, ["r"]);
});

Deno.test("serveReplica() lets a request join the same one that waits, and only that", () => {
  const subject = new Subject();
  const first = subject.send(command(7, 1));
  const again = subject.send(command(7, 1));
  const other = subject.send(command(8, 1));
  assert.equal(subject.proposed.length, 2);
  subject.proposed[0]!.settle(done("r"));
  assert.deepEqual([first, again, other], [["r"], ["r"], []]);
  subject.send(command(7, 1));
  assert.equal(subject.proposed.length, 3, "nothing waits any more");
  subject.send(command(7, 2));
  assert.equal(subject.proposed.length, 4);
});

Deno.test("serveReplica(): openings of a session are joined too", () => {
  const subject = new Subject();
  const replies = [
    subject.send({ kind: "open", clientId: 7 }),
    subject.send({ kind: "open", clientId: 7 }),
  ];
  assert.equal(subject.proposed.length, 1);
  subject.proposed[0]!.settle(done("r"));
  assert.deepEqual(replies, [["r"], ["r"]]);
});

Deno.test("serveReplica(): an older request of a client is answered when a newer one waits too", () => {
  const subject = new Subject();
  const older = subject.send(command(7, 1));
  const newer = subject.send(command(7, 2));
  subject.proposed[0]!.settle(done("1"));
  assert.deepEqual([older, newer], [["1"], []]);
  const joined = subject.send(command(7, 2));
  assert.equal(subject.proposed.length, 2);
  subject.proposed[1]!.settle(done("2"));
  assert.deepEqual([newer, joined], [["2"], ["2"]]);
});

Deno.test("serveReplica() keeps few of those who wait for one request; the others learn that they must not wait", () => {
  const subject = new Subject();
  const all = Array.from({ length: 10 }, () => subject.send(command(7, 1)));
  assert.equal(all.filter((replies) => replies[0] === "unknown undefined").length, 6);
  subject.proposed[0]!.settle(done("r"));
  assert.deepEqual(all.map((replies) => replies.length), new Array(10).fill(1));
  assert.equal(all[9]![0], "r");
});

Deno.test("serveReplica() answers from the sessions what was carried out already", () => {
  const exactlyOnce = new ExactlyOnce(new Journal());
  exactlyOnce.apply(encodeClerkRequest(command(7, 1)), logIndex(1));
  const subject = new Subject({ exactlyOnce });
  assert.deepEqual(subject.send(command(7, 1)), ["1"]);
  assert.equal(subject.proposed.length, 0);
});

Deno.test("serveReplica() turns away what comes when too many wait, but not who joins", () => {
  const subject = new Subject({ waitingMax: 2 });
  subject.send(command(7, 1));
  subject.send(command(8, 1));
  assert.deepEqual(subject.send(command(9, 1)), ["notLeader undefined"]);
  assert.deepEqual(subject.send({ kind: "query", question: utf8("q") }), ["notLeader undefined"]);
  const joined = subject.send(command(7, 1));
  subject.proposed[0]!.settle(done("r"));
  assert.deepEqual(joined, ["r"]);
});

Deno.test("serveReplica() gives no answer to garbage", () => {
  const subject = new Subject();
  assert.deepEqual(subject.send(new Uint8Array([99])), []);
  assert.deepEqual([subject.proposed.length, subject.asked.length], [0, 0]);
});

Deno.test("serveReplica() lets clients make the requests that it is told to admit, and no others", () => {
  const subject = new Subject({ admits: ({ kind }) => kind !== "bare" });
  assert.deepEqual(subject.send({ kind: "bare", command: utf8("x") }), []);
  assert.equal(subject.proposed.length, 0);
  subject.send(command(1, 1));
  assert.equal(subject.proposed.length, 1);
});
