/** The definition of linearizability, as slow as it is plain: tries every order of every choice of operations. */

import type { Model, Operation } from "../../core/check/mod.ts";

/** Whether there is an order of all known operations, and of any of the unknown ones, that model and clock allow. */
export function hasOrder<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
): boolean {
  const isLeft = operations.map(() => true);
  const end = ({ output, return: at }: Operation<Input, Output>) =>
    output === undefined ? Infinity : at;
  const goOn = (state: State): boolean => {
    const left = operations.filter((_, i) => isLeft[i]);
    if (left.every(({ output }) => output === undefined)) return true;
    const firstReturn = Math.min(...left.map(end));
    return operations.some((operation, i) => {
      if (!isLeft[i] || operation.call > firstReturn) return false;
      const next = model.step(state, operation.input, operation.output);
      if (next === undefined) return false;
      isLeft[i] = false;
      const found = goOn(next);
      isLeft[i] = true;
      return found;
    });
  };
  return goOn(model.initial);
}

/** What is wrong with an order that a checker claims to have found, or `undefined`. */
export function faultOf<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  order: readonly number[],
): string | undefined {
  if (new Set(order).size !== order.length) return "an operation is in it twice";
  const missing = operations.findIndex(({ output }, i) =>
    output !== undefined && !order.includes(i)
  );
  if (missing >= 0) return `operation ${missing} is not in it`;
  let state = model.initial;
  let latestCall = -Infinity;
  for (const i of order) {
    const { input, output, call, return: end } = operations[i]!;
    latestCall = Math.max(latestCall, call);
    if (output !== undefined && end < latestCall) return `operation ${i} returned before one ahead`;
    const next = model.step(state, input, output);
    if (next === undefined) return `operation ${i} cannot have this output`;
    state = next;
  }
  return undefined;
}
