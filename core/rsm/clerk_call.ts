/** One request of a clerk: as many attempts as it takes, at one server after the other. */

import type { ServerId } from "../base/durable.ts";
import { DamagedDataError } from "../base/errors.ts";
import type { Clock, Timer, Transport } from "../base/ports.ts";
import { between, type Instant, type Millis, ms, NEVER } from "../base/units.ts";
import {
  type ClerkReply,
  type ClerkRequest,
  decodeClerkReply,
  encodeClerkRequest,
} from "./messages.ts";
import type { ServerChoice } from "./server_choice.ts";
import { travelTime } from "./travel_time.ts";

/** What became of the request. */
export type CallOutcome =
  | { readonly kind: "done"; readonly result: Uint8Array }
  /** Certainly not carried out. */
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "uncertain"; readonly reason: string }
  /** The client has no such session; what it asked for may have been carried out when it had. */
  | { readonly kind: "expired" };

/** How a call is made. */
export interface CallOptions {
  readonly clock: Clock;
  readonly transport: Pick<Transport, "call">;
  readonly service: string;
  readonly callTimeout: Millis;
  readonly pause: Millis;
}

/** See the head of this file. */
export class ClerkCall {
  readonly #options: CallOptions;
  readonly #choice: ServerChoice;
  readonly #bytes: Uint8Array;
  readonly #changesNothing: boolean;
  readonly #until: Instant;
  readonly #onOutcome: (outcome: CallOutcome) => void;

  /** The attempt whose answer decides where to go next; answers to earlier ones can still end the call. */
  #attempt = 0;
  /** How many attempts may have been carried out, or may yet be. */
  #doubtful = 0;
  /** For the next step, whichever it is. */
  #timer: Timer | undefined;
  #deadlineTimer: Timer | undefined;
  #isOver = false;

  constructor(
    options: CallOptions,
    choice: ServerChoice,
    request: ClerkRequest,
    until: Instant,
    onOutcome: (outcome: CallOutcome) => void,
  ) {
    this.#options = options;
    this.#choice = choice;
    this.#bytes = encodeClerkRequest(request);
    this.#changesNothing = request.kind === "query";
    this.#until = until;
    this.#onOutcome = onOutcome;
  }

  /** Makes the first attempt. */
  begin(): void {
    const { clock } = this.#options;
    if (this.#until !== NEVER) {
      this.#deadlineTimer = clock.after(
        between(clock.now(), this.#until),
        () => this.giveUp("no answer came in time"),
      );
    }
    this.#try();
  }

  /** Ends the call now, unless it is over. */
  giveUp(reason: string): void {
    const isCertain = this.#changesNothing || this.#doubtful === 0;
    this.#end({ kind: isCertain ? "failed" : "uncertain", reason });
  }

  #try(): void {
    const { clock, transport, service, callTimeout } = this.#options;
    const attempt = ++this.#attempt;
    const server = this.#choice.current;
    this.#doubtful++;
    const patience = ms(callTimeout + travelTime(this.#bytes.length));
    this.#timer = clock.after(patience, () => this.#goOn(undefined));
    transport.call(server, service, this.#bytes, (bytes) => {
      if (!this.#isOver) this.#onReply(attempt, server, bytes && decode(bytes));
    });
  }

  #onReply(attempt: number, server: ServerId, reply: ClerkReply | undefined): void {
    if (reply?.kind === "done" || reply?.kind === "expired") {
      this.#choice.onAnswer(server);
      return this.#end(reply);
    }
    if (reply?.kind === "notLeader") this.#doubtful--;
    if (attempt === this.#attempt) this.#goOn(reply?.leaderId);
  }

  /** The present attempt has failed: makes another one, at once or, if all servers have failed, after a pause. */
  #goOn(leaderId: ServerId | undefined): void {
    const { clock, pause } = this.#options;
    // Whatever is still heard of that attempt, it is not to be gone on from twice.
    this.#attempt++;
    this.#timer?.cancel();
    if (this.#choice.onFailure(leaderId)) this.#timer = clock.after(pause, () => this.#try());
    else this.#try();
  }

  #end(outcome: CallOutcome): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#timer?.cancel();
    this.#deadlineTimer?.cancel();
    this.#onOutcome(outcome);
  }
}

/** What cannot be understood is no answer. */
function decode(bytes: Uint8Array): ClerkReply | undefined {
  try {
    return decodeClerkReply(bytes);
  } catch (error) {
    if (error instanceof DamagedDataError) return undefined;
    throw error;
  }
}
