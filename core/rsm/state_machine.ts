/** What a service must be able to do so that Raft can replicate it. */

import type { LogIndex } from "../base/durable.ts";

/**
 * A state, encoded bit by bit: every `next()` does a little of the work, and the last one returns the bytes. What is
 * encoded is the state at the moment of {@linkcode StateMachine.capture}, whatever is applied meanwhile. One that is
 * given up is told to `return()`.
 */
export type Capture = Iterator<undefined, Uint8Array>;

/**
 * A deterministic service (Raft §2): the same commands in the same order lead every replica to the same state and
 * the same results. It knows neither time nor chance nor who asks.
 */
export interface StateMachine {
  /**
   * Carries out a committed command, and returns its result. `index` is the command's place in the log. Bytes that
   * cannot be decoded have a result too: all replicas must agree on it.
   */
  apply(command: Uint8Array, index: LogIndex): Uint8Array;
  /** Answers a question about the present state, and changes nothing. */
  query(question: Uint8Array): Uint8Array;
  /** Captures the present state for a snapshot (Raft §7). */
  capture(): Capture;
  /**
   * Replaces the state by a captured one.
   *
   * @throws {DamagedDataError} If the bytes are no captured state.
   */
  restore(data: Uint8Array): void;
}

/** Does all the work of a capture at once. */
export function finishCapture(capture: Capture): Uint8Array {
  for (;;) {
    const step = capture.next();
    if (step.done) return step.value;
  }
}
