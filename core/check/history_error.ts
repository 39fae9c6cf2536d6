/** What is wrong with a history itself, before any question of order. */

import type { Operation } from "./history.ts";

/** A history that cannot be what it claims to be. */
export class HistoryError extends Error {
  override readonly name = "HistoryError";
  /** The operations it is about, by their places in the history. */
  readonly operations: readonly number[];

  constructor(message: string, operations: readonly number[]) {
    super(message);
    this.operations = operations;
  }
}

/** What to make of events at the same time: an error, or that their operations were concurrent. */
export type Ties = "refuse" | "concurrent";

/**
 * Checks that a history makes sense.
 *
 * @throws {HistoryError} If an operation has no proper times or returns before its call, if a client has two under
 * way, or if two events have the same time and `ties` is `refuse`.
 */
export function validateHistory(
  operations: readonly Operation<unknown, unknown>[],
  ties: Ties = "refuse",
): void {
  operations.forEach((operation, i) => checkTimes(operation, i));
  if (ties === "refuse") checkTies(operations);
  checkClients(operations);
}

function checkTimes(operation: Operation<unknown, unknown>, i: number): void {
  const { client, call, output } = operation;
  if (!Number.isFinite(call)) {
    throw new HistoryError(`The call of an operation of client ${client} is at ${call}`, [i]);
  }
  if (output !== undefined && !Number.isFinite(operation.return)) {
    throw new HistoryError(
      `An operation of client ${client} has an output but its return is at ${operation.return}`,
      [i],
    );
  }
  if (!(operation.return >= call)) {
    throw new HistoryError(
      `An operation of client ${client} returns at ${operation.return}, before its call at ${call}`,
      [i],
    );
  }
}

function checkTies(operations: readonly Operation<unknown, unknown>[]): void {
  const times = new Float64Array(2 * operations.length);
  let count = 0;
  for (const { call, output, return: end } of operations) {
    times[count++] = call;
    if (output !== undefined) times[count++] = end;
  }
  const sorted = times.subarray(0, count).sort();
  const tie = sorted.findIndex((time, i) => time === sorted[i - 1]);
  if (tie < 0) return;
  const at = sorted[tie]!;
  const about = operations.keys().filter((i) => {
    const { call, output, return: end } = operations[i]!;
    return call === at || (output !== undefined && end === at);
  });
  throw new HistoryError(
    `Two events are at the same time, ${at}: nobody can tell which came first`,
    about.take(2).toArray(),
  );
}

function checkClients(operations: readonly Operation<unknown, unknown>[]): void {
  const ofClient = new Map<number, number[]>();
  operations.forEach(({ client, output }, i) => {
    if (output !== undefined) ofClient.getOrInsertComputed(client, () => []).push(i);
  });
  for (const [client, mine] of ofClient) {
    mine.sort((a, b) => operations[a]!.call - operations[b]!.call);
    mine.forEach((later, i) => {
      const earlier = mine[i - 1];
      if (earlier === undefined || operations[earlier]!.return <= operations[later]!.call) return;
      throw new HistoryError(
        `Client ${client} calls an operation at ${operations[later]!.call}, ` +
          `while its last one is under way until ${operations[earlier]!.return}`,
        [earlier, later],
      );
    });
  }
}
