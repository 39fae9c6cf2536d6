/** Any {@linkcode Model} as a {@linkcode Machine}: states are interned by their keys, and every step is taken once. */

import type { Model, Operation } from "./history.ts";
import { type Machine, NO_STEP } from "./machine.ts";

/** A machine that knows of its model what the model says, and rules nothing out. */
export class ModelMachine<State, Input, Output> implements Machine {
  readonly initial: number;
  readonly impossible = false;
  readonly classes: Int32Array;
  readonly classSizes: Int32Array;
  readonly #model: Model<State, Input, Output>;
  readonly #operations: readonly Operation<Input, Output>[];
  readonly #reads: Uint8Array;
  readonly #states: State[] = [];
  readonly #numbers = new Map<string | number, number>();
  readonly #steps = new Map<number, number>();

  constructor(
    model: Model<State, Input, Output>,
    operations: readonly Operation<Input, Output>[],
  ) {
    this.#model = model;
    this.#operations = operations;
    this.classes = Int32Array.from(operations, (_, i) => i);
    this.classSizes = new Int32Array(operations.length).fill(1);
    this.#reads = Uint8Array.from(
      operations,
      ({ input, output }) => model.isRead?.(input, output) ? 1 : 0,
    );
    this.initial = this.#number(model.initial);
  }

  isRead(operation: number): boolean {
    return this.#reads[operation] === 1;
  }

  replaces(): boolean {
    return false;
  }

  take(): void {}

  giveBack(): void {}

  step(state: number, operation: number): number {
    const key = state * this.#operations.length + operation;
    let next = this.#steps.get(key);
    if (next === undefined) {
      const { input, output } = this.#operations[operation]!;
      const found = this.#model.step(this.#states[state]!, input, output);
      next = found === undefined ? NO_STEP : this.#number(found);
      this.#steps.set(key, next);
    }
    return next;
  }

  settle(state: number): number {
    return state;
  }

  isFree(state: number, operation: number): boolean {
    return this.isRead(operation) && this.step(state, operation) !== NO_STEP;
  }

  isIdle(): boolean {
    return false;
  }

  isSpent(): boolean {
    return false;
  }

  #number(state: State): number {
    const key = this.#model.stateKey(state);
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#states.push(state) - 1;
      this.#numbers.set(key, number);
    }
    return number;
  }
}
