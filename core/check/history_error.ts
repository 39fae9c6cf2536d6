/** What is wrong with a history itself, before any question of order. */

import type { Operation } from "./history.ts";
import { type Timeline, timelineOf } from "./timeline.ts";

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
  timelineOfValid(operations, ties);
}

/** Checks that a history makes sense, as {@linkcode validateHistory}, and orders its events. */
export function timelineOfValid(
  operations: readonly Operation<unknown, unknown>[],
  ties: Ties = "refuse",
): Timeline {
  for (let i = 0; i < operations.length; i++) checkTimes(operations[i]!, i);
  const timeline = timelineOf(operations);
  if (ties === "refuse") checkTies(operations, timeline);
  checkClients(operations, timeline);
  return timeline;
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

function checkTies(
  operations: readonly Operation<unknown, unknown>[],
  { events }: Timeline,
): void {
  let last = NaN;
  for (let rank = 0; rank < events.length; rank++) {
    const event = events[rank]!;
    const at = event < operations.length
      ? operations[event]!.call
      : operations[event - operations.length]!.return;
    if (at === last) throw tieError(operations, at);
    last = at;
  }
}

function tieError(operations: readonly Operation<unknown, unknown>[], at: number): HistoryError {
  const about = operations.keys().filter((i) => {
    const { call, output, return: end } = operations[i]!;
    return call === at || (output !== undefined && end === at);
  });
  return new HistoryError(
    `Two events are at the same time, ${at}: nobody can tell which came first`,
    about.take(2).toArray(),
  );
}

function checkClients(
  operations: readonly Operation<unknown, unknown>[],
  { events }: Timeline,
): void {
  const newest = new Map<number, number>();
  for (let rank = 0; rank < events.length; rank++) {
    const later = events[rank]!;
    if (later >= operations.length || operations[later]!.output === undefined) continue;
    const { client, call } = operations[later]!;
    const earlier = newest.get(client);
    newest.set(client, later);
    if (earlier === undefined || operations[earlier]!.return <= call) continue;
    throw new HistoryError(
      `Client ${client} calls an operation at ${call}, ` +
        `while its last one is under way until ${operations[earlier]!.return}`,
      [earlier, later],
    );
  }
}
