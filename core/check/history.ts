/** What clients saw of a service, and what the service should have been: the two sides of a check. */

/**
 * One operation of a client, from its call to its return. All times of a history are of one clock, and no two of them
 * are equal, so that every pair of operations is either ordered or concurrent.
 */
export interface Operation<Input, Output> {
  /** Who asked; a client has at most one operation under way. */
  readonly client: number;
  readonly input: Input;
  /** `undefined`: nobody knows what came of it, or whether it took effect at all. */
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
}
