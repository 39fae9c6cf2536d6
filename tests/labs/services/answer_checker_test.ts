import assert from "node:assert/strict";
import { NO_BYTES } from "../../../core/base/bytes.ts";
import { logIndex, serverId } from "../../../core/base/durable.ts";
import {
  type ClerkRequest,
  encodeClerkReply,
  encodeClerkRequest,
} from "../../../core/rsm/messages.ts";
import { AnswerChecker } from "./answer_checker.ts";
import { ExecutionLedger } from "./execution_ledger.ts";

const DONE = encodeClerkReply({ kind: "done", result: NO_BYTES });
const UNKNOWN = encodeClerkReply({ kind: "unknown", leaderId: undefined });

const READ: ClerkRequest = { kind: "query", question: NO_BYTES };

function command(sequence: number): ClerkRequest {
  return { kind: "command", clientId: 7, session: 0, sequence, command: NO_BYTES };
}

/** Servers whose clerks are answered by hand. */
class Answers {
  readonly ledger = new ExecutionLedger();
  readonly #checker = new AnswerChecker({ ledger: this.ledger, cluster: "" });

  /** A command was executed at an entry. */
  execute(sequence: number, index: number, cluster = ""): void {
    const where = { cluster, server: serverId(2), index: logIndex(index) };
    this.ledger.record({ clientId: 7, sequence }, where);
  }

  /** A request comes; what is returned answers it from the state of an entry. */
  ask(server: number, request: ClerkRequest): (applied: number, reply?: Uint8Array) => void {
    const check = this.#checker.onRequest(serverId(server), encodeClerkRequest(request));
    return (applied, reply = DONE) => check(reply, logIndex(applied));
  }
}

Deno.test("AnswerChecker: a command that nobody has executed, and is answered as done, is found", () => {
  const answers = new Answers();
  answers.execute(1, 4);
  answers.ask(0, command(1))(4);
  assert.throws(() => answers.ask(0, command(2))(4), {
    property: "AnsweredIsExecuted",
    message:
      "AnsweredIsExecuted: server 0 answers command 2 of client 7 as done, in the state of " +
      "entry 4; it was executed by nobody",
  });
  answers.ask(0, command(2))(4, UNKNOWN);
});

Deno.test("AnswerChecker: a server that is not so far yet cannot answer", () => {
  const answers = new Answers();
  answers.execute(1, 5);
  assert.throws(() => answers.ask(0, command(1))(4), {
    property: "AnsweredIsExecuted",
    message: /in the state of entry 4; it was executed by server 2 at entry 5$/,
  });
});

Deno.test("AnswerChecker: what another cluster has executed may be known here, whatever the entry", () => {
  const answers = new Answers();
  answers.execute(1, 500, "group 101");
  answers.ask(0, command(1))(4);
  answers.ask(1, READ)(0);
});

Deno.test("AnswerChecker: a read from a state older than what was shown before it came is found", () => {
  const answers = new Answers();
  answers.execute(1, 15);
  answers.ask(0, command(1))(20);
  assert.throws(() => answers.ask(1, READ)(12), {
    property: "ReadsAreCurrent",
    message:
      "ReadsAreCurrent: server 1 answers a read from the state of entry 12; before the read " +
      "came, server 0 had answered a command from the state of entry 15",
  });
  answers.ask(1, READ)(15);
  answers.ask(2, READ)(18);
  assert.throws(() => answers.ask(1, READ)(15), {
    message: /server 2 had answered a read from the state of entry 18$/,
  });
});

Deno.test("AnswerChecker: a read need not see what was shown after it came, nor what was not shown", () => {
  const answers = new Answers();
  const early = answers.ask(1, READ);
  answers.execute(1, 15);
  answers.ask(1, READ)(3);
  answers.ask(0, command(1))(15);
  answers.ask(1, READ)(2, UNKNOWN);
  early(3);
});

Deno.test("AnswerChecker: a duplicate that is answered later shows no more than the command itself", () => {
  const answers = new Answers();
  answers.execute(1, 3);
  answers.ask(0, command(1))(9);
  answers.ask(1, READ)(3);
});

Deno.test("AnswerChecker: what a clerk cannot have sent is no matter", () => {
  const checker = new AnswerChecker({ ledger: new ExecutionLedger(), cluster: "" });
  checker.onRequest(serverId(0), NO_BYTES)(DONE, logIndex(0));
  checker.onRequest(serverId(0), encodeClerkRequest({ kind: "open", clientId: 7 }))(
    DONE,
    logIndex(0),
  );
});
