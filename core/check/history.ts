/** What clients saw of a service, and what the service should have been: the two sides of a check. */

import type { Machine } from "./machine.ts";

/**
 * One operation of a client, from its call to its return. All times of a history are of one clock, and no two of them
 * are equal, so that every pair of operations is either ordered or concurrent.
 */
export interface Operation<Input, Output> {
  /** Who asked; a client has at most one operation under way, not counting those whose outcome it never learned. */
  readonly client: number;
  readonly input: Input;
  /**
   * `undefined`: nobody knows what came of it. It may have taken effect at any time after its call, whatever `return`
   * says, or never.
   */
  readonly output: Output | undefined;
  readonly call: number;
  /** `Infinity` if it never returned. */
  readonly return: number;
}

/** The sequential behaviour that a history is compared with. */
export interface Model<State, Input, Output> {
  /** Operations of different parts cannot influence each other, and are checked apart. */
  partition(input: Input): string;
  readonly initial: State;
  /**
   * The state after an operation, or `undefined` if the operation could not have had this output in this state. With
   * the output unknown, every one is possible.
   */
  step(state: State, input: Input, output: Output | undefined): State | undefined;
  /** Equal for equal states, and only for those. */
  stateKey(state: State): string | number;
  /** The operation as a person would write it: `append("k", "x") -> ok`. */
  describe(input: Input, output: Output | undefined): string;
  /** The state as a person would write it; without it, reports do not show states. */
  describeState?(state: State): string;
  /**
   * What is odd about an operation that no order explains, as a sentence's end: `nobody ever wrote that`. `undefined`
   * if nothing can be said.
   */
  remark?(
    operation: Operation<Input, Output>,
    others: readonly Operation<Input, Output>[],
  ): string | undefined;
  /** Whether the operation never changes any state. Says nothing of others; without it, none is known to be such. */
  isRead?(input: Input, output: Output | undefined): boolean;
  /**
   * Where the operation leads from a state, seen from a read that is to show this: `on` towards it, `anew` if it replaces
   * everything to begin with what the read shows, `later` if it seems to be seen there, but not from this state,
   * `nowhere` otherwise. A guess that saves time, no more: it decides
   * what is tried first.
   */
  leads?(
    state: State,
    input: Input,
    read: Input,
    shown: Output,
  ): "on" | "anew" | "later" | "nowhere";
  /** The same behaviour, made ready for these operations of one part: for models that know more of their states. */
  compile?(operations: readonly Operation<Input, Output>[]): Machine;
}
