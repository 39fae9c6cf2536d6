/** What appends have left behind: all of each client's, each once, and in its order. */

import { TestFailure } from "../lab_test.ts";

/** What client `client` appends as its `number`th. */
export function appended(client: number, number: number): string {
  return `x ${client} ${number} y`;
}

/**
 * Checks that `value` has the first `count` appends of a client; other text does not matter.
 *
 * @throws {TestFailure} If one is missing, doubled or out of order.
 */
export function checkClientAppends(client: number, value: string, count: number): void {
  let last = -1;
  for (let number = 0; number < count; number++) {
    const wanted = appended(client, number);
    // Elsewhere the search would read the whole value for each of thousands of appends.
    const at = value.indexOf(wanted, last + 1);
    if (at === -1) throw missingOrMisplaced(wanted, value);
    last = at;
  }
  checkNoDoubles(client, value, count);
}

/** The same for several clients, each with a count of its own. */
export function checkConcurrentAppends(value: string, counts: readonly number[]): void {
  for (const [client, count] of counts.entries()) checkClientAppends(client, value, count);
}

/**
 * Checks that `value` has none of the first `count` appends of a client twice.
 *
 * @throws {TestFailure} If it has.
 */
export function checkNoDoubles(client: number, value: string, count: number): void {
  const seen = new Set<number>();
  for (const [text, number] of value.matchAll(new RegExp(`x ${client} (\\d+) y`, "g"))) {
    const at = Number(number);
    if (at < count && seen.has(at)) {
      throw new TestFailure(`duplicate element ${text} in Append result${shown(value)}`);
    }
    seen.add(at);
  }
}

function missingOrMisplaced(wanted: string, value: string): TestFailure {
  const what = value.includes(wanted) ? "wrong order for" : "missing";
  return new TestFailure(`${what} element ${wanted} in Append result${shown(value)}`);
}

/** Values can have tens of kilobytes; their end says most. */
function shown(value: string): string {
  const max = 200;
  return value.length <= max ? `: ${value}` : `, which ends in ${value.slice(-max)}`;
}
