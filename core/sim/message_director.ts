/** How somebody outside can watch, and change, what the simulated network decides about each call. */

import type { ServerName } from "./network_server.ts";

/**
 * What is decided about a call: how many microseconds each leg takes, how long a call to nobody takes to fail, and
 * whether (1) or not (0) something is lost or copied. A copy of a request is decided about on its own; and so is what
 * had to wait outside a paused server, when it arrives there again.
 */
export type CallDecision =
  | "request time"
  | "request lost"
  | "held request lost"
  | "reply time"
  | "reply lost"
  | "copied"
  | "copy time"
  | "copy lost"
  | "held copy lost"
  | "failure time";

/** The course of one call. */
export interface CallCourse {
  /**
   * Is asked for each decision, when it is due. `drawn` is what the seed says, `calm` is what becomes of a call that
   * nothing disturbs. The result is what happens.
   */
  decide(what: CallDecision, drawn: number, calm: number): number;
  /** The request, or the reply, has arrived. */
  onArrival(): void;
}

/** The end that a call is sent through. */
export interface CallerEnd {
  /** Counts the ends of the network: it means the same end all the time. */
  readonly number: number;
  /** Who sends through it, if that is known. */
  readonly owner: ServerName | undefined;
  readonly target: { readonly name: ServerName } | undefined;
}

/** Is told of each call that sets out. */
export interface MessageDirector {
  /** An end leads to a server from now on. */
  onConnect(end: CallerEnd): void;
  onCall(end: CallerEnd): CallCourse;
}
