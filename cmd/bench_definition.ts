/** What a measurement of `dist824 bench` is. */

import type { CommandEnv } from "./command.ts";

/** What the command line says. */
export interface BenchOptions {
  /** How often what is measured runs. */
  readonly runs: number;
  /** How many processes work at the same time. */
  readonly jobs: number;
}

/** What a measurement found. */
export interface BenchReport {
  /** For people: tables, with the figures to compare with beside. */
  readonly text: string;
  /** The same for programs. */
  readonly figures: Readonly<Record<string, unknown>>;
}

/** One measurement. */
export interface Bench {
  readonly name: string;
  /** One line, without a full stop. */
  readonly summary: string;
  /** @throws {InterruptedError} If `env.interrupted` says so. */
  measure(options: BenchOptions, env: CommandEnv): Promise<BenchReport>;
}
