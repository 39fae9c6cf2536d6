/**
 * What every server of a lab test has ever reported as applied, and the checks on it: whatever
 * happens, two servers never apply different commands at one index.
 */

import { TestFailure } from "../lab_test.ts";
import type { Command } from "./codec.ts";

/** How many servers have applied an index, and what. */
export interface Committed {
  readonly count: number;
  readonly command: Command | undefined;
}

/** The result of {@linkcode AppliedLogs.record}. */
export interface Recorded {
  /** What is wrong with this command at this index, if anything. */
  readonly error: string | undefined;
  /** True if the server had reported the index before this one. */
  readonly hasPrevious: boolean;
}

/** The applied commands of all servers. They outlive crashes: a restarted server must agree with them. */
export class AppliedLogs {
  /** One sparse list per server: the command at each index. */
  readonly #logs: (Command | undefined)[][];
  readonly #errors: (string | undefined)[];
  #maxIndex = 0;

  constructor(servers: number) {
    this.#logs = Array.from({ length: servers }, () => []);
    this.#errors = new Array(servers).fill(undefined);
  }

  /** The highest index at which any server has applied a command. Ingested snapshots do not count. */
  get maxIndex(): number {
    return this.#maxIndex;
  }

  /** Notes the command that `server` has applied, and compares it with what the others have. */
  record(server: number, index: number, command: Command): Recorded {
    let error: string | undefined;
    for (const [other, log] of this.#logs.entries()) {
      const theirs = log[index];
      if (theirs === undefined || theirs === command) continue;
      error = `commit index=${index} server=${server} ${show(command)} != server=${other} ` +
        show(theirs);
    }
    const log = this.#logOf(server);
    const hasPrevious = log[index - 1] !== undefined;
    log[index] = command;
    this.#maxIndex = Math.max(this.#maxIndex, index);
    return { error, hasPrevious };
  }

  /** Replaces what is known of `server` by the contents of a snapshot. */
  replace(server: number, commands: readonly (Command | undefined)[]): void {
    this.#logs[server] = commands.slice();
  }

  /** The commands of `server` up to `index`, as a snapshot holds them. */
  upTo(server: number, index: number): readonly (Command | undefined)[] {
    return Array.from({ length: index + 1 }, (_, i) => this.#logOf(server)[i]);
  }

  /** Keeps the first thing that `server` did wrong. */
  reject(server: number, error: string): void {
    this.#errors[server] ??= error;
  }

  /**
   * How many servers have applied `index`, connected and running or not, and their common command.
   *
   * @throws {TestFailure} If two of them disagree, or a server has applied wrongly.
   */
  nCommitted(index: number): Committed {
    let count = 0;
    let command: Command | undefined;
    for (let server = 0; server < this.#logs.length; server++) {
      const error = this.#errors[server];
      if (error !== undefined) throw new TestFailure(`apply error: ${error}`);
      const theirs = this.#logOf(server)[index];
      if (theirs === undefined) continue;
      if (count > 0 && theirs !== command) {
        throw new TestFailure(
          `committed values do not match: index ${index}, ${show(command)}, ${show(theirs)}`,
        );
      }
      count++;
      command = theirs;
    }
    return { count, command };
  }

  #logOf(server: number): (Command | undefined)[] {
    const log = this.#logs[server];
    if (log === undefined) throw new RangeError(`There is no server ${server}`);
    return log;
  }
}

/** Writes a command for a message; a long text is cut. */
export function show(command: Command | undefined): string {
  const text = typeof command === "string" ? JSON.stringify(command) : String(command);
  return text.length <= 40 ? text : `${text.slice(0, 40)}…`;
}
