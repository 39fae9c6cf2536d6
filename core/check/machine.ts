/**
 * What the search sees of a model and of one part of a history: states and operations are small integers. A machine
 * also knows what the search still has to explain, and says which ways cannot lead anywhere.
 */

/** No state: the operation is impossible here, or leads nowhere. */
export const NO_STEP = -1;

/**
 * The behaviour of a service over a fixed list of operations. The search keeps it informed of which operations it
 * has put in order ({@linkcode take}, {@linkcode giveBack}); all answers are about those that remain.
 */
export interface Machine {
  readonly initial: number;
  /** Some output cannot be explained by any order of any of these operations. */
  readonly impossible: boolean;
  /**
   * Present if this machine rules out too much at times: an order that is found with it is right, but only the machine
   * that this returns can tell that there is none.
   */
  readonly cautious?: () => Machine;
  /** The class of each operation. Operations of one class do and see the same in every state. */
  readonly classes: Int32Array;
  /** How many operations each class has. */
  readonly classSizes: Int32Array;
  /** Whether the operation never changes any state. */
  isRead(operation: number): boolean;
  /** Whether the operation is possible in every state and leads to the same one from each, so that none is seen in it. */
  replaces(operation: number): boolean;
  /** Puts the operation in order. */
  take(operation: number): void;
  /** Undoes the newest {@linkcode take}. */
  giveBack(operation: number): void;
  /**
   * The state after an operation that has just been taken, or {@linkcode NO_STEP} if it could not have had its output,
   * or if it is certain that what remains could not all be put in order after it, or that it need not be put there.
   */
  step(state: number, operation: number): number;
  /** A state from which exactly the same orders of what remains are possible: the simplest one known. */
  settle(state: number): number;
  /** Whether an operation that is possible now may be taken at once, because no other way has more chances. */
  isFree(state: number, operation: number): boolean;
  /**
   * Whether nothing that remains can observe this state, and it can be forgotten that it was reached by way of
   * {@linkcode isSpent} operations only.
   */
  isIdle(state: number): boolean;
  /** Whether nothing that remains can observe that this operation took effect. */
  isSpent(operation: number): boolean;
}
