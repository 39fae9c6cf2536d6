/**
 * The client's side of a replicated service: finds the leader, tries again until there is an outcome, and sees to it
 * that what it asks for is carried out once.
 */

import type { ServerId } from "../base/durable.ts";
import type { Clock, Random, Transport } from "../base/ports.ts";
import { after, between, type Instant, instant, type Millis, ms, NEVER } from "../base/units.ts";
import { type CallOutcome, ClerkCall } from "./clerk_call.ts";
import { type ClerkRequest, decodeSession } from "./messages.ts";
import { ServerChoice } from "./server_choice.ts";

/** What a clerk is made of. */
export interface ClerkOptions {
  readonly clock: Clock;
  /** For the client's number, and for the server to begin with. */
  readonly random: Random;
  readonly transport: Pick<Transport, "call">;
  /** The servers, in any order. */
  readonly servers: readonly ServerId[];
  /** The service under which they answer clerks. */
  readonly service: string;
  /** How long to wait for one answer before another server is tried: several round trips. */
  readonly callTimeout: Millis;
  /** How long to wait when all servers were tried in vain; at most 100 ms. */
  readonly pause: Millis;
  /** Whether the servers' hints name each other as `servers` does. */
  readonly hints: boolean;
  /** How long to try; for ever unless told. */
  readonly deadline?: Millis;
  /**
   * Whether the client's session is opened first, as services with bounded sessions demand, or by its first command;
   * opened unless told.
   */
  readonly session?: "open" | "implicit";
  /**
   * A session that was not used for so long may have been forgotten, and is opened again before a command is sent in
   * it; 5,000 ms unless told.
   */
  readonly sessionIdle?: Millis;
}

/** What became of a command or a question. */
export type ClerkOutcome =
  | { readonly kind: "done"; readonly result: Uint8Array }
  /** Certainly not carried out, now or later, by a transport that delivers no request twice. */
  | { readonly kind: "failed"; readonly reason: string }
  /** Nobody knows whether it was carried out, or will yet be. */
  | { readonly kind: "uncertain"; readonly reason: string };

interface Task {
  readonly payload: Uint8Array;
  readonly isQuery: boolean;
  readonly onOutcome: (outcome: ClerkOutcome) => void;
}

/** The longest pause that a clerk may make. */
const PAUSE_MAX = ms(100);

const SESSION_IDLE = ms(5000);

const STOPPED = { kind: "failed", reason: "the clerk was stopped" } as const;
const NOT_UNDERSTOOD = { kind: "failed", reason: "the service refuses it" } as const;
const EXPIRED = { kind: "uncertain", reason: "the session has expired" } as const;

/**
 * A client of a replicated service. It does one thing at a time; what is asked meanwhile waits its turn.
 *
 * A command is sent again, under the same number, until there is an answer; the service sees to it that it is carried
 * out once. If the session expires meanwhile, nobody knows any more whether it was: not even after a single attempt,
 * since a network may deliver that twice. So a session that was idle is opened again beforehand.
 */
export class Clerk {
  readonly #options: ClerkOptions;
  readonly #choice: ServerChoice;
  readonly #clientId: number;
  /** The number of the open session; `undefined` if none is open. */
  #session: number | undefined;
  /** When an answer came in it last. */
  #sessionUsed: Instant = instant(0);
  /** Counts all commands, whatever their sessions. */
  #sequence = 0;
  readonly #tasks: Task[] = [];
  #call: ClerkCall | undefined;
  #busy = false;
  #stopped = false;

  constructor(options: ClerkOptions) {
    if (!(options.pause <= PAUSE_MAX)) {
      throw new RangeError(
        `pause must be at most ${PAUSE_MAX} ms: current value is ${options.pause} ms`,
      );
    }
    this.#options = options;
    this.#choice = new ServerChoice(options.servers, options.random, options.hints);
    this.#clientId = options.random.bits53();
    this.#session = options.session === "implicit" ? 0 : undefined;
  }

  /** The number by which the service knows this client. */
  get clientId(): number {
    return this.#clientId;
  }

  /** How many calls have no outcome yet. */
  get waiting(): number {
    return this.#tasks.length;
  }

  /** Has a command carried out once. `onOutcome` runs once, never within this call unless the clerk is stopped. */
  command(command: Uint8Array, onOutcome: (outcome: ClerkOutcome) => void): void {
    this.#enqueue({ payload: command, isQuery: false, onOutcome });
  }

  /** Asks a question of the newest state. `onOutcome` likewise. */
  query(question: Uint8Array, onOutcome: (outcome: ClerkOutcome) => void): void {
    this.#enqueue({ payload: question, isQuery: true, onOutcome });
  }

  /** Ends everything: all that has no outcome yet gets one. */
  stop(): void {
    this.#stopped = true;
    this.#call?.giveUp(STOPPED.reason);
    for (const { onOutcome } of this.#tasks.splice(0)) onOutcome(STOPPED);
  }

  #enqueue(task: Task): void {
    if (this.#stopped) return task.onOutcome(STOPPED);
    this.#tasks.push(task);
    if (!this.#busy) this.#beginNext();
  }

  #beginNext(): void {
    const task = this.#tasks[0];
    if (task === undefined) return;
    this.#busy = true;
    const { clock, deadline } = this.#options;
    const until = deadline === undefined ? NEVER : after(clock.now(), deadline);
    if (task.isQuery) this.#ask(task, until);
    else this.#command(task, until);
  }

  #finish(task: Task, outcome: ClerkOutcome): void {
    this.#tasks.shift();
    task.onOutcome(outcome);
    this.#busy = false;
    if (!this.#stopped) this.#beginNext();
  }

  #ask(task: Task, until: Instant): void {
    this.#start({ kind: "query", question: task.payload }, until, (outcome) => {
      this.#finish(task, outcome.kind === "expired" ? NOT_UNDERSTOOD : outcome);
    });
  }

  #command(task: Task, until: Instant): void {
    const { clock, session, sessionIdle = SESSION_IDLE } = this.#options;
    const isFresh = session === "implicit" ||
      between(this.#sessionUsed, clock.now()) < sessionIdle;
    if (this.#session !== undefined && isFresh) this.#send(task, this.#session, until);
    else this.#open(task, until);
  }

  /** Opens a session for `task`, which is part of its work and of its time. */
  #open(task: Task, until: Instant): void {
    this.#start({ kind: "open", clientId: this.#clientId }, until, (outcome) => {
      if (outcome.kind === "done") {
        this.#session = decodeSession(outcome.result);
        this.#send(task, this.#session, until);
      } else {
        // Whether or not the session is open, the command itself was never sent.
        const { reason } = outcome.kind === "expired" ? NOT_UNDERSTOOD : outcome;
        this.#finish(task, { kind: "failed", reason });
      }
    });
  }

  #send(task: Task, session: number, until: Instant): void {
    const sequence = ++this.#sequence;
    const { payload: command } = task;
    const request = { kind: "command", clientId: this.#clientId, session, sequence, command };
    this.#start(request as ClerkRequest, until, (outcome) => {
      if (outcome.kind === "done") this.#sessionUsed = this.#options.clock.now();
      if (outcome.kind !== "expired") return this.#finish(task, outcome);
      if (this.#options.session !== "implicit") this.#session = undefined;
      this.#finish(task, EXPIRED);
    });
  }

  #start(request: ClerkRequest, until: Instant, onOutcome: (outcome: CallOutcome) => void): void {
    this.#call = new ClerkCall(this.#options, this.#choice, request, until, onOutcome);
    this.#call.begin();
  }
}
