/**
 * A state machine around another that carries out each client's command once, however often it stands in the log
 * (thesis §6.3). Its commands and questions are {@linkcode ClerkRequest}s, its results {@linkcode ClerkReply}s.
 */

import { ByteReader, ByteWriter } from "../base/bytes.ts";
import type { LogIndex } from "../base/durable.ts";
import { DamagedDataError } from "../base/errors.ts";
import { joinInSteps } from "./capture.ts";
import {
  type ClerkRequest,
  decodeClerkRequest,
  encodeClerkReply,
  encodeSession,
} from "./messages.ts";
import { type SessionLimits, Sessions } from "./sessions.ts";
import type { Capture, StateMachine } from "./state_machine.ts";

const EXPIRED = encodeClerkReply({ kind: "expired" });

type Command = Extract<ClerkRequest, { kind: "command" }>;

/**
 * See the head of this file.
 *
 * Where sessions are bounded, a client must open one: a command without one is answered `expired`, because it may be
 * a duplicate of one whose session was forgotten. A session opened again by the same client has another number, so
 * that not even a late `open` makes a late command run twice. Where nothing is ever forgotten, a client's first
 * command may open its session (number 0) by itself.
 *
 * @example
 * ```ts
 * import { logIndex } from "../base/durable.ts";
 * import { encodeOperations, KvStateMachine } from "../kv/mod.ts";
 * import { decodeClerkReply, encodeClerkRequest, ExactlyOnce } from "./mod.ts";
 * import assert from "node:assert/strict";
 *
 * const bytes = (text: string) => new TextEncoder().encode(text);
 * const store = new KvStateMachine();
 * const machine = new ExactlyOnce(store);
 * const request = encodeClerkRequest({
 *   kind: "command",
 *   clientId: 824,
 *   session: 0,
 *   sequence: 1,
 *   command: encodeOperations([{ kind: "append", key: bytes("k"), value: bytes("once") }]),
 * });
 * const first = machine.apply(request, logIndex(1));
 * const second = machine.apply(request, logIndex(2));
 * assert.deepEqual(decodeClerkReply(second), decodeClerkReply(first));
 * assert.equal(store.bytes, "k".length + "once".length);
 * ```
 */
export class ExactlyOnce implements StateMachine {
  readonly #machine: StateMachine;
  readonly #sessions: Sessions;

  constructor(machine: StateMachine, limits: SessionLimits = {}) {
    this.#machine = machine;
    this.#sessions = new Sessions(limits);
  }

  /** The sessions, for observers. */
  get sessions(): Pick<Sessions, "size" | "resultBytes" | "find"> {
    return this.#sessions;
  }

  apply(command: Uint8Array, index: LogIndex): Uint8Array {
    const request = decode(command);
    switch (request?.kind) {
      case "command":
        return this.#applyOnce(request, index);
      case "bare":
        return done(this.#machine.apply(request.command, index));
      case "open":
        return done(encodeSession(this.#sessions.open(request.clientId, index).session));
      case "query":
        return done(this.#machine.query(request.question));
      case undefined:
        return EXPIRED;
    }
  }

  query(question: Uint8Array): Uint8Array {
    const request = decode(question);
    return request?.kind === "query" ? done(this.#machine.query(request.question)) : EXPIRED;
  }

  /** The answer to a command that was carried out already, if its client has asked for nothing newer. */
  answered({ clientId, session, sequence }: Omit<Command, "command">): Uint8Array | undefined {
    const known = this.#sessions.find(clientId);
    return known?.session === session && known.sequence === sequence ? known.result : undefined;
  }

  capture(): Capture {
    const writer = new ByteWriter(1024);
    this.#sessions.encode(writer);
    return captureBehind(writer.finish(), this.#machine.capture());
  }

  restore(data: Uint8Array): void {
    const reader = new ByteReader(data);
    this.#sessions.decode(reader);
    this.#machine.restore(reader.raw(reader.remaining));
  }

  #applyOnce(request: Command, index: LogIndex): Uint8Array {
    const { clientId, session, sequence } = request;
    const known = this.#sessions.find(clientId);
    if (
      known === undefined ? this.#sessions.isBounded || session !== 0 : known.session !== session
    ) {
      return EXPIRED;
    }
    if (known !== undefined && sequence <= known.sequence) {
      this.#sessions.touch(clientId);
      return sequence === known.sequence ? known.result : EXPIRED;
    }
    const result = done(this.#machine.apply(request.command, index));
    this.#sessions.record(clientId, { session, sequence, result });
    return result;
  }
}

function* captureBehind(head: Uint8Array, inner: Capture): Generator<undefined, Uint8Array> {
  const data = yield* { [Symbol.iterator]: () => inner };
  return yield* joinInSteps([head, data]);
}

function done(result: Uint8Array): Uint8Array {
  return encodeClerkReply({ kind: "done", result });
}

function decode(command: Uint8Array): ClerkRequest | undefined {
  try {
    return decodeClerkRequest(command);
  } catch (error) {
    if (error instanceof DamagedDataError) return undefined;
    throw error;
  }
}
